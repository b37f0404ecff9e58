"""The desk where letters come in and go out: each deed is the verb that people use, at its moment of simulated time.

What the processes of a running Upheld do within moments is done here at once: letters are opened, leave for the
outbox, and the journal's readers hear of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from html import escape
from random import Random

from upheld.cases import jobs, leaving, replying
from upheld.cases.models import Case, Message
from upheld.channels import filing, receiving, sending
from upheld.channels.composing import Enclosure
from upheld.channels.models import Arrival, Departure, Mailbox
from upheld.demo import letters
from upheld.demo.cast import House
from upheld.demo.clientele import Client
from upheld.demo.timeline import Timeline
from upheld.findings import following as findings
from upheld.journal import numbering
from upheld.people.models import Person
from upheld.promises import breaking, clocks, warning
from upheld.promises.models import Promise, Standard
from upheld.surveys import leaving as invitations

UNDO = timedelta(seconds=15)
Left = Callable[[list[Promise], datetime], None]

_UID_VALIDITY = 1_700_000_000


class Desk:
    """Everything that a story needs in order to happen."""

    def __init__(self, house: House, timeline: Timeline, rng: Random) -> None:
        self.house = house
        self.timeline = timeline
        self.rng = rng
        self.numbers = itertools.count(1)

    def case(self, pk: int) -> Case:
        """A case as it is now."""
        related = ("customer", "department__calendar", "mailbox", "owner")
        return Case.objects.select_related(*related).get(pk=pk)

    def take_in(self, raw: bytes, *, mailbox: Mailbox, way: str = "imap", at: datetime) -> Arrival:
        """A letter arrives and is opened; its files are stored, and what is sent automatically leaves."""
        number = next(self.numbers)
        mark = f"{_UID_VALIDITY}:{number}" if way == "imap" else f"form-{number:06d}"
        stored = receiving.store(raw, way=way, mailbox=mailbox, source_id=mark, at=at)
        arrival = jobs.open_or_give_up(stored.pk, at=at)
        if arrival is None or arrival.opened_at is None:
            raise RuntimeError(f"The demo's letter {mark} could not be opened.")
        filing.store_files(arrival, at=at)
        self._watch_arrival(arrival, at)
        return arrival

    def write(
        self,
        client: Client,
        *,
        to: str,
        subject: str,
        text: str,
        files: Sequence[letters.Enclosed] = (),
        answering: letters.Quoted | None = None,
        headers: Sequence[tuple[str, str]] = (),
        at: datetime,
    ) -> bytes:
        """The bytes of a letter of this customer's."""
        number = next(self.numbers)
        return letters.compose(
            client.correspondent, to=to, subject=subject, text=text, number=number, files=files,
            answering=answering, plain=self.rng.random() < 0.35, headers=headers, at=at,
        )  # fmt: skip

    def answer(
        self,
        case: Case,
        *,
        by: Person,
        text: str,
        pledges: Sequence[replying.Pledge] = (),
        files: Sequence[Enclosure] = (),
        left: Left = lambda promises, at: None,
        at: datetime,
    ) -> Message:
        """Somebody answers; the letter leaves after the time to change one's mind, and `left` is told."""
        html = "".join("<p>" + escape(part).replace("\n", "<br>") + "</p>" for part in text.split("\n\n"))
        message = replying.answer(
            case, html=html, pledges=pledges, enclosures=files, delay=UNDO, by=by, at=at
        )
        self.timeline.plan(at + UNDO, lambda then: self._leaves(message.pk, left, then))
        return message

    def leaves(self, message: int, at: datetime) -> None:
        """Let a letter that was written elsewhere leave at its moment."""
        self.timeline.plan(at, lambda then: self._leaves(message, lambda promises, moment: None, then))

    def hear(self) -> None:
        """What the journal's readers do within moments."""
        numbering.after_restore()
        for follow in (leaving.follow, invitations.follow, findings.follow):
            while follow():
                pass

    def watch(self, promise: Promise) -> None:
        """Let the clock look at a promise when it is to warn and when the date has passed."""
        self.timeline.plan(promise.warn_at, lambda at: self._warn())
        self.timeline.just_after(promise.deadline, self._break)

    def _watch_arrival(self, arrival: Arrival, at: datetime) -> None:
        message = Message.objects.filter(arrival=arrival).select_related("case").first()
        if message is None:
            return
        acknowledgements = Departure.objects.waiting().filter(leaves_at__lte=at, message__case=message.case)
        for departure in acknowledgements:
            sending.send(departure, at=at)
            filing.store_files(departure, at=at)
        clock = clocks.waiting(Standard.Measure.FIRST_ANSWER, subject=message.case.subject)
        if clock is not None and acknowledgements is not None and clock.started_at == at:
            case = message.case.pk
            self.timeline.plan(clock.warn_at, lambda _at: self._look_at_clock(case, self._warn))
            self.timeline.just_after(clock.due_at, lambda _at: self._look_at_clock(case, self._miss))

    def _leaves(self, message: int, left: Left, at: datetime) -> None:
        departure = Departure.objects.get(message=message)
        if departure.cancelled_at is not None:
            return
        sending.send(departure, at=at)
        filing.store_files(departure, at=at)
        self.hear()
        places = Message.objects.get(pk=message).promise_places.select_related("promise")
        promises = [place.promise for place in places.order_by("pk")]
        for promise in promises:
            self.watch(promise)
        left(promises, at)

    def _look_at_clock(self, case: int, deed: Callable[[], None]) -> None:
        if not Case.objects.filter(pk=case, answered_at__isnull=False).exists():
            deed()

    def _warn(self) -> None:
        warning.warn_due(self.timeline.now)

    def _miss(self) -> None:
        if clocks.miss_due(self.timeline.now):
            self.hear()

    def _break(self, at: datetime) -> None:
        if breaking.break_due(at):
            self.hear()
