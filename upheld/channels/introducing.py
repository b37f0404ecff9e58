"""The lines with which mail programs introduce an earlier letter, in the languages that they speak.

Three shapes: a sentence that ends in a colon ("On Friday Dora wrote:"), a rule with a title ("-----Original
Message-----"), and a block of header lines ("From: … Sent: … To: … Subject: …"). Words only, no decisions.
"""

from __future__ import annotations

import re

# How the languages say "wrote"; a verb at the sentence's beginning or end, so both orders are covered.
_WROTE = (
    r"wrote|writes|schrieb(?: am)?|hat geschrieben|a écrit|écrivait|écrit|escribió|escribio|ha escrito"
    r"|va escriure"
    r"|ha scritto|scrive|escreveu|escreve|schreef|heeft geschreven|geschreven|het volgende geschreven|skrev"
    r"|skrifaði"
    r"|kirjoitti|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|пишет|написал(?:\(а\)|а)?"
    r"|писал(?:а)?"
    r"|написа|написав(?:\(ла\))?|пише|yazdı|şunu yazdı|şunları yazdı|írta|ezt írta|a scris|έγραψε|כתב(?:ה)?"
    r"|كتب(?:ت)?"
    r"|写道|寫道|さんは書きました|さんが書きました|のメール|님이 작성|작성"
    r"|đã viết|rašė|parašė|kirjutas|rakstīja|napisao"
    r"|napisala|je napisal(?:\(a\))?|je napisao(?:/la)?|idatzi du|scrisse|menulis"
)
STARTS = (
    r"on|am|le|el|il|em|no dia|a(?:m)?|op|den|på|dne|dňa|w dniu|dnia|pe|ti|ke|to|la|su|ma|vi|al|lø|lör|sø"
    r"|sön|ons|tor"
    r"|tors|fre|man|mån|tir|tis|в|\d{1,4}|στις|в(?:ід)?|în|la data de|ngày|vào|ב|في|mon|tue|wed|thu|fri|sat"
    r"|sun|mo|di"
    r"|mi|do|fr|sa|so|pada|dana|dne|von|from|de|od|от|från|fra"
)
DATED = (
    r"(?:\d{1,4}\s?[./年-]\s?\d{1,2}|\d{1,2}:\d\d|\d{1,2}\.?\s+\w{3,12}\.?,?\s+\d{2,4}"
    r"|\w{3,12}\.?\s+\d{1,2},?\s+\d{4})"
)
ADDRESSED = r"[^\s<>()]+@[^\s<>()]+"
ENDS = re.compile(r"[::][ \t\u00a0*_]*$")
BY_WORDS = re.compile(
    rf"^\W{{0,6}}(?:(?:{STARTS})\b.{{0,280}}?(?<!\w)(?:{_WROTE})"
    rf"|.{{1,200}}?(?<!\w)(?:{_WROTE})(?!\w).{{0,160}})"
    rf".{{0,120}}[::]\W{{0,4}}$",
    re.IGNORECASE | re.DOTALL,
)
OPENS = re.compile(rf"^\W{{0,6}}(?:{STARTS})\b", re.IGNORECASE)
SURE = re.compile(rf"(?=.*{ADDRESSED})(?=.*{DATED})", re.IGNORECASE | re.DOTALL)
# Nobody writes a bracketed address, a full date and a time on one line by hand.
UNMISTAKABLE = re.compile(
    rf"(?=.*[<(\[]\s?<?{ADDRESSED})(?=.*(?:\b\d{{4}}\b|\d{{4}}年|\d{{4}}년))(?=.*\d{{1,2}}[:.]\d\d)",
    re.DOTALL,
)
BY_SHAPE = re.compile(rf"{DATED}|{ADDRESSED}", re.IGNORECASE)

