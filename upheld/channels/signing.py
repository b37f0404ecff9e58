"""Where a writer's own words end and a signature begins: after `-- `, or with the line that a telephone adds."""

from __future__ import annotations

import re

_LONGEST_MARKED = 20  # lines after `-- ` that may be a signature
_LONGEST_BARE = 8  # lines after a `--` that lost its blank on the way
_SEPARATOR = re.compile(r"^(?:-- ?|--\u00a0|— ?|__ ?)$")

# What is added below a signature is meant to be read.
_POSTSCRIPT = re.compile(
    r"^\W*(?:(?:p\.[ -]?){1,3}s\b|p\. ?d\.|n\. ?b\.|u\. ?i\.|з\. ?ы\.|п\. ?с\.|υ\. ?γ\.|p{1,3}s\b(?! *&)"
    r"|(?:nb|pd|obs|jk|ui|пс|зы|υγ) ?[:.!–—-]|po?st?data\b|post ?scriptum\b|nachtrag\b|追伸|附言|又及|추신)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？;؟]\W{0,3}$")

_MY = (
    r"(?:my |mein(?:em|er)? |mon |ma |mi |meu |minha |mijn |min |mit |mitt |moj(?:ego|ej) |mého |мо[её]го "
    r"|il mio "
    r"|benim |the )?"
)
_NAMES = (
    "i-?phon\\w*", "i-?pad\\w*", "i-?pod", "ios", "android\\w*", "samsung", "galaxy", "huawei", "xiaomi", "redmi",
    "pixel", "nokia", "sony", "xperia", "motorola", "oneplus", "oppo", "blackberry", "htc", "lg", "windows",
    "outlook", "yahoo", "gmail", "aol", "gmx", "web\\.de", "freenet", "t-online", "telekom", "orange", "mail",
    "proton ?mail", "thunderbird", "smartphone", "mobil\\w*", "handy", "phone", "tablet\\w*", "téléphone", "móvil",
    "celular", "telefon\\w*", "telemóvel", "mailbox", "spark", "spike", "fairmail", "k-9", "superhuman", "hey",
    "zoho", "puhelime\\w*",
)  # fmt: skip
_ON = rf"[\w+.,'’&/®™-]?[\w+.,'’&/®™ -]{{0,40}}?(?:{'|'.join(_NAMES)})[\w+.,'’&/®™() -]{{0,50}}"
_IT = _MY + _ON
_PHONE_LINES = (
    rf"sent (?:from|via|with|using|by) {_IT}",
    r"get (?:outlook|yahoo mail|bluemail|gmail) (?:for|on) .{2,40}",
    rf"(?:gesendet|verschickt|geschickt) (?:von|mit|über|via|aus) {_IT}",
    rf"(?:von|mit) {_IT}(?:gesendet|verschickt|geschickt)",
    rf"diese (?:nachricht|e-?mail) wurde (?:von|mit) {_IT}",
    r"holen sie sich outlook für .{2,30}",
    r"outlook für .{2,20} (?:herunterladen|beziehen)",
    rf"envoyé (?:de|depuis|à partir de|avec|via) {_IT}",
    rf"envoyé (?:à partir )?d['’]{_ON}",
    r"(?:télécharger|obtenir|obtenez|téléchargez) outlook pour .{2,30}",
    rf"enviado (?:desde|do|da|de|pelo|a partir do|a través de) {_IT}",
    r"(?:obtener|obtenga|obter|obtenha|descarga|descargar) (?:o )?outlook para .{2,30}",
    rf"inviato (?:da(?:l|lla)?|con|tramite) {_IT}",
    r"(?:ottieni|scarica) outlook per .{2,30}",
    rf"(?:verstuurd|verzonden) (?:vanaf|met|via|vanuit) {_IT}",
    r"(?:download )?outlook voor .{2,30}",
    rf"skickat från {_IT}",
    r"(?:skaffa|hämta|hent|få) outlook (?:för|til|for) .{2,30}",
    rf"sendt (?:fra|via) {_IT}",
    rf"lähetetty {_IT}",
    rf"wysłan[eoay] (?:z|ze|za pomocą) {_IT}",
    r"pobierz (?:program )?outlook .{2,30}",
    rf"(?:odesláno|odoslané) (?:z|ze|zo) {_IT}",
    rf"(?:отправлено|надіслано) (?:с|из|от|з|із) {_IT}",
    rf"{_ON}['’]?(?:d[ae]n|t[ae]n|umdan|imden)? (?:gönderildi|yollandı)",
    rf"{_ON}から送信(?:されました)?",
    rf"(?:发自|發自|寄自)(?:我的|我的 )?{_ON}",
    rf"[从從]我的 ?{_ON}(?:发送|傳送)?",
    rf"(?:나의|내) {_ON}에서 보냄",
    r"iphone에서 보냄",
    rf"az? {_ON} küldve",
    rf"(?:trimis de pe|στάλθηκε από|נשלח מה) ?-?{_IT}",
)
_PHONE_LINE = re.compile(
    rf"^\W{{0,3}}(?:{'|'.join(_PHONE_LINES)})\W{{0,4}}(?:<https?://\S+>"
    rf"|\(?https?://\S+\)?)?\W{{0,3}}$",
    re.IGNORECASE,
)


def signatures(lines: list[str], start: int, end: int) -> list[tuple[int, int]]:
    """Half-open spans of signatures within one stretch of the writer's own lines, counted from its end."""
    found: list[tuple[int, int]] = []
    stop = _past_blanks(lines, start, end)
    mark = _separator(lines, start, stop)
    if mark is not None:
        last = _before_postscript(lines, mark, stop)
        if last < stop:
            found += _phone_lines(lines, last, stop)
        if last > mark + 1:
            found.append((mark, last if last < stop else end))
        stop = _past_blanks(lines, start, mark)
    return sorted(found + _phone_lines(lines, start, stop))


def _phone_lines(lines: list[str], start: int, stop: int) -> list[tuple[int, int]]:
    found = []
    while stop > start and len(lines[stop - 1]) < 160 and _PHONE_LINE.match(lines[stop - 1].strip()):
        found.append((stop - 1, stop))
        stop = _past_blanks(lines, start, stop - 1)
    return found


def _before_postscript(lines: list[str], mark: int, stop: int) -> int:
    """Where a signature ends because the writer goes on: at a postscript or a paragraph that asks something."""
    paragraph = mark + 1
    for index in range(mark + 1, stop):
        if not lines[index].strip():
            paragraph = index + 1
        elif _POSTSCRIPT.match(lines[index]):
            return index
        elif _ASKS.search(lines[index]) and (index + 1 == stop or not lines[index + 1].strip()):
            return paragraph
    return stop


def _separator(lines: list[str], start: int, stop: int) -> int | None:
    """The line of the signature mark whose tail is short enough; several bare marks only divide a text."""
    marks = [index for index in range(start, stop) if _SEPARATOR.match(lines[index])]
    if not marks:
        return None
    index = marks[-1]
    exact = lines[index] == "-- "
    after = [line for line in lines[index + 1 : stop] if line.strip()]
    if not after or len(after) > (_LONGEST_MARKED if exact else _LONGEST_BARE) or max(map(len, after)) > 200:
        return None
    return index if exact or len(marks) == 1 else None


def _past_blanks(lines: list[str], start: int, end: int) -> int:
    while end > start and not lines[end - 1].strip():
        end -= 1
    return end
