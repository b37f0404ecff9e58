"""The bulk loader: cases with their letters, promises, clocks and facts, as a year of work would have left them.

It writes rows, not verbs' calls: a hundred thousand cases in the time of a coffee, a million in minutes. What it leaves
is whole all the same: sequences go on after it, facts are numbered and sealed, the journal's readers have read them,
nothing that fell due is unsaid. Only the facts of the post office (a letter was queued, left) are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape

from django.db import connection, transaction

from bench import matters, words
from bench.chaining import Chain
from bench.copying import BATCH, Table, without_indexes
from bench.matters import Matter, Said
from bench.workplace import Workplace
from upheld.cases import facts as case_facts
from upheld.cases.models import Case, CasePromise, Message
from upheld.channels.models import Arrival, Departure, Raw
from upheld.customers.models import Account, Address, Customer
from upheld.journal.facts import CLOCK, Actor
from upheld.journal.models import Record
from upheld.promises import facts as promise_facts
from upheld.promises.models import Promise, StandardClock

ANSWER_WITHIN = timedelta(days=1)
PROMISED_WITHIN = timedelta(days=3)
MANY = 50_000
"""From so many cases on, indexes are made after the rows."""


def _tables() -> dict[type, Table]:
    models = {
        Account: ("id",),
        Customer: ("id",),
        Address: ("id",),
        Raw: ("sha256",),
        Arrival: ("id",),
        Departure: ("id",),
        Case: ("id",),
        Message: ("id",),
        Promise: ("id",),
        CasePromise: ("id",),
        StandardClock: ("id",),
    }
    return {model: Table(model, *names) for model, names in models.items()}


@dataclass
class Load:
    """One load under way: where its rows go, and the moment that it ends on."""

    workplace: Workplace
    until: datetime
    tables: dict[type, Table] = field(default_factory=_tables)
    chain: Chain = field(default_factory=Chain)
    customers: list[int] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    number: int = 0

    def write(self) -> None:
        """Everything held so far, in one transaction; nobody reads half a case."""
        with transaction.atomic():
            for table in self.tables.values():
                table.write()
            self.chain.write()


def load(
    count: int,
    *,
    workplace: Workplace,
    until: datetime,
    seed: int = 1,
    say: Callable[[str], None] | None = None,
) -> Load:
    """Put `count` cases into the database; several loads may follow one another."""
    tell = say or (lambda line: print(line, file=sys.stderr, flush=True))
    run = Load(workplace, until)
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM cases_case_number")
        run.number = cursor.fetchone()[0]
    if count >= MANY:
        with without_indexes(*run.tables, Record):
            _fill(run, count, seed, tell)
            tell("indexes")
    else:
        _fill(run, count, seed, tell)
    _settle(run)
    return run


def load_waiting(
    count: int, *, workplace: Workplace, until: datetime, due: datetime, warned: timedelta
) -> None:
    """`count` cases with a promise and a first answer that are owed; from `due` on one of each falls due a second."""
    run = Load(workplace, until)
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM cases_case_number")
        run.number = cursor.fetchone()[0]
    _customers(run, matters.customers_of(count), 1)
    for place in range(count):
        team = workplace.teams[place % len(workplace.teams)]
        owner, customer = team.people[place % len(team.people)], run.customers[place % len(run.customers)]
        begun, falls = until - timedelta(hours=1), due + timedelta(seconds=place)
        run.number += 1
        case = run.tables[Case].add(
            number=run.number, subject_line="It waits", customer_id=customer, department_id=team.department,
            owner_id=owner, mailbox_id=team.mailbox, opened_at=begun, next_at=falls, last_letter_at=begun,
        )  # fmt: skip
        promise = run.tables[Promise].add(
            customer_id=customer, subject_kind="case", subject_id=case, department_id=team.department,
            keeper_id=owner, words="A new pair", due_at=falls, zone="Europe/Berlin", drafted_by_kind="staff",
            drafted_by_id=owner, drafted_at=begun, made_at=begun, warn_at=falls - warned,
        )  # fmt: skip
        run.tables[CasePromise].add(promise_id=promise, case_id=case)
        run.tables[StandardClock].add(
            standard_id=workplace.standard, subject_kind="case", subject_id=case, department_id=team.department,
            calendar_id=workplace.calendar, hours_id=workplace.hours, started_at=begun, due_at=falls,
            warn_at=falls - warned,
        )  # fmt: skip
        if len(run.tables[Case]) > BATCH:
            run.write()
    run.write()
    _settle(run)


def _fill(run: Load, count: int, seed: int, tell: Callable[[str], None]) -> None:
    _customers(run, matters.customers_of(count), seed)
    for matter in matters.matters(count, seed=seed, until=run.until):
        _case(run, matter)
        if len(run.chain) > BATCH:
            run.write()
        if (matter.place + 1) % 50_000 == 0:
            tell(f"{matter.place + 1:,} of {count:,} cases")
    run.write()


def _settle(run: Load) -> None:
    """What a load by rows leaves undone: sequences, the planner's statistics, the readers' bookmarks."""
    for table in run.tables.values():
        table.set_sequence()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('cases_case_number', %s)", [run.number])
        run.chain.settle()
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


def _customers(run: Load, count: int, seed: int) -> None:
    """Customers of whom every third belongs to an account."""
    account = 0
    for place in range(count):
        name = words.name(seed * 7919 + place)
        if place % 6 == 0:
            house = f"{name.partition(' ')[2]} & Sons {place}"
            account = run.tables[Account].add(name=house, sort_key=house.casefold())
        met = run.until - matters.YEAR - timedelta(days=1)
        key = run.tables[Customer].add(
            name=name, sort_key=name.casefold(), met_at=met, account_id=account if place % 3 == 0 else None
        )
        email = f"{name.replace(' ', '.').lower()}.{seed}.{place}@customers.example"
        run.tables[Address].add(customer_id=key, email=email, added_at=met)
        run.customers.append(key)
        run.emails.append(email)
    run.write()


def _case(run: Load, matter: Matter) -> None:
    team = run.workplace.teams[matter.department]
    owner, customer = team.people[matter.owner % len(team.people)], run.customers[matter.customer]
    opened, last = matter.said[0].at, matter.said[-1]
    answers = [one for one in matter.said if not one.theirs]
    run.number += 1
    case = run.tables[Case].last + 1
    dora, ours = Actor("customer", customer), Actor("staff", owner)
    run.chain.add(
        case_facts.CaseOpened(case, customer, team.department, owner, "present"), by=dora, at=opened
    )
    message = sold = 0
    for said in matter.said:
        message = _message(run, matter, said, case, owner)
        sold = message if said is (answers[0] if answers else None) else sold
    answered = answers[0].at if answers else None
    due = [_clock(run, case, team.department, opened, answered, matter.closed_at)]
    if matter.promised and answered:
        due.append(_promise(run, matter, case, sold, owner, answered))
    coming = [one for one in due if one and one > run.until]
    if matter.closed_at:
        fact = case_facts.CaseClosed(case, customer, answered=bool(answers))
        run.chain.add(fact, by=ours, at=matter.closed_at)
    theirs = [one.at for one in matter.said if one.theirs]
    waits = not matter.closed_at and last.theirs
    run.tables[Case].add(
        number=run.number,
        subject_line=matter.subject,
        customer_id=customer,
        department_id=team.department,
        owner_id=owner,
        mailbox_id=team.mailbox,
        opened_at=opened,
        next_at=min([one for one in due if one] or [last.at + PROMISED_WITHIN])
        if not coming
        else min(coming),
        last_letter_at=theirs[-1],
        unread_at=last.at if waits and matter.place % 2 else None,
        answered_at=answered,
        closed_at=matter.closed_at,
        closed_by_kind="staff" if matter.closed_at else "",
        closed_by_id=owner if matter.closed_at else None,
    )


def _message(run: Load, matter: Matter, said: Said, case: int, owner: int) -> int:
    """A letter in with its bytes and its arrival, or an answer with its departure; the message's key."""
    customer, table = run.customers[matter.customer], run.tables[Message]
    team = run.workplace.teams[matter.department]
    key = table.last + 1
    name = f"<{key}@bench.example>"
    row = {
        "case_id": case,
        "customer_id": customer,
        "at": said.at,
        "subject_line": matter.subject,
        "text": said.text,
        "html": f"<p>{escape(said.text)}</p>" if said.html or not said.theirs else "",
        "own_words": said.text,
        "pieces": [("", said.text, False)] if said.theirs else [],
        "message_id": name,
    }
    if said.theirs:
        content = f"Message-ID: {name}\r\nSubject: {matter.subject}\r\n\r\n{said.text}\r\n".encode()
        digest = sha256(content).digest()
        run.tables[Raw].add(sha256=digest, content=content, size=len(content))
        arrival = run.tables[Arrival].add(
            way="imap", mailbox_id=team.mailbox, source_id=f"bench:{key}", raw_id=digest, size=len(content),
            arrived_at=said.at, opened_at=said.at, outcome="filed", kind="person", message_id=name,
            same_letter=digest,
        )  # fmt: skip
        table.add(way="in", arrival_id=arrival, answer_to=run.emails[matter.customer], **row)
        fact = case_facts.MessageReceived(case, customer, key, "person")
        run.chain.add(fact, by=Actor("customer", customer), at=said.at)
        return key
    departure = run.tables[Departure].add(
        mailbox_id=team.mailbox, kind="answer", subject_kind="message", subject_id=key, message_id=name,
        recipients=[run.emails[matter.customer]], created_at=said.at, leaves_at=said.at, sent_at=said.at, tries=1,
    )  # fmt: skip
    table.add(way="out", departure_id=departure, author_id=owner, sent_at=said.at, **row)
    ours, first = Actor("staff", owner), said is next(one for one in matter.said if not one.theirs)
    promises = int(matter.promised and first)
    run.chain.add(case_facts.AnswerWritten(case, customer, key, promises), by=ours, at=said.at)
    run.chain.add(case_facts.AnswerLeft(case, customer, key, first), by=ours, at=said.at)
    return key


