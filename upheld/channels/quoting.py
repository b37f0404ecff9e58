"""Where a text repeats what was written before: lines behind `>`, the lines that introduce them, header blocks.

The lines that introduce a quotation ("On Friday Dora wrote:") are known by a date or an address and the colon when
quoted lines follow, whatever the language; by their language's words when nothing but the tail follows.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"^[ \t\u00a0]{0,3}>(?![=:_;])")
_BLANK = re.compile(r"^[\s>\u00a0\u200b\ufeff]*$")

# How the languages say "wrote"; a verb at the sentence's beginning or end, so both orders are covered.
_WROTE = (
    r"wrote|writes|schrieb(?: am)?|hat geschrieben|a écrit|écrivait|écrit|escribió|escribio|ha escrito|va escriure"
    r"|ha scritto|scrive|escreveu|escreve|schreef|heeft geschreven|geschreven|het volgende geschreven|skrev|skrifaði"
    r"|kirjoitti|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|пишет|написал(?:\(а\)|а)?|писал(?:а)?"
    r"|написа|написав(?:\(ла\))?|пише|yazdı|şunu yazdı|şunları yazdı|írta|ezt írta|a scris|έγραψε|כתב(?:ה)?|كتب(?:ت)?"
    r"|写道|寫道|さんは書きました|さんが書きました|のメール|님이 작성|작성|đã viết|rašė|parašė|kirjutas|rakstīja|napisao"
    r"|napisala|je napisal(?:\(a\))?|je napisao(?:/la)?|idatzi du|scrisse|menulis"
)
_STARTS = (
    r"on|am|le|el|il|em|no dia|a(?:m)?|op|den|på|dne|dňa|w dniu|dnia|pe|ti|ke|to|la|su|ma|vi|al|lø|lör|sø|sön|ons|tor"
    r"|tors|fre|man|mån|tir|tis|в|\d{1,4}|στις|в(?:ід)?|în|la data de|ngày|vào|ב|في|mon|tue|wed|thu|fri|sat|sun|mo|di"
    r"|mi|do|fr|sa|so|pada|dana|dne|von|from|de|od|от|från|fra"
)
_DATED = r"(?:\d{1,4}\s?[./年-]\s?\d{1,2}|\d{1,2}:\d\d|\d{1,2}\.?\s+\w{3,12}\.?,?\s+\d{2,4}|\w{3,12}\.?\s+\d{1,2},?\s+\d{4})"
_ADDRESSED = r"[^\s<>()]+@[^\s<>()]+"
_ENDS = re.compile(r"[::][ \t\u00a0*_]*$")
_BY_WORDS = re.compile(
    rf"^\W{{0,6}}(?:(?:{_STARTS})\b.{{0,280}}?(?<!\w)(?:{_WROTE})|.{{1,200}}?(?<!\w)(?:{_WROTE})(?!\w).{{0,160}})"
    rf".{{0,120}}[::]\W{{0,4}}$",
    re.IGNORECASE | re.DOTALL,
)
_SURE = re.compile(rf"(?=.*{_ADDRESSED})(?=.*{_DATED})", re.IGNORECASE | re.DOTALL)
_BY_SHAPE = re.compile(rf"{_DATED}|{_ADDRESSED}", re.IGNORECASE)

_ORIGINAL = (
    r"original message|original appointment|ursprüngliche nachricht|originalnachricht|original-nachricht"
    r"|message d'origine|message d’origine|message original|message initial|mensaje original|missatge original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|originele bericht|ursprungligt meddelande"
    r"|originalmeddelande|ursprungsmeddelande|opprinnelig melding|oprindelig meddelelse|original besked"
    r"|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa|исходное сообщение"
    r"|исходное письмо|пересылаемое сообщение|orijinal mesaj|özgün ileti|özgün mesaj|eredeti üzenet|mesaj original"
    r"|αρχικό μήνυμα|元のメッセージ|元のメール|オリジナルメッセージ|原始邮件|邮件原件|原始郵件|원본 메시지|원본 메일|original"
    r"|reply message|antwort(?:nachricht)?|messaggio inoltrato"
)
_FORWARDED = (
    r"forwarded message|forwarded by .{1,80}|original message follows|weitergeleitete nachricht"
    r"|weitergeleitet von .{1,80}|message transféré|message transmis|mensaje reenviado|mensagem encaminhada"
    r"|mensagem reencaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande|videresendt melding"
    r"|videresendt meddelelse|videresendt besked|välitetty viesti|edelleen lähetetty viesti"
    r"|wiadomość przekazana|przekazana wiadomość|přeposlaná zpráva|переадресованное сообщение"
    r"|пересылаемое сообщение|перенаправленное сообщение|iletilen mesaj|iletilmiş mesaj|továbbított üzenet"
    r"|mesaj redirecționat|転送されたメッセージ|転送メッセージ|转发的邮件|轉寄的郵件|전달된 메시지"
)
_RULED = re.compile(
    rf"^[\s*>]*[-_=]{{2,}}\s*(?:{_ORIGINAL}|{_FORWARDED})\s*:?\s*[-_=]{{0,}}[\s*]*$", re.IGNORECASE
)
_BEGINS = re.compile(
    r"^\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:réexpédié"
    r"|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (?:reencaminhada"
    r"|encaminhada)|begin doorgestuurd bericht|vidarebefordrat brev|start på videresendt (?:melding|besked)"
    r"|välitetty viesti alkaa|początek przekazanej wiadomości|начало переадресованного сообщения"
    r"|начало перенаправленного сообщения|転送されたメッセージ|以下是转发的邮件|下面是被转发的邮件)\s*[::]\s*$",
    re.IGNORECASE,
)
_IS_FORWARD = re.compile(rf"^[\s*>]*[-_=]{{2,}}\s*(?:{_FORWARDED})\s*:?\s*[-_=]{{0,}}[\s*]*$", re.IGNORECASE)
_RULE = re.compile(r"^[\s>]*(?:_{10,}|-{10,}|\*{10,}|={10,})\s*$")

_FROM = (r"from|von|de|desde|da|van|från|fra|lähettäjä|od|nadawca|от(?: кого)?|kimden|gönderen|差出人|送信者|发件人|寄件者"
         r"|寄件人|보낸 사람|보낸사람|από|feladó|expeditor|від|מאת|من|expéditeur|mittente|remitente|remetente|afzender"
         r"|avsändare|saatja|nuo|no|odesílatel|odosielateľ|pošiljatelj|отправитель|absender")  # fmt: skip
_SENT = (
    r"sent|gesendet|envoyé(?: le)?|enviado(?: el| em)?|enviada(?: em)?|inviato|data|date|datum|fecha|verzonden"
    r"|skickat|sendt|dato|lähetetty|päiväys|päivä|päivämäärä|wysłano|data|odesláno|odoslané|dátum|отправлено"
    r"|дата|gönderilen|gönderme tarihi|gönderildi|tarih|送信日時|日付|日時|发送时间|发送日期|日期|時間|寄件日期|보낸 날짜"
    r"|날짜|στάλθηκε|ημερομηνία|elküldve|trimis|надіслано|נשלח|تاريخ|poslano|saadetud|išsiųsta|nosūtīts"
)
_REST = (
    r"to|an|à|a|para|aan|till|til|vastaanottaja|do|adresat|komu|кому|kime|alıcı|宛先|收件人|收件者|받는 사람|받는사람"
    r"|προς|címzett|către|אל|إلى|destinataire|destinatario|destinatário|ontvanger|for|cc|kopie|copie|kopia|kopi"
    r"|copia|cópia|dw|kopie|копия|bilgi|抄送|副本|참조|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne"
    r"|emne|aihe|temat|předmět|predmet|тема|konu|件名|主题|主旨|主題|제목|θέμα|tárgy|subiect|נושא|الموضوع|titel"
    r"|reply-to|antwort an|répondre à|importance|wichtigkeit|priority|priorität|organization|organisation|teema|tema"
    r"|attachments|anlagen|bcc"
)
_LABEL_FROM = re.compile(rf"^[\s>*_]*(?:{_FROM})\s?[*_]*\s?[::][*_]*\s*\S", re.IGNORECASE)
_LABEL_SENT = re.compile(rf"^[\s>*_]*(?:{_SENT})\s?[*_]*\s?[::][*_]*\s*\S", re.IGNORECASE)
_LABEL_REST = re.compile(rf"^[\s>*_]*(?:{_REST})\s?[*_]*\s?[::]", re.IGNORECASE)


def quotations(lines: list[str]) -> list[tuple[int, int]]:
    """Half-open spans of lines that repeat earlier letters, in order, each with the lines that introduce it."""
    tail = _tail(lines)
    found: list[tuple[int, int]] = []
    index = 0
    while index < tail:
        if not _is_quoted(lines, index):
            index += 1
            continue
        end = index + 1
        while end < tail and (_is_quoted(lines, end) or _blank_inside(lines, end, tail)):
            end += 1
        floor = found[-1][1] if found else 0
        found.append((_with_introduction(lines, index, floor), end))
        index = end
    if tail < len(lines):
        found.append((tail, len(lines)))
    return found


def unquoted(line: str) -> str:
    """A line without its quotation marks."""
    return re.sub(r"^(?:[ \t]{0,3}>)+ ?", "", line)


def is_frame(line: str) -> bool:
    """Whether a quoted line only introduces what follows: an attribution, a header line, a rule."""
    return bool(
        _RULE.match(line) or _RULED.match(line) or _LABEL_FROM.match(line) or _LABEL_SENT.match(line)
        or _LABEL_REST.match(line) or (_ENDS.search(line) and _BY_SHAPE.search(line))
    )  # fmt: skip


def is_forward(text: str) -> bool:
    """Whether a quotation is a forwarded letter, which the conversation has not seen before."""
    return any(_IS_FORWARD.match(line) or _BEGINS.match(line) for line in text.split("\n")[:6])


def _is_quoted(lines: list[str], index: int) -> bool:
    line = lines[index]
    if not _QUOTED.match(line):
        return False
    if line.startswith(">From "):  # a spool's escape of an own line, not a quotation
        return any(0 <= near < len(lines) and _QUOTED.match(lines[near]) for near in (index - 1, index + 1))
    return True


def _blank_inside(lines: list[str], index: int, tail: int) -> bool:
    """A blank line between two quoted ones belongs to the quotation, unless an answer stands there."""
    if not _BLANK.match(lines[index]):
        return False
    after = index
    while after < tail and _BLANK.match(lines[after]) and not _QUOTED.match(lines[after]):
        after += 1
    return after < tail and _is_quoted(lines, after) and after - index <= 2


def _with_introduction(lines: list[str], start: int, floor: int) -> int:
    """The first line of what introduces the quoted lines at `start`; `start` itself when nothing does."""
    last = start - 1
    while last >= floor and not lines[last].strip() and start - last <= 3:
        last -= 1
    if last < floor or not lines[last].strip():
        return start
    if _RULED.match(lines[last]) or _BEGINS.match(lines[last]):
        return last
    block = _header_block_ending(lines, last, floor)
    if block is not None:
        return block
    for first in range(last, max(floor, last - 4) - 1, -1):
        if not lines[first].strip():
            break
        joined = " ".join(line.strip() for line in lines[first : last + 1])
        if len(joined) > 400 or not _ENDS.search(joined):
            break
        if _starts_attribution(joined):
            return first
    if _ENDS.search(lines[last]) and _BY_SHAPE.search(lines[last]) and len(lines[last]) < 250:
        first = last
        if re.match(r"^\s*<?[^\s<>@]+@", lines[last]) and first - 1 >= floor and lines[first - 1].strip():
            first -= 1  # "Dora Customer" above "<dora@x.example>:"
        alone = first == floor or not lines[first - 1].strip() or first < last
        return first if alone or _BY_WORDS.match(lines[last].strip()) else start
    return start


def _starts_attribution(joined: str) -> bool:
    plain = joined.strip()
    return bool(_BY_WORDS.match(plain) and re.match(rf"^\W{{0,6}}(?:{_STARTS})\b", plain, re.IGNORECASE)
                and _BY_SHAPE.search(plain))  # fmt: skip


def _tail(lines: list[str]) -> int:
    """The line from which all is an earlier letter without quotation marks; the number of lines when none is."""
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if _RULED.match(line) and not _QUOTED.match(line):
            return _rule_above(lines, index)
        if _BEGINS.match(line):
            return index
        if _LABEL_FROM.match(line) and not _QUOTED.match(line) and _is_header_block(lines, index):
            return _rule_above(lines, index)
        if not _QUOTED.match(line) and _is_sure_attribution(lines, index):
            return index
    return len(lines)


def _rule_above(lines: list[str], index: int) -> int:
    above = index - 1
    while above >= 0 and not lines[above].strip() and index - above <= 2:
        above -= 1
    return above if above >= 0 and _RULE.match(lines[above]) else index


def _is_header_block(lines: list[str], start: int) -> bool:
    """From, then a date, then To or Subject: what Outlook and its kin put above the earlier letter."""
    dated, others, seen = 0, 0, 0
    for line in lines[start + 1 : start + 16]:
        if not line.strip():
            if seen and dated + others >= 2:
                break
            continue
        seen += 1
        if _LABEL_SENT.match(line):
            dated += 1
        elif _LABEL_REST.match(line):
            others += 1
        elif seen > 8 or (dated + others == 0 and seen > 1):
            break
    return dated >= 1 and others >= 1


def _header_block_ending(lines: list[str], last: int, floor: int) -> int | None:
    """A block of header lines right above quoted lines, as some programs write before `>`."""
    first, dated, sender = last, 0, 0
    while first >= floor and lines[first].strip():
        line = lines[first]
        if _LABEL_FROM.match(line):
            sender += 1
        elif _LABEL_SENT.match(line):
            dated += 1
        elif not _LABEL_REST.match(line):
            break
        first -= 1
    return first + 1 if sender and dated and last - first >= 2 else None


def _is_sure_attribution(lines: list[str], index: int) -> bool:
    """An attribution with a date and an address whose quotation lost its marks, as phones send it."""
    for count in (1, 2, 3):
        joined = " ".join(line.strip() for line in lines[index : index + count])
        if len(joined) > 400:
            return False
        if not _ENDS.search(joined):
            continue
        if not (_SURE.search(joined) and _starts_attribution(joined)):
            return False
        after = index + count
        while after < len(lines) and not lines[after].strip():
            after += 1
        return after < len(lines) and not _QUOTED.match(lines[after])
    return False
