"""Filling the matters' words in: shoes, orders, amounts, dates in the customer's language and zone, and signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from upheld.demo.cast import PHONE
from upheld.demo.clientele import Client
from upheld.demo.letters import Enclosed
from upheld.demo.matters import phrases
from upheld.demo.pictures import LEATHERS, paper, shoe
from upheld.people.models import Person

MODELS = ("Kiel", "Fehmarn", "Sylt", "Cuxhaven", "Husum", "Amrum", "Laboe")
_OURS = {"de": "de"}
"""The languages in which we write ourselves; everybody else is answered in English."""
_DATES = {"de": "EEEE, d. MMMM, HH:mm 'Uhr'", "en": "EEEE d MMMM, HH:mm"}
_TO_SOMEBODY = {
    "en": ("Hello {first},", "Dear {first},", "Good morning {first},"),
    "de": ("Guten Tag {whole},",),
}
_SIGNED = {"de": "Herzliche Grüße", "en": "Kind regards"}
_PAPERS = {
    "return-label": ("Return label", ["Harbour Shoes, Returns", "Am Fischmarkt 14", "22767 Hamburg",
    "Order {order}"]),
    "invoice": ("Invoice {invoice}", ["Order {order}: {model}, {colour}, size {size}",
    "Total {amount}, VAT included"]),
    "credit-note": ("Credit note for order {order}", ["Two pairs returned", "Amount {amount}"]),
    "payment-plan": ("Payment plan, invoice {invoice}", ["First half: on the 15th",
    "Second half: on the 30th"]),
    "quotation": ("Quotation", ["{model}, {colour}, mixed sizes", "Crew price from 24 pairs",
    "Valid for 30 days"]),
    "terms": ("Terms for shops", ["Payment within 30 days", "Returns of unsold stock once a year"]),
}  # fmt: skip


@dataclass(frozen=True)
class Details:
    """What this one request is about."""

    model: str
    colour: str
    size: int
    order: int
    invoice: str
    amount: str
    batch: str

    def fill(self, text: str, **more: str) -> str:
        """The text with every brace filled in."""
        return text.format(**vars(self), **more)


def details(rng: Random) -> Details:
    """One pair of shoes that somebody bought."""
    price = rng.choice((89, 119, 129, 149, 169, 189))
    return Details(
        rng.choice(MODELS), rng.choice(tuple(LEATHERS)), rng.randrange(37, 46), rng.randrange(7102, 9240),
        f"R-{rng.randrange(20100, 29800)}", f"€{price}.00", f"{rng.randrange(900, 1300):04d}",
    )  # fmt: skip


def ours(client: Client) -> str:
    """The language in which we answer this customer."""
    return _OURS.get(client.language, "en")


def spoken(moment: datetime, client: Client) -> str:
    """A date in words, in the language and zone in which the customer understands it."""
    language, zone = ours(client), ZoneInfo(client.zone or "Europe/Berlin")
    return format_datetime(moment, _DATES[language], tzinfo=zone, locale=language)


def letter(client: Client, body: str, rng: Random, *, to: Person | None = None, again: bool = False) -> str:
    """What a customer writes, with a greeting and a farewell of their language; `again` to whom they know by now."""
    greeting = rng.choice(phrases.of(phrases.GREETINGS, client.language))
    if to is not None and client.language in _TO_SOMEBODY:
        greeting = rng.choice(_TO_SOMEBODY[client.language]).format(first=to.first_name, whole=to.name)
    farewell = rng.choice(phrases.of(phrases.FAREWELLS, client.language)[: 2 if again else None])
    said = body if client.language not in {"en", "es"} else body[0].upper() + body[1:]
    parts = [greeting, said]
    if not again and client.language == "en" and rng.random() < 0.35:
        parts.append(rng.choice(phrases.ASIDES))
    return "\n\n".join([*parts, f"{farewell}\n{client.name}"])


def answer(client: Client, body: str, by: Person) -> str:
    """What one of us writes, with the customer's name above and their own below."""
    if ours(client) == "de":
        return f"Guten Tag {client.name},\n\n{body}\n\n{_SIGNED['de']}\n{by.name}\nHarbour Shoes, {PHONE}"
    said = body[0].upper() + body[1:]
    return f"Dear {client.first_name},\n\n{said}\n\n{_SIGNED['en']}\n{by.name}\nHarbour Shoes, {PHONE}"


def photo(of: Details, rng: Random) -> Enclosed:
    """A picture of the damage."""
    name = rng.choice(("IMG_{:04d}.png", "sole-{:04d}.png", "photo-{:04d}.png")).format(
        rng.randrange(210, 9900)
    )
    return Enclosed(name, "image/png", shoe(rng, colour=of.colour))


def sheet(kind: str, of: Details) -> Enclosed:
    """A paper of ours, such as a return label."""
    title, lines = _PAPERS[kind]
    content = paper(of.fill(title), [of.fill(line) for line in lines])
    return Enclosed(f"{kind}-{of.order}.pdf", "application/pdf", content)
