"""Words as customers and colleagues write them: made up, the same for the same seed, and quick to make by the million.

`RARE` stands in seven cases of a load, `COMMON` in about three of ten: what the searches look for.
"""

from __future__ import annotations

from random import Random

RARE = "zyxquartz"
COMMON = "invoice"
WORDS = [
    "the",
    "order",
    "payment",
    "refund",
    "account",
    "password",
    "login",
    "delivery",
    "address",
    "card",
    "page",
    "error",
    "screen",
    "app",
    "customer",
    "number",
    "email",
    "please",
    "help",
    "thank",
    "you",
    "regards",
    "since",
    "yesterday",
    "cannot",
    "could",
    "would",
    "we",
    "my",
    "our",
    "it",
    "is",
    "was",
    "not",
    "received",
    "sent",
    "charged",
    "twice",
    "subscription",
    "cancel",
    "renewal",
    "plan",
    "upgrade",
    "device",
    "phone",
    "laptop",
    "browser",
    "update",
    "version",
    "install",
    "printer",
    "network",
    "connection",
    "slow",
    "crash",
    "message",
    "shows",
    "again",
    "after",
    "before",
    "when",
    "while",
    "still",
    "waiting",
    "reply",
    "shipment",
    "parcel",
    "tracking",
    "courier",
    "damaged",
    "box",
    "missing",
    "item",
    "wrong",
    "size",
    "colour",
    "return",
    "label",
    "warehouse",
    "stock",
    "discount",
    "voucher",
    "code",
    "checkout",
    "basket",
    "tax",
    "receipt",
    "company",
    "department",
    "manager",
    "contract",
    "licence",
    "seat",
    "user",
    "admin",
    "report",
    "export",
    "file",
    "upload",
    "attachment",
    "photo",
    "video",
    "call",
    "meeting",
    "appointment",
    "monday",
    "friday",
    "january",
    "week",
    "month",
    "today",
]
WEIGHTS = [1 / (place + 3) for place in range(len(WORDS))]  # as in real language, a few words are everywhere
FIRST = [
    "Anna",
    "Ben",
    "Clara",
    "David",
    "Elif",
    "Farid",
    "Greta",
    "Hiro",
    "Ines",
    "Jonas",
    "Kemal",
    "Lucia",
    "Marek",
    "Nadia",
    "Olu",
    "Priya",
    "Quentin",
    "Rosa",
    "Sven",
    "Tomoko",
    "Uma",
    "Viktor",
    "Wanda",
    "Xavier",
    "Yara",
    "Zoe",
]
LAST = [
    "Adler",
    "Brown",
    "Costa",
    "Dubois",
    "Evans",
    "Fischer",
    "Garcia",
    "Hansen",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lopez",
    "Moreau",
    "Novak",
    "Okafor",
    "Patel",
    "Rossi",
    "Schmidt",
    "Tanaka",
    "Ueda",
    "Vogel",
    "Weber",
    "Yilmaz",
    "Zhang",
]
FOREIGN = (
    "Rückerstattung für Bestellung",
    "Problème de connexion à mon compte",
    "注文の配送について",
    "Не могу войти в аккаунт",
    "Pedido dañado en el envío",
)
"""Beginnings of subjects in other alphabets and with marks."""


def sentence(chance: Random) -> str:
    """Six to eighteen words."""
    words = " ".join(chance.choices(WORDS, WEIGHTS, k=chance.randint(6, 18)))
    return f"{words[0].upper()}{words[1:]}."


def name(place: int) -> str:
    """The name of the customer or colleague at this place, always the same."""
    chance = Random(1_000_003 + place)
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


class Pages:
    """Paragraphs out of a stock of sentences: drawing words one by one would take longer than storing them."""

    def __init__(self, chance: Random, stock: int = 4000) -> None:
        self._chance = chance
        self._stock = [sentence(chance) for _place in range(stock)]

    def sentence(self) -> str:
        """One of the stock."""
        return self._chance.choice(self._stock)

    def paragraph(self, shortest: int = 200, longest: int = 800) -> str:
        """So many letters at least, in whole sentences."""
        wanted, found, length = self._chance.randint(shortest, longest), [], 0
        while length < wanted:
            found.append(self.sentence())
            length += len(found[-1]) + 1
        return " ".join(found)
