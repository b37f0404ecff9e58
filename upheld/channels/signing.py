"""The stretches of a writer's own text that say nothing new: signatures, a telephone's own line, disclaimers."""

from __future__ import annotations

import re

_LONGEST_MARKED = 20  # lines after `-- ` that may be a signature
_LONGEST_BARE = 10  # lines after a `--` that lost its blank
_SEPARATOR = re.compile(r"^-- ?$|^--\u00a0$|^— ?$|^_{2} ?$")

_DEVICE = (r"(?:my |mein(?:em|er)? |mon |ma |mi |meu |minha |mijn |min |mit |mitt |moj(?:ego|ej) |mého |мо[её]го |il mio |"
           r"benim )?")  # fmt: skip
_THING = (
    r"[\w+.’'&/®™ -]{0,40}(?:i-?phone\w*|i-?pad\w*|i-?pod|android\w*|samsung|galaxy|huawei|xiaomi|redmi|pixel|nokia|sony"
    r"|xperia|motorola|oneplus|oppo|blackberry|htc|lg|windows|outlook|yahoo|gmail|aol|gmx|web\.de|mail|t-online"
    r"|protonmail|proton mail|thunderbird|smartphone|mobile\w*|mobil\w*|handy|phone|tablet\w*|téléphone|móvil|celular"
    r"|telefon\w*|telemóvel|mailbox|spark|spike|fairmail|k-9|superhuman|hey|zoho|ios|mobiltelefon|puhelime\w*)"
    r"[\w+.’'&/®™() -]{0,50}"
)
_PHONE_LINE = re.compile(
    rf"^\W{{0,3}}(?:"
    rf"sent (?:from|via|with|using|by) {_DEVICE}{_THING}|sent with (?:proton ?mail|spark|spike).{{0,40}}"
    rf"|get (?:outlook|yahoo mail|bluemail|gmail) (?:for|on) .{{2,40}}|(?:gesendet|verschickt|geschickt)"
    rf" (?:von|mit|über|via|aus) {_DEVICE}{_THING}|(?:von|mit) {_DEVICE}{_THING}(?:gesendet|verschickt|geschickt)"
    rf"|diese (?:nachricht|e-?mail) wurde von {_DEVICE}{_THING}|holen sie sich outlook für .{{2,30}}|outlook für .{{2,30}}"
    rf"herunterladen|envoyé (?:de|depuis|à partir de|avec) {_DEVICE}{_THING}|(?:télécharger|obtenir|obtenez) outlook pour"
    rf" .{{2,30}}|envoyé à partir d['’]{_THING}|enviado (?:desde|do|de|pelo|a partir do|a través de) {_DEVICE}{_THING}"
    rf"|(?:obtener|obtenga|obter|descarga) outlook para .{{2,30}}|inviato (?:da(?:l|lla)?|con|tramite) {_DEVICE}{_THING}"
    rf"|(?:ottieni|scarica) outlook per .{{2,30}}|(?:verstuurd|verzonden) (?:vanaf|met|via|vanuit) {_DEVICE}{_THING}"
    rf"|(?:outlook voor .{{2,30}} downloaden|download outlook voor .{{2,30}})|skickat från {_DEVICE}{_THING}"
    rf"|(?:skaffa|hämta|hent|få) outlook (?:för|til|for) .{{2,30}}|sendt fra {_DEVICE}{_THING}"
    rf"|lähetetty {_THING}|lähetetty {_DEVICE}{_THING}|wysłan[eoay] (?:z|za pomocą) {_DEVICE}{_THING}"
    rf"|pobierz (?:program )?outlook .{{2,30}}|odesláno (?:z|ze) {_DEVICE}{_THING}|odoslané (?:z|zo) {_DEVICE}{_THING}"
    rf"|отправлено (?:с|из|от) {_DEVICE}{_THING}|надіслано (?:з|із) {_DEVICE}{_THING}|{_THING}(?:gönderildi|yollandı)"
    rf"|{_DEVICE}{_THING}['’]?(?:d[ae]n|t[ae]n|umdan|imden) gönderildi|{_THING}から送信(?:されました)?|发自我的{_THING}"
    rf"|從我的 ?{_THING}(?:傳送)?|从我的 ?{_THING}发送|나의 {_THING}에서 보냄|내 {_THING}에서 보냄|iphone에서 보냄"
    rf"|az? {_THING}(?:ról|ről|mról|mről) küldve|trimis de pe {_THING}|στάλθηκε από {_THING}|נשלח מה-?{_THING}"
    rf"|iphone'umdan gönderildi|iphone’umdan gönderildi"
    rf")\W{{0,4}}(?:<https?://\S+>|\(?https?://\S+\)?)?\W{{0,3}}$",
    re.IGNORECASE,
)