def _clock(
    run: Load, case: int, department: int, start: datetime, met: datetime | None, closed: datetime | None
) -> datetime | None:
    """The first answer's clock; when it falls due, if somebody waits for it still."""
    due = start + ANSWER_WITHIN
    dropped = closed if met is None else None
    missed = due if due < min(one for one in (met, dropped, run.until) if one) else None
    if missed and dropped:
        met, dropped = dropped, None
    run.tables[StandardClock].add(
        standard_id=run.workplace.standard, subject_kind="case", subject_id=case, department_id=department,
        calendar_id=run.workplace.calendar, hours_id=run.workplace.hours, started_at=start, due_at=due,
        warn_at=due - timedelta(hours=4), warned_at=due - timedelta(hours=4), met_at=met, missed_at=missed,
        dropped_at=dropped,
    )  # fmt: skip
    same = (run.tables[StandardClock].last, run.workplace.standard, "first-answer", department, "case", case)
    run.chain.add(promise_facts.ClockStarted(*same, due_at=due.isoformat()), by=CLOCK, at=start)
    if missed:
        run.chain.add(promise_facts.ClockMissed(*same, due_at=due.isoformat()), by=CLOCK, at=missed)
    if met:
        run.chain.add(promise_facts.ClockMet(*same, in_time=missed is None), by=CLOCK, at=met)
    if dropped:
        run.chain.add(promise_facts.ClockDropped(*same), by=CLOCK, at=dropped)
    return None if met or dropped else due


