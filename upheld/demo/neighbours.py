"""The many whom Harbour Shoes has known for years and who seldom write: their names, and where they live."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import islice

_GERMAN = (
    "Antje", "Björn", "Cornelia", "Detlef", "Elisabeth", "Friedrich", "Gesa", "Holger", "Imke", "Jörg", "Karin",
    "Lothar", "Margit", "Norbert", "Ottilie", "Paul", "Quirin", "Rosemarie", "Sönke", "Traute", "Ulrich", "Verena",
    "Wolfgang", "Yvonne",
)  # fmt: skip
_ENGLISH = (
    "Amber", "Brian", "Catherine", "Dylan", "Erin", "Frank", "Gillian", "Howard", "Imogen", "Julian", "Keira",
    "Lewis", "Marion", "Nigel", "Olivia", "Patrick", "Rosalind", "Stuart", "Thelma", "Vernon", "Winifred",
)  # fmt: skip
_FAMILIES = {
    "de": (
        "Ahlers", "Boysen", "Carstens", "Dierks", "Eggers", "Feddersen", "Gerdes", "Harms", "Ingwersen", "Jessen",
        "Kröger", "Lürssen", "Mahnke", "Nissen", "Oelrichs", "Paulsen", "Quast", "Reimers", "Sievers", "Tiedemann",
        "Uhlig", "Vollmer", "Wichmann",
    ),
    "en": (
        "Appleby", "Barlow", "Crosby", "Dunmore", "Easton", "Fairley", "Garrick", "Hollis", "Ingram", "Jarvis",
        "Kendrick", "Lathom", "Merrick", "Norwood", "Oakley", "Prentice", "Quayle", "Rowntree", "Seaton",
    ),
}  # fmt: skip
_WHERE = {"de": ("web.example", "post.example", "mail.example"), "en": ("post.example", "mail.example")}
_ZONES = {"de": "", "en": "Europe/London"}
COUNT = 210


def lines() -> Iterator[tuple[str, str, str, str]]:
    """Name, address, language and zone of each; the same ones always, and no two alike."""
    for number, (first, language) in enumerate(islice(_first_names(), COUNT)):
        families = _FAMILIES[language]
        family = families[(number // 2 * 7 + number) % len(families)]
        domain = _WHERE[language][number % len(_WHERE[language])]
        yield f"{first} {family}", f"{_plain(first)}.{_plain(family)}@{domain}", language, _ZONES[language]


def _first_names() -> Iterator[tuple[str, str]]:
    number = 0
    while True:
        yield _GERMAN[number % len(_GERMAN)], "de"
        yield _ENGLISH[number % len(_ENGLISH)], "en"
        number += 1


def _plain(name: str) -> str:
    spelt = name.lower().replace("ö", "oe").replace("ü", "ue").replace("ä", "ae")
    return unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