# Sentences that only lawyers put under letters. Two of them, or one under such a title, make a disclaimer.
_MARKS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"intended (?:only |solely |exclusively )?(?:recipient|addressee)|(?:solely|only|exclusively) for (?:the )?(?:use of"
        r" )?(?:the )?(?:individual|person|addressee|intended|named|entity)|intended (?:solely|only|exclusively) for",
        r"if you (?:are not|have received (?:this|it)|received this|believe you)",
        r"(?:confidential|privileged|proprietary|legally protected)",
        r"(?:notify|inform|contact|advise) (?:the sender|us) (?:immediately|at once|by)|delete (?:this|the|it)"
        r"|destroy (?:all|any|this|the)|(?:copying|disclosure|distribution|dissemination).{0,60}(?:prohibited|strictly"
        r"|unlawful|forbidden)|(?:strictly|expressly) prohibited",
        r"(?:any )?attach(?:ment|ed file)s?.{0,60}virus|virus(?:es)?.{0,80}(?:liab|responsib|accept|free|scan|check)"
        r"|(?:no|not accept|accepts no) (?:any )?(?:liability|responsibility)",
        r"vertraulich|rechtlich geschützt",
        r"nicht (?:der|die) (?:richtige|beabsichtigte|vorgesehene)[rn]? (?:adressat|empfänger)"
        r"|irrtümlich (?:erhalten|zugestellt)|versehentlich erhalten|ausschließlich für (?:den|die) adressat",
        r"informieren sie (?:bitte )?(?:sofort|unverzüglich|umgehend)|vernichten sie|unerlaubte[sn]? (?:kopieren|weitergabe)"
        r"|unbefugte (?:weitergabe|nutzung)|löschen sie (?:bitte )?(?:diese|die)",
        r"confidentiel|destiné(?:s)? (?:exclusivement|uniquement) à",
        r"si vous (?:n['’]êtes pas|avez reçu ce)|(?:reçu|transmis) (?:ce message )?par erreur|destinataire (?:prévu|désigné)",
        r"(?:détruire|supprimer) (?:ce|immédiatement)|avertir (?:immédiatement )?l['’]expéditeur",
        r"confidencial(?:es)?|dirigid[oa] (?:exclusivamente|únicamente)|destinad[oa] (?:exclusivamente|únicamente|apenas)",
        r"si (?:usted )?no es (?:el|usted)|ha recibido este (?:mensaje|correo).{0,20} por error|recebeu esta mensagem por"
        r"|caso não seja o destinatário",
        r"(?:riservat[eio]|confidenzial[ei])|destinat[eio] esclusivamente|(?:ricevuto|pervenuto).{0,40}(?:per )?errore"
        r"|qualora non (?:foste|fosse)|d\.?lgs|gdpr",
        r"vertrouwelijk|uitsluitend bestemd|niet de (?:beoogde|bedoelde) (?:ontvanger|geadresseerde)|ten onrechte ontvang",
        r"konfidentiel(?:l|t)|konfidentiell|fortrolig|endast avsedd|avsedda mottagaren|luottamuksellis|poufn[ea]|poufne"
        r"|důvěrn|конфиденциальн|предназначен[оаы]? (?:исключительно|только)|gizli(?:dir)?|yalnızca|秘密|機密|保密|机密",
        r"(?:consider|think|please think|think about) (?:of )?(?:the|our) environment before printing|before printing",
        r"(?:originated|came|sent) from (?:an )?(?:outside|external)(?: of)?(?: (?:the|our|your))?|external (?:e-?mail|sender)",
        r"do not click (?:on )?(?:any )?links|(?:links|attachments).{0,40}unless you (?:recogni[sz]e|know|trust)",
    )
]  # fmt: skip
_TITLE = re.compile(
    r"^[\s*_=-]*(?:confidentiality(?: (?:notice|note|statement))?|confidential|disclaimer|legal (?:notice|disclaimer)"
    r"|privileged (?:and|&) confidential|important notice|e-?mail disclaimer|haftungsausschluss|vertraulichkeitshinweis"
    r"|rechtlicher hinweis|avis de confidentialité|clause de confidentialité|aviso (?:legal|de confidencialidad"
    r"|de confidencialidade)|avviso di riservatezza|caution|warning: external|external email)\s*[*_]*\s*(?:[::.–—-]|$)",
    re.IGNORECASE,
)
_GREEN = re.compile(
    r"^\W{0,6}(?:please (?:consider|think)|bitte (?:denken|prüfen) sie|pensez à|before printing|antes de imprimir"
    r"|think before you print).{0,160}(?:environment|print|umwelt|druck|imprim|environnement)", re.IGNORECASE | re.DOTALL,
)  # fmt: skip