_ORIGINAL = (
    r"original message|original appointment|ursprüngliche nachricht|originalnachricht|original-nachricht"
    r"|message d'origine|message d’origine|message original|message initial|mensaje original|missatge original"
    r"|messaggio originale|mensagem original|oorspronkelijk bericht|originele bericht|ursprungligt meddelande"
    r"|originalmeddelande|ursprungsmeddelande|opprinnelig melding|oprindelig meddelelse|original besked"
    r"|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|pôvodná správa"
    r"|исходное сообщение"
    r"|исходное письмо|пересылаемое сообщение|orijinal mesaj|özgün ileti|özgün mesaj|eredeti üzenet"
    r"|mesaj original"
    r"|αρχικό μήνυμα|元のメッセージ|元のメール|オリジナルメッセージ|原始邮件|邮件原件|原始郵件"
    r"|원본 메시지|원본 메일|original"
    r"|reply message|antwort(?:nachricht)?|messaggio inoltrato"
)
_FORWARDED = (
    r"forwarded message|forwarded by .{1,80}|original message follows|weitergeleitete nachricht"
    r"|weitergeleitet von .{1,80}|message transféré|message transmis|mensaje reenviado|mensagem encaminhada"
    r"|mensagem reencaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande"
    r"|videresendt melding"
    r"|videresendt meddelelse|videresendt besked|välitetty viesti|edelleen lähetetty viesti"
    r"|wiadomość przekazana|przekazana wiadomość|přeposlaná zpráva|переадресованное сообщение"
    r"|пересылаемое сообщение|перенаправленное сообщение|iletilen mesaj|iletilmiş mesaj|továbbított üzenet"
    r"|mesaj redirecționat|転送されたメッセージ|転送メッセージ|转发的邮件|轉寄的郵件|전달된 메시지"
)
RULED = re.compile(
    rf"^[\s*>]*[-_=]{{2,}}\s*(?:{_ORIGINAL}|{_FORWARDED})\s*:?\s*[-_=]{{0,}}[\s*]*$", re.IGNORECASE
)
BEGINS = re.compile(
    r"^\s*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)"
    r"|début du message (?:réexpédié"
    r"|transféré)|inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (?:reencaminhada"
    r"|encaminhada)|begin doorgestuurd bericht|vidarebefordrat brev|start på videresendt (?:melding|besked)"
    r"|välitetty viesti alkaa|początek przekazanej wiadomości|начало переадресованного сообщения"
    r"|начало перенаправленного сообщения|転送されたメッセージ|以下是转发的邮件|下面是被转发的邮件)\s*[::]\s*$",
    re.IGNORECASE,
)
IS_FORWARD = re.compile(rf"^[\s*>]*[-_=]{{2,}}\s*(?:{_FORWARDED})\s*:?\s*[-_=]{{0,}}[\s*]*$", re.IGNORECASE)
RULE = re.compile(r"^[\s>]*(?:_{10,}|-{10,}|\*{10,}|={10,})\s*$")

_FROM = (r"from|von|de|desde|da|van|från|fra|lähettäjä|od|nadawca|от(?: кого)?|kimden|gönderen|差出人|送信者"
         r"|发件人|寄件者"
         r"|寄件人|보낸 사람|보낸사람|από|feladó|expeditor|від|מאת|من|expéditeur|mittente|remitente|remetente|afzender"
         r"|avsändare|saatja|nuo|no|odesílatel|odosielateľ|pošiljatelj|отправитель|absender")  # fmt: skip
_SENT_ONLY = (
    r"sent|gesendet|envoyé(?: le)?|enviado(?: el| em)?|enviada(?: em)?|inviato|verzonden|skickat|sendt|lähetetty"
    r"|wysłano|odesláno|odoslané|отправлено|gönderilen|gönderme tarihi|gönderildi|送信日時|发送时间|发送日期|寄件日期"
    r"|보낸 날짜|στάλθηκε|elküldve|trimis|надіслано|נשלח|poslano|saadetud|išsiųsta|nosūtīts"
)
_SENT = (
    rf"{_SENT_ONLY}|data|date|datum|fecha|dato|päiväys|päivä|päivämäärä|dátum|дата|tarih|日付|日時|日期|時間|날짜"
    r"|ημερομηνία|تاريخ"
)
_TO = (
    r"to|an|à|a|para|aan|till|til|vastaanottaja|do|adresat|komu|кому|kime|alıcı|宛先|收件人|收件者|받는 사람|받는사람"
    r"|προς|címzett|către|אל|إلى|destinataire|destinatario|destinatário|ontvanger"
)
_SUBJECT = (
    r"subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|emne|aihe|temat|předmět|predmet|тема|konu|件名|主题"
    r"|主旨|主題|제목|θέμα|tárgy|subiect|נושא|الموضوع|titel|teema|tema"
)
_REST = (
    rf"{_TO}|{_SUBJECT}|for|cc|kopie|copie|kopia|kopi|copia|cópia|dw|копия|bilgi|抄送|副本|참조"
    r"|reply-to|antwort an|répondre à|importance|wichtigkeit|priority|priorität|organization|organisation"
    r"|attachments|anlagen|bcc"
)
LABEL_FROM = re.compile(rf"^[\s>*_]*(?:{_FROM})\s?[*_]*\s?[::][*_]*\s*\S", re.IGNORECASE)
LABEL_SENT = re.compile(rf"^[\s>*_]*(?:{_SENT})\s?[*_]*\s?[::][*_]*\s*\S", re.IGNORECASE)
LABEL_REST = re.compile(rf"^[\s>*_]*(?:{_REST})\s?[*_]*\s?[::]", re.IGNORECASE)
LABEL_TO = re.compile(rf"^[\s>*_]*(?:{_TO})\s?[*_]*\s?[:：]", re.IGNORECASE)
LABEL_SUBJECT = re.compile(rf"^[\s>*_]*(?:{_SUBJECT})\s?[*_]*\s?[:：]", re.IGNORECASE)
# "Sent" stands above earlier letters alone; "Date" stands in every form that somebody fills in.
LABEL_SENT_ONLY = re.compile(rf"^[\s>*_]*(?:{_SENT_ONLY})\s?[*_]*\s?[:：]", re.IGNORECASE)
TIMED = re.compile(
    r"\d{1,2}[:h]\d\d|\bklo?\.?\s?\d{1,2}[.]\d\d|\d{1,2}[.]\d\d\s?uhr|\d\s?[ap]\.?m\b|\d\s?(?:時|时|点|點|시)",
    re.IGNORECASE,
)
