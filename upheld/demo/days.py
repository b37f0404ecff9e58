"""The rhythm of the days: who comes and goes when, and how many letters arrive at which hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random

from upheld.cases import owning
from upheld.cases.models import Case
from upheld.demo.cast import PARTS, House
from upheld.demo.clientele import Client
from upheld.demo.desk import Desk
from upheld.demo.hours import Hours
from upheld.demo.matters import ABROAD, BILLING, GERMAN, PRICES, REPAIRS, SALES, SERVICE, Matter
from upheld.demo.stories import Chances, Story
from upheld.people import attending
from upheld.people.models import Person

_DAY = timedelta(days=1)
_LETTERS = (8.6, 7.6, 7.4, 7.2, 6.6, 2.0, 1.6)
"""How many new matters a day brings on average, Monday first."""
_AT_NIGHT, _BY_DAY, _IN_THE_EVENING = (0, 8), (8, 17), (17, 24)
_ENGLISH = (*SERVICE, *SERVICE, *BILLING, *BILLING, *REPAIRS, *SALES)
_LAST_DAYS = timedelta(days=6)
_FARAH_AWAY = timedelta(days=8)
_FORGOTTEN = timedelta(days=60)
_MOST_DRAWS = 100
_BUSY_SINCE = timedelta(days=60)
_QUIETER = 0.3
"""Before that the shop was smaller: so much of today's letters a day."""
_SPRING = (4, 1)
_PRICES_FOR = timedelta(days=24)
_ABOUT_PRICES = 2.4
"""Letters a day about the prices, in the weeks after they rose."""


def prices_rise(start: datetime, now: datetime) -> datetime:
    """When the prices rose: on the first of April, or, if that lies outside, after the first quarter of the time."""
    for year in (now.year, now.year - 1):
        april = datetime(year, *_SPRING, 8, tzinfo=now.tzinfo)
        if start < april < now - _PRICES_FOR:
            return april
    return start + (now - start) / 4


def plan(desk: Desk, chances: Chances, clients: Sequence[Client], *, start: datetime, now: datetime) -> None:
    """Plan every day from the start until now."""
    _plan_leave(desk, now)
    rise = prices_rise(start, now)
    told: dict[tuple[str, tuple[str, ...]], datetime] = {}
    for day in _days(start.date(), now.date()):
        _plan_presence(desk, day, now)
        noon = datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo) + _DAY / 2
        much = 1.0 if noon > now - _BUSY_SINCE else _QUIETER
        for moment in sorted(_letters_of(desk.house.hours["service"], day, desk.rng, much)):
            if start < moment < now:
                client, matter = _news(clients, desk.rng, told, moment)
                desk.timeline.plan(moment, Story(desk, chances, client, matter).begin)
        if rise <= noon < rise + _PRICES_FOR and now - start > _BUSY_SINCE:
            _plan_complaints(desk, chances, clients, day, told, now)


def keep_watch(house: House, now: datetime) -> None:
    """At night and on Sundays Ada and Bruno have an eye on the post, so that somebody is in whenever one looks."""
    service = house.departments["service"]
    if not Person.objects.present(now).filter(departments=service).exists():
        for key, minutes in (("bruno", 40), ("ada", 95)):
            attending.come(house.people[key], at=now - timedelta(minutes=minutes))


def _plan_presence(desk: Desk, day: date, now: datetime) -> None:
    lately = datetime.combine(day, datetime.min.time(), tzinfo=now.tzinfo) > now - _LAST_DAYS
    for part in PARTS:
        person = desk.house.people[part.key]
        hours = desk.house.hours[part.departments[0] if part.departments else "service"]
        away = part.key == "farah" and day > (now - _FARAH_AWAY).date()
        if not hours.works(day) or away or desk.rng.random() < 0.04 or not (person.serves or lately):
            continue
        if day.weekday() == 5 and (day.isocalendar().week % 2 == 0) != (part.key == "greta"):
            continue
        opens = "10:00" if day.weekday() == 5 else "08:00"
        early = 20 if day.weekday() == 5 else -part.comes
        comes = hours.on(day, opens) - timedelta(minutes=early + desk.rng.randrange(-4, 5))
        leaves = hours.on(day, "14:00" if day.weekday() == 5 else "17:00")
        leaves += timedelta(minutes=desk.rng.randrange(2, 40))
        _plan_shift(desk, person, comes, leaves)