def signatures(lines: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """Half-open spans of signatures within one stretch of the writer's own lines, counted from its end."""
    found: list[tuple[int, int]] = []
    stop = _past_blanks(lines, start, end)
    mark = _separator(lines, start, stop)
    if mark is not None:
        found.append((mark, end))
        stop = _past_blanks(lines, start, mark)
    while stop > start and _PHONE_LINE.match(lines[stop - 1].strip()) and len(lines[stop - 1]) < 160:
        found.append((stop - 1, stop))
        stop = _past_blanks(lines, start, stop - 1)
    return sorted(found)


def disclaimers(lines: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """Half-open spans of paragraphs that are disclaimers, wherever in the stretch they stand."""
    found: list[tuple[int, int]] = []
    first = start
    titled = False
    while first < end:
        if not lines[first].strip():
            first += 1
            continue
        last = first
        while last < end and lines[last].strip():
            last += 1
        text = " ".join(line.strip() for line in lines[first:last])
        title = _TITLE.match(text) is not None
        marks = sum(1 for mark in _MARKS if mark.search(text))
        if (
            (marks >= 2 and len(text) >= 60)
            or ((title or titled) and marks >= 1)
            or (_GREEN.match(text) and len(text) < 250)
        ):
            if titled and found and not title:
                pass
            found.append((first, last))
            titled = False
        else:
            titled = title and len(text) < 60
            if titled:
                found.append((first, last))
        first = last
    return _without_lone_titles(lines, found)


def _without_lone_titles(lines: list[str], found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A title alone is no disclaimer: someone may write "Confidential:" above their own words."""
    kept = []
    for index, (first, last) in enumerate(found):
        text = " ".join(lines[first:last])
        bare = _TITLE.match(text) and len(text) < 60 and not any(mark.search(text) for mark in _MARKS[:2])
        follows = index + 1 < len(found) and not any(
            line.strip() for line in lines[last : found[index + 1][0]]
        )
        if not bare or follows:
            kept.append((first, last))
    return kept


def _separator(lines: list[str], start: int, stop: int) -> int | None:
    """The line of the last signature mark whose tail is short enough to be a signature."""
    for index in range(stop - 1, start - 1, -1):
        line = lines[index]
        if not _SEPARATOR.match(line):
            continue
        after = [one for one in lines[index + 1 : stop] if one.strip()]
        bound = _LONGEST_MARKED if line.startswith("-- ") else _LONGEST_BARE
        short = len(after) <= bound and all(len(one) <= 200 for one in after)
        return index if short and after and any(one.strip() for one in lines[start:index]) else None
    return None


def _past_blanks(lines: list[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end
