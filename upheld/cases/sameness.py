"""What a subject is about once the mail programs' additions are gone, and which numbers name an order or an invoice.

Pure: words in, words out.
"""

from __future__ import annotations

import re
import unicodedata

LEAST_DIGITS = 5

# What mail programs put before a subject when somebody answers or passes it on, from Afrikaans to Chinese.
_ANSWERS = (
    "re", "aw", "antw", "antwort", "sv", "vs", "vá", "odp", "ynt", "rép", "rep", "res", "resp", "ref", "rif", "bls",
    "atb", "hv", "ang", "ad", "r", "σχετ", "απ", "πρθ", "отв", "ответ", "re-", "回复", "回覆", "答复", "答覆", "返信",
    "회신", "رد", "תשובה", "การตอบกลับ", "trả lời",
)  # fmt: skip
_PASSED_ON = (
    "fw", "fwd", "wg", "wtr", "doorst", "tr", "enc", "rv", "i", "pd", "ilt", "ile", "vb", "vl", "továbbítás", "vs",
    "пер", "转发", "轉寄", "転送", "전달", "إعادة توجيه", "הועבר", "pr", "redir", "transf", "inoltra", "weitergeleitet",
)  # fmt: skip
_ADDED = re.compile(
    r"^\s*(?:"
    r"(?:" + "|".join(sorted(map(re.escape, {*_ANSWERS, *_PASSED_ON}), key=len, reverse=True)) + r")"
    r"\s*(?:[\[(^]\s*\d{1,3}\s*[\])]?|\d{1,3})?\s*[:：]"
    r"|\[[^\]]{1,40}\]"
    r")",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\[[A-Z]{1,6}-\d{1,9}\]", re.IGNORECASE)
_WORD = re.compile(r"\w+")

# Words that stand in half of all subjects and say nothing of the matter.
_SAYS_NOTHING = """
a about again all also am an and anfrage anfragen angaben angebot anliegen antwort any asap at auch auf auftrag
aus bei beschwerde bestellen bestelling bestellung bestellungen betreff betreft bill bitte bonjour brief case
ciao claim client commande complaint contact contacto customer damen danke das de dein delivery demande den der
des die domanda dringend du eil ein eine einer email erinnerung facture factuur fall fattura for form formular
frage fragen from für geehrte good guten hallo hello help herren hi hilfe hola ich ihr ihre ihrem ihrer im
important in info information informationen inquiry invoice ist je kein keine klacht kontakt kontaktanfrage
kontaktformular kunde kundenanfrage la le letter lieferung mail mein meine meinem meinen meiner message mit
mitteilung my nachricht need neu neue neuer new nicht no noch nochmal nr number nummer of offer on onderwerp or
order order-number ordine our paket parcel pedido per please post pregunta problem problema probleme product
produkt purchase query question questions quotation quote re rechnung reclamation reklamation reminder request
retour return richiesta rückfrage sehr sent service shipment shop site status subject support tag termin test
thank thanks the ticket to um und une uns unser unsere update urgent via von vraag webshop website wegen wichtig
with your zu zum zur zurück über
"""
_GENERIC = frozenset(_SAYS_NOTHING.split())
_NAMED = re.compile(
    r"(?:(?:order|bestell|auftrag|rechnung|invoice|commande|facture|pedido|factura|encomenda|fatura|ordine|fattura|"
    r"factuur|ordre|faktura|beställning|tilaus|lasku|zamówieni|zamowieni|faktur|objednávk|rendelés|sipariş|заказ|счет|"
    r"lieferschein|tracking|sendung|vorgang|ticket|referen|aktenzeichen|serial|serien|vertrag|contract|polic|buchung|"
    r"booking|reserv|réserv)\w*|\b(?:case|fall|ref|az|po|inv|rg|re|sn|os)\b|#)"
    r"[\s.:#/-]*(?:no|nr|number|nummer|num|numéro|número|numero|n°|nº|№|id)?[\s.:#-]*(?:[A-Z]{1,5}[-/ ]?)?$",
    re.IGNORECASE,
)
"""What stands before a number that names an order, an invoice or the like."""
_NAMES_OTHERS = re.compile(
    r"(?:(?:kunde|customer|client|klant|cliente|account|konto|tele?fon|phone|mobil|fax|iban|postcode)\w*|"
    r"\b(?:kd|tel|fon|plz|zip|ust|vat|hrb)\b)[^\d\n]{0,16}$|\d[ /().-]{1,3}$",
    re.IGNORECASE,
)
"""What stands before a number that is the customer's own, or part of a telephone number."""
_NUMBER = re.compile(r"(?<![\d+.,/])\d[\d-]{3,18}\d(?![\d.,]*\d)")


def core(subject: str) -> str:
    """What a subject says, without Re:, Fwd: and the like, our numbers, signs; empty when that is too little."""
    said = _bare(subject)
    words = _WORD.findall(said)
    telling = [one for one in words if one not in _GENERIC and (len(one) > 2 or any(map(str.isdigit, one)))]
    return " ".join(words) if any(not one.isdigit() or len(one) >= LEAST_DIGITS for one in telling) else ""


def marks(subject: str) -> set[str]:
    """The words of a subject that are not everybody's: longer ones, and those with a digit."""
    found = _WORD.findall(_bare(subject))
    return {one for one in found if one not in _GENERIC and (len(one) > 3 or any(map(str.isdigit, one)))}


def numbers(subject: str, words: str) -> tuple[set[str], set[str]]:
    """Numbers of five digits and more: those that name an order, an invoice or the like, and the others.

    A telephone number, a postal code or the customer's own number stands in every letter of theirs and names nothing.
    """
    strong: set[str] = set()
    weak: set[str] = set()
    for text, bare_counts in ((_NUMBERED.sub(" ", subject), True), (words, False)):
        for found in _NUMBER.finditer(text):
            digits = found[0].replace("-", "")
            before = text[max(0, found.start() - 40) : found.start()]
            if len(digits) < LEAST_DIGITS or _NAMES_OTHERS.search(before) or _is_a_date(found[0]):
                continue
            (strong if bare_counts or _NAMED.search(before) else weak).add(digits)
    return strong, weak - strong


def _bare(subject: str) -> str:
    said = unicodedata.normalize("NFKC", subject)
    while (shorter := _ADDED.sub("", said, count=1)) != said:
        said = shorter
    return _NUMBERED.sub(" ", said).casefold()


def _is_a_date(digits: str) -> bool:
    return bool(re.fullmatch(r"(19|20)\d\d-?[01]\d-?[0-3]\d", digits))
