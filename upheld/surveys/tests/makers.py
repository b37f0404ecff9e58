"""Harbour Shoes, a case of Dora's that was answered and closed, and what she is asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from upheld.cases import closing
from upheld.cases.models import Case
from upheld.cases.tests.makers import DORA, House, answer, hear, make_case, make_house
from upheld.channels import reading
from upheld.channels.letter import Letter
from upheld.channels.models import Departure
from upheld.customers.models import Customer
from upheld.journal import numbering
from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people import hiring
from upheld.people.models import Department, Person
from upheld.people.tests.makers import MONDAY
from upheld.surveys import asking, bank, leaving, linking
from upheld.surveys.models import Decision, Invitation

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLOSED = MONDAY + 2 * HOUR
ASKED = CLOSED + DAY
RECIPIENT = "dora@harbour.example"
EVE = "Eve Smith <eve@outside.example>"


@dataclass(frozen=True)
class Scene:
    """The house, and a case of Dora's that is closed."""

    house: House
    case: Case

    @property
    def dora(self) -> Customer:
        return self.case.customer


def make_scene() -> Scene:
    """Ada answered Dora on Monday at ten; the case was closed at eleven, and the company had begun to ask before."""
    house = make_house()
    asking.sweep(MONDAY)
    return Scene(house, make_closed(house))


def make_closed(
    house: House, *, at: datetime = MONDAY, message_id: str = "<first@harbour.example>", sender: str = DORA
) -> Case:
    """A case that came at this moment, was answered an hour later and closed after another hour."""
    case = make_case(house, at=at, message_id=message_id, sender=sender, subject=f"Boots {message_id[1:-1]}")
    answer(case, by=house.ada, at=at + HOUR)
    return closing.close(case, by=house.ada.actor, at=at + 2 * HOUR)


def ask(scene: Scene, *, at: datetime = ASKED) -> Invitation:
    """The invitation to say how it went."""
    decision = asking.decide(case=scene.case, at=at)
    assert decision.reason == Decision.Reason.ASKED, decision.reason
    return decision.invitation


def word(invitation: Invitation) -> str:
    return linking.word_for(invitation)


def letter_of(invitation: Invitation) -> Letter:
    """The letter as the customer's mail program reads it."""
    return reading.read(raw_of(invitation))


def raw_of(invitation: Invitation) -> bytes:
    departure = Departure.objects.get(invitation=invitation)
    return bytes(departure.content or b"")


def listen() -> None:
    """What the journal's readers do within moments."""
    hear()
    numbering.after_restore()
    while leaving.follow():
        pass


def kinds_of(prefix: str = "surveys.") -> list[str]:
    """The facts of this room so far."""
    return list(Record.objects.filter(kind__startswith=prefix).order_by("pk").values_list("kind", flat=True))


def scores(number: int = bank.SHORT, value: int | None = 6, **other: int | None) -> dict[str, int | None]:
    """The same answer to every question; `kept_date=3` for another."""
    return {item.key: other.get(item.key.replace("-", "_"), value) for item in bank.items(number)}


def draw_everybody(at: datetime, *, share: float = 1.0) -> None:
    """From now on everybody is drawn."""
    asking.set_up(verdicts=True, wait_hours=24, pairs_share=share, by=CLOCK, at=at)


def staff(department: Department | None, *roles: str) -> list[Person]:
    """One person of each role."""
    departments = [department] if department else []
    return [
        hiring.hire(f"Person {n} {role}", role=role, departments=departments, by=CLOCK, at=MONDAY)
        for n, role in enumerate(roles)
    ]
