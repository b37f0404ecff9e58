"""Building the demo: nine months of Harbour Shoes, lived through until this very moment, then left to whoever looks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from upheld.cases.models import Case
from upheld.channels.models import Arrival
from upheld.clock.zones import in_utc
from upheld.customers.models import Account
from upheld.demo import cast, clientele, days, decks, oddities, others, scenes, waiting
from upheld.demo.clientele import Client
from upheld.demo.desk import Desk
from upheld.demo.learning import Learning
from upheld.demo.stage import Stage
from upheld.demo.stories import Chances
from upheld.demo.timeline import Deed, Timeline
from upheld.demo.voices import Voices
from upheld.notices import telling
from upheld.notices.models import Notice
from upheld.people.models import Company, Person
from upheld.promises.models import Promise
from upheld.refusals import Refusal

SEED = 1042
DAYS = 274
_BEFORE = timedelta(days=3)
"""Before the first letter, the company writes down whom it knows."""
_SCENES = timedelta(days=42)
"""So far back reach the matters that are written out by hand."""
_READ_UP_TO = timedelta(hours=17)
"""What is older than this everybody has noticed."""
_OURS = ["cases.open_arrival", "channels.send", "channels.store_files"]


class AlreadyACompany(Refusal):
    """This database belongs to a company already; the demo wants an empty one."""


class LettersWouldLeave(Refusal):
    """The demo is built only where letters stay on the outbox page and leave for nowhere."""


@dataclass(frozen=True)
class Login:
    """Somebody as whom one may look at the demo."""

    name: str
    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Built:
    """What there is now: who may sign in, and how much there is to see."""

    logins: tuple[Login, ...]
    letters: int
    cases: int
    open_cases: int
    promises: int


def build(
    at: datetime, progress: Callable[[str], None] = lambda line: None, *, days_back: int = DAYS
) -> Built:
    """Let Harbour Shoes live through the last days until `at`. The same moment gives the same company again."""
    _refuse()
    now = in_utc(at).replace(microsecond=0)
    with _quickly():
        desk = _plan(now, days_back, progress)
        desk.timeline.run()
        days.keep_watch(desk.house, now)
        desk.hear()
        cast.let_everybody_in(desk.house, at=now)
        _tell(now)
        _leave_no_jobs()
    built = _count(desk.house)
    progress(
        _(
            "Harbour Shoes is open: %(letters)d letters, %(cases)d cases (%(open_cases)d open), %(promises)d promises."
        )
        % vars(built)
    )
    return built


def _refuse() -> None:
    if Company.objects.exists():
        raise AlreadyACompany(_("This database belongs to a company already; the demo wants an empty one."))
    if settings.OUTGOING != "outbox":
        raise LettersWouldLeave(
            _("Set UPHELD_DEMO=1: the demo is built only where letters leave for nowhere.")
        )


def _plan(now: datetime, days_back: int, progress: Callable[[str], None]) -> Desk:
    rng = Random(SEED)  # noqa: S311  # chance in a play
    start = now - timedelta(days=days_back)
    founded = min(start, now - _SCENES) - _BEFORE
    house = cast.found(at=founded, today=now)
    timeline = Timeline(founded + timedelta(hours=4), until=now)
    desk = Desk(house, timeline, rng)
    clients = (*clientele.NAMED, *clientele.others())
    _plan_acquaintances(desk, clients)
    chances = Chances(decks.Deck(decks.ANSWERS, rng), decks.Deck(decks.PROMISES, rng))
    days.plan(desk, chances, clientele.others(), start=start, now=now)
    learning = Learning(desk, now)
    learning.plan(start, now)
    Voices(desk, learning, days.prices_rise(start, now)).plan(start, now)
    stage = Stage(desk, now)
    for part in (scenes, others, oddities, waiting):
        part.plan(stage)
    for week in range(days_back // 7 + 1):
        timeline.plan(start + timedelta(days=7 * week), _teller(week + 1, progress))
    return desk


def _plan_acquaintances(desk: Desk, clients: tuple[Client, ...]) -> None:
    accounts = clientele.open_accounts()
    greta: Person = desk.house.people["greta"]
    known = [client for client in clients if clientele.known_before(client, desk.rng)]
    for number, client in enumerate(known):
        moment = desk.timeline.now + timedelta(minutes=7 * number)
        desk.timeline.plan(moment, _remembered(client, accounts, greta))


def _remembered(client: Client, accounts: dict[str, Account], by: Person) -> Deed:
    return lambda at: clientele.remember(client, accounts, by=by, at=at)


def _teller(week: int, progress: Callable[[str], None]) -> Deed:
    def tell(_at: datetime) -> None:
        told = {"week": week, "letters": Arrival.objects.count(), "cases": Case.objects.open().count()}
        progress(_("Week %(week)d: %(letters)d letters so far, %(cases)d cases open.") % told)

    return tell


def _tell(now: datetime) -> None:
    """Everybody has been told what concerned them, and has seen what is not of today."""
    while telling.follow():
        pass
    for person in Person.objects.all():
        old = Notice.objects.filter(person=person, at__lt=now - _READ_UP_TO)
        telling.seen(person, old, now)


@contextmanager
def _quickly() -> Iterator[None]:
    """Thousands of small transactions need not reach the disk one by one, nor their letters the log."""
    log = logging.getLogger("upheld")
    level = log.level
    log.setLevel(logging.ERROR)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        log.setLevel(level)
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _leave_no_jobs() -> None:
    """Everything that the verbs asked for has been done already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = ANY(%s)", [_OURS]
        )


def _count(house: cast.House) -> Built:
    logins = tuple(
        Login(person.name, person.role, cast.email_of(person), cast.PASSWORD)
        for person in house.people.values()
    )
    return Built(
        logins,
        letters=Arrival.objects.count(),
        cases=Case.objects.count(),
        open_cases=Case.objects.open().count(),
        promises=Promise.objects.made().count(),
    )
