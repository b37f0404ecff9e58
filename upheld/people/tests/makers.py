"""The cast and their workplace: Ada and Bruno serve, Carla does billing, Eve is an outsider."""

from __future__ import annotations

from datetime import UTC, datetime

from upheld.journal.facts import CLOCK
from upheld.people import attending, hiring, organising
from upheld.people.models import Calendar, Company, Department, Person

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
"""Nine o'clock in Berlin, an ordinary working day."""
WEEK = {day: [(540, 720), (780, 1020)] for day in range(5)}
"""Monday to Friday, 9 to 12 and 13 to 17."""


def make_company() -> Company:
    """Harbour Shoes, in Berlin's time."""
    return organising.found("Harbour Shoes", zone="Europe/Berlin", prefix="HS")


def make_person(name: str = "Ada Okafor", *, role: str = "agent", at: datetime = MONDAY) -> Person:
    """A colleague without departments."""
    return hiring.hire(name, role=role, by=CLOCK, at=at)


def make_calendar(name: str = "Office hours") -> Calendar:
    """Office hours in Berlin with a lunch break."""
    return Calendar.objects.filter(name=name).first() or organising.keep_hours(
        name, zone="Europe/Berlin", weekly=WEEK
    )


def make_department(name: str = "Service", *, duty: Person | None = None) -> Department:
    """A department on duty with Bruno unless told otherwise."""
    duty = duty or make_person("Bruno Keller", role="lead")
    department = organising.open_department(
        name, calendar=make_calendar(), duty_owner=duty, by=CLOCK, at=MONDAY
    )
    duty.departments.add(department)
    return department


def make_agent(name: str, department: Department, *, present: bool = True, at: datetime = MONDAY) -> Person:
    """An agent of a department, at work unless told otherwise."""
    agent = hiring.hire(name, role="agent", departments=[department], by=CLOCK, at=at)
    if present:
        attending.come(agent, at=at)
    return agent
