"""Who works at Harbour Shoes, in which departments, by which hours, and through which mailboxes letters come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from upheld.channels import connecting
from upheld.channels.models import Mailbox
from upheld.demo.hours import Hours
from upheld.journal.facts import Actor
from upheld.people import hiring, organising
from upheld.people.models import Department, Person
from upheld.promises import standards

ZONE = "Europe/Berlin"
DOMAIN = "harbour-shoes.example"
PASSWORD = "calm-harbour-42"  # noqa: S105
"""Printed for whoever looks at the demo, and of no use anywhere else."""
PHONE = "040 66969 120"

_OFFICE = [(8 * 60 + 30, 12 * 60), (12 * 60 + 30, 17 * 60)]
_SATURDAY = [(10 * 60, 14 * 60)]


@dataclass(frozen=True)
class Part:
    """Somebody to hire: their key, name, role and departments, and how many minutes after eight they come."""

    key: str
    name: str
    role: str
    departments: tuple[str, ...]
    comes: int = 30


PARTS = (
    Part("bruno", "Bruno Keller", "lead", ("service",), 5),
    Part("carla", "Carla Mendes", "lead", ("billing",), 20),
    Part("wiebke", "Wiebke Thomsen", "lead", ("warehouse",), 0),
    Part("tomasz", "Tomasz Wrona", "lead", ("repairs",), 15),
    Part("greta", "Greta Lund", "lead", ("sales",), 25),
    Part("ada", "Ada Okafor", "agent", ("service",), 10),
    Part("emil", "Emil Nyberg", "agent", ("service",), 28),
    Part("farah", "Farah Haddad", "agent", ("service", "sales"), 22),
    Part("henrik", "Henrik Oster", "agent", ("billing",), 27),
    Part("noor", "Noor Jansen", "agent", ("repairs",), 18),
    Part("leo", "Leo Ferrante", "agent", ("sales",), 29),
    Part("piotr", "Piotr Nowak", "colleague", ("warehouse",)),
    Part("selma", "Selma Yildiz", "colleague", ("repairs",)),
    Part("margarete", "Margarete Stahl", "manager", ()),
    Part("sven", "Sven Adler", "administrator", ()),
)
_DEPARTMENTS = {
    "service": ("Service", "bruno", "Office"),
    "billing": ("Billing", "carla", "Office"),
    "warehouse": ("Warehouse", "wiebke", "Office"),
    "repairs": ("Repairs", "tomasz", "Office"),
    "sales": ("Sales", "greta", "Shop"),
}
_MAILBOXES = ("service", "billing", "repairs", "sales")


@dataclass(frozen=True)
class House:
    """The company, by short keys."""

    people: dict[str, Person]
    departments: dict[str, Department]
    mailboxes: dict[str, Mailbox]
    hours: dict[str, Hours]

    def address(self, department: str) -> str:
        """Where letters to a department go."""
        return self.mailboxes[department].address

    def hours_of(self, department: Department) -> Hours:
        """The hours of a department, without asking the database again."""
        return next(self.hours[key] for key, one in self.departments.items() if one.pk == department.pk)

    def keeper(self, key: str, owner: Person) -> Person:
        """Who keeps a promise: the owner, or somebody of the department that does the work."""
        return {"warehouse": self.people["piotr"], "cobbler": self.people["selma"]}.get(
            key, self.people.get(key, owner)
        )


def email_of(person: Person) -> str:
    """The first name at the company's domain."""
    return f"{person.first_name.lower()}@{DOMAIN}"


def found(*, at: datetime, today: datetime) -> House:
    """The company with everything that it had before the first letter: hours, departments, people, standards."""
    organising.found("Harbour Shoes", zone=ZONE, prefix="HS", phone=PHONE)
    years = range(at.year, today.year + 2)
    week = dict.fromkeys(range(5), _OFFICE)
    calendars = {
        name: organising.keep_hours(
            name, zone=ZONE, weekly=weekly, country="DE", subdivision="HH", years=years
        )
        for name, weekly in (("Office", week), ("Shop", {**week, 5: _SATURDAY}))
    }
    people: dict[str, Person] = {}
    first = Actor("clock")
    for number, part in enumerate(PARTS):
        hired = hiring.hire(
            part.name, role=part.role, zone="", by=first, at=at + timedelta(minutes=5 * number)
        )
        people[part.key] = hired
    founder = people["sven"].actor
    at += timedelta(hours=2)
    departments = {
        key: organising.open_department(
            name, calendar=calendars[hours], duty_owner=people[duty], by=founder, at=at
        )
        for key, (name, duty, hours) in _DEPARTMENTS.items()
    }
    for part in PARTS:
        people[part.key].departments.set(departments[key] for key in part.departments)
    mailboxes = {
        key: connecting.connect(
            name=departments[key].name,
            address=f"{key}@{DOMAIN}",
            department=departments[key],
            incoming=None,
            outgoing=None,
            by=founder,
            at=at,
        )
        for key in _MAILBOXES
    }
    at += timedelta(hours=1)
    standards.set("first-answer", department=None, minutes=240, share=95, by=founder, at=at)
    standards.set("first-answer", department=departments["billing"], minutes=480, share=95, by=founder, at=at)
    clocks = {key: Hours(one.calendar.as_clock()) for key, one in departments.items()}
    return House(people, departments, mailboxes, clocks)


def let_everybody_in(house: House, *, at: datetime) -> None:
    """A login for everybody, with the demo's password."""
    for person in house.people.values():
        hiring.let_in(person, email=email_of(person), password=PASSWORD, at=at)
