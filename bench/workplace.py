"""The company that the measurements happen in: departments with people at work, mailboxes, hours and one standard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bench import matters, words
from upheld.channels.models import Mailbox
from upheld.journal.facts import CLOCK
from upheld.people import attending, hiring, organising
from upheld.people.models import Calendar, Login, Person
from upheld.promises import standards
from upheld.promises.freezing import freeze
from upheld.promises.models import Standard

WEEK = {day: [(480, 1080)] for day in range(5)}
NAMES = ("Service", "Billing", "Shipping", "Repairs", "Sales")
PASSWORD = "deck-shoe-kiel-39"


@dataclass(frozen=True)
class Team:
    """A department, its mailbox and its people, by their keys."""

    department: int
    mailbox: int
    people: tuple[int, ...]


@dataclass(frozen=True)
class Workplace:
    """The company's keys, and two who sign in: an agent of the first department, and a manager who reads all."""

    teams: tuple[Team, ...]
    calendar: int
    hours: int
    standard: int
    agent: Login
    manager: Login


def open_up(at: datetime) -> Workplace:
    """Found the company a year and a month before `at`, by its own verbs."""
    since = at - matters.YEAR - timedelta(days=30)
    organising.found("Harbour Shoes", zone="Europe/Berlin", prefix="HS")
    calendar = organising.keep_hours("Office hours", zone="Europe/Berlin", weekly=WEEK)
    standards.set("first-answer", department=None, minutes=240, share=95, by=CLOCK, at=since)
    teams = tuple(_team(place, calendar, since, at) for place in range(matters.DEPARTMENTS))
    ada = Person.objects.get(pk=teams[0].people[0])
    manager = hiring.hire("Mara Holt", role="manager", by=CLOCK, at=since)
    return Workplace(
        teams=teams,
        calendar=calendar.pk,
        hours=freeze(calendar).pk,
        standard=Standard.objects.latest("pk").pk,
        agent=hiring.let_in(ada, email="ada@harbour-shoes.example", password=PASSWORD, at=at),
        manager=hiring.let_in(manager, email="mara@harbour-shoes.example", password=PASSWORD, at=at),
    )


def _team(place: int, calendar: Calendar, since: datetime, at: datetime) -> Team:
    name = NAMES[place]
    duty = hiring.hire(words.name(place), role="lead", by=CLOCK, at=since)
    department = organising.open_department(name, calendar=calendar, duty_owner=duty, by=CLOCK, at=since)
    people = [
        hiring.hire(
            words.name(100 + place * 10 + seat), role="agent", departments=[department], by=CLOCK, at=since
        )
        for seat in range(matters.PEOPLE)
    ]
    for person in people:
        attending.come(person, at=at)
    mailbox = Mailbox.objects.create(
        name=name, address=f"{name.lower()}@harbour-shoes.example", department=department
    )
    return Team(department.pk, mailbox.pk, tuple(one.pk for one in people))