def _promise(
    run: Load, matter: Matter, case: int, message: int, owner: int, made: datetime
) -> datetime | None:
    """A promise of the first answer; when it falls due, if it is owed still."""
    customer, department = run.customers[matter.customer], run.workplace.teams[matter.department].department
    due = made + PROMISED_WITHIN
    done = None
    if matter.closed_at:
        done = matter.closed_at if matter.kept else max(matter.closed_at, due + timedelta(hours=1))
        done = min(done, run.until)
    broken = due if due < (done or run.until) else None
    ours = Actor("staff", owner)
    key = run.tables[Promise].add(
        customer_id=customer, subject_kind="case", subject_id=case, department_id=department, keeper_id=owner,
        words="A new pair", due_at=due, zone="Europe/Berlin", drafted_by_kind="staff", drafted_by_id=owner,
        drafted_at=made, made_at=made, warn_at=due - timedelta(hours=18),
        warned_at=due - timedelta(hours=18) if due - timedelta(hours=18) < run.until else None,
        broken_at=broken, settled_at=done, settled_by_kind="staff" if done else "",
        settled_by_id=owner if done else None, outcome="kept" if done else "",
        outcome_words="Sent by post" if done else "", done_at=done,
    )  # fmt: skip
    run.tables[CasePromise].add(promise_id=key, case_id=case, message_id=message)
    same = (key, customer, owner, department, "case", case)
    run.chain.add(promise_facts.PromiseMade(*same, due_at=due.isoformat()), by=ours, at=made)
    if broken:
        run.chain.add(promise_facts.PromiseBroken(*same, due_at=due.isoformat()), by=CLOCK, at=broken)
    if done:
        kept = promise_facts.PromiseKept(*same, done_at=done.isoformat(), late=broken is not None)
        run.chain.add(kept, by=ours, at=done)
    return None if done else due