def _plan_leave(desk: Desk, now: datetime) -> None:
    """Farah goes on leave; before the first letter of that morning Bruno deals out what she holds."""
    hours, people = desk.house.hours["service"], desk.house.people
    morning = hours.opening(hours.on((now - _FARAH_AWAY).date() + _DAY, "00:01"))

    def deal_out(at: datetime) -> None:
        held = Case.objects.open().filter(owner=people["farah"]).order_by("pk")
        for case, key in zip(held, cycle(("emil", "ada")), strict=False):
            owning.hand_over(case, to=people[key], by=people["bruno"].actor, at=at)

    desk.timeline.plan(morning, deal_out)


def _plan_shift(desk: Desk, person: Person, comes: datetime, leaves: datetime) -> None:
    if comes <= desk.timeline.now:
        return
    desk.timeline.plan(comes, lambda at: _come(person, at))
    desk.timeline.plan(leaves, lambda at: attending.leave(person, at=at))


def _come(person: Person, at: datetime) -> None:
    attending.come(person, at=at)


def _plan_complaints(
    desk: Desk,
    chances: Chances,
    clients: Sequence[Client],
    day: date,
    told: dict[tuple[str, tuple[str, ...]], datetime],
    now: datetime,
) -> None:
    """The prices have risen, and some write about it."""
    speaking = [client for client in clients if client.language == "en"]
    share = _ABOUT_PRICES / max(_LETTERS)
    for moment in sorted(_letters_of(desk.house.hours["service"], day, desk.rng, share)):
        client, matter = _writer(speaking, desk.rng), desk.rng.choice(PRICES)
        if moment < now and (client.name, matter.subjects) not in told:
            told[client.name, matter.subjects] = moment
            desk.timeline.plan(moment, Story(desk, chances, client, matter).begin)


def _letters_of(hours: Hours, day: date, rng: Random, much: float) -> Iterator[datetime]:
    expected = _LETTERS[day.weekday()] * rng.uniform(0.8, 1.2) * much
    count = int(expected) + (rng.random() < expected % 1)
    for _each in range(count):
        shift = rng.choices((_AT_NIGHT, _BY_DAY, _IN_THE_EVENING), (0.08, 0.7, 0.22))[0]
        yield hours.on(day, "00:00") + timedelta(seconds=round(rng.uniform(*shift) * 3600))


def _news(
    clients: Sequence[Client],
    rng: Random,
    told: dict[tuple[str, tuple[str, ...]], datetime],
    moment: datetime,
) -> tuple[Client, Matter]:
    """Who writes about what. Under the same subject soon again it would be the same matter, and join its case."""
    for _each in range(_MOST_DRAWS):
        client = _writer(clients, rng)
        matter = _matter_for(client, rng)
        last = told.get((client.name, matter.subjects))
        if last is None or moment - last > _FORGOTTEN:
            break
    told[client.name, matter.subjects] = moment
    return client, matter


def _writer(clients: Sequence[Client], rng: Random) -> Client:
    """Companies write more often than persons, and those who left no number seldom."""
    return rng.choices(clients, [6 if client.account else 3 if client.phone else 1 for client in clients])[0]


def _matter_for(client: Client, rng: Random) -> Matter:
    """A matter in the customer's own language."""
    if client.language == "en":
        return rng.choice(_ENGLISH)
    return rng.choice([one for one in (*GERMAN, *ABROAD) if one.language == client.language])


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY
