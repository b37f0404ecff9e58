"""A conversation about one matter: the customer's letters, our answers, promises, notes, hand-overs, the closing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial

from upheld.cases import closing, noting, owning, replying, seeing, tokens
from upheld.cases.models import Case, Message
from upheld.channels.composing import Enclosure
from upheld.demo import wording
from upheld.demo.clientele import Client
from upheld.demo.desk import Desk, Left
from upheld.demo.letters import Enclosed, Quoted
from upheld.demo.matters import Pledged
from upheld.people.models import Person
from upheld.promises import keeping
from upheld.promises.models import Promise

OWNER = "owner"


class Conversation:
    """One case from its first letter on, in the words of those who take part in it."""

    def __init__(self, desk: Desk, client: Client, department: str) -> None:
        self.desk = desk
        self.rng = desk.rng
        self.client = client
        self.hours = desk.house.hours[department]
        self.mailbox = desk.house.mailboxes[department]
        self.details = wording.details(desk.rng)
        self.number = 0
        self.subject = ""

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return self.desk.case(self.number)

    @property
    def is_open(self) -> bool:
        """Not closed yet."""
        return self.case.is_open

    def person(self, key: str) -> Person:
        """A colleague by key, or the case's owner of this moment."""
        return self.case.owner if key == OWNER else self.desk.house.people[key]

    def opens(
        self, subject: str, body: str, *, files: Sequence[Enclosed] = (), way: str = "imap", at: datetime
    ) -> bytes:
        """The customer writes for the first time about it; the bytes, in case they come twice."""
        self.subject = self.details.fill(subject)
        text = wording.letter(self.client, self.details.fill(body), self.rng)
        raw = self.desk.write(
            self.client, to=self.mailbox.address, subject=self.subject, text=text, files=files, at=at
        )
        arrival = self.desk.take_in(raw, mailbox=self.mailbox, way=way, at=at)
        self.number = Message.objects.get(arrival=arrival).case_id
        return raw

    def writes(
        self,
        body: str,
        *,
        files: Sequence[Enclosed] = (),
        headers: Sequence[tuple[str, str]] = (),
        subject: str = "",
        read: bool = True,
        at: datetime,
    ) -> bytes:
        """The customer answers our last letter, with it quoted below. `read`: the owner sees it before long."""
        case, quoted = self.case, self._last()
        plain = self.subject.removeprefix("Re: ")
        writer = self._last_writer()
        text = body if headers else wording.letter(self.client, body, self.rng, to=writer, again=True)
        raw = self.desk.write(
            self.client, to=tokens.reply_address(case.number, self.mailbox), text=text, files=files,
            subject=subject or f"Re: {plain}", answering=quoted, headers=headers, at=at,
        )  # fmt: skip
        self.desk.take_in(raw, mailbox=self.mailbox, at=at)
        if read:
            self.plan(self.hours.after(at, self.rng.uniform(8, 120)), partial(self.is_read))
        return raw

    def answers(
        self,
        body: str,
        *,
        by: str = OWNER,
        pledges: Sequence[tuple[Pledged, datetime]] = (),
        sheets: Sequence[str] = (),
        left: Left = lambda promises, at: None,
        at: datetime,
    ) -> Message:
        """One of us writes. The dates of the pledges stand in the text for `due`, `due2` and so on."""
        case, writer = self.case, self.person(by)
        dates = {
            f"due{number if number > 1 else ''}": wording.spoken(due, self.client)
            for number, (_pledged, due) in enumerate(pledges, start=1)
        }
        promised = [
            replying.Pledge(self.details.fill(one.words), due, self.desk.house.keeper(one.keeper, case.owner))
            for one, due in pledges
        ]
        enclosed = [wording.sheet(kind, self.details) for kind in sheets]
        files = [Enclosure(one.name, one.type, one.content) for one in enclosed]
        text = wording.answer(self.client, self.details.fill(body, **dates), writer)
        return self.desk.answer(case, by=writer, text=text, pledges=promised, files=files, left=left, at=at)

    def notes(self, text: str, *, by: str = OWNER, at: datetime) -> None:
        """A colleague writes something down for the others."""
        if self.is_open:
            noting.note(self.case, text=text, by=self.person(by), at=at)

    def goes_to(self, key: str, *, by: str = "bruno", at: datetime) -> None:
        """Somebody else owns it from now on, unless they do already."""
        case, to = self.case, self.desk.house.people[key]
        if case.is_open and case.owner_id != to.pk:
            owning.hand_over(case, to=to, by=self.person(by).actor, at=at)

    def is_read(self, *, at: datetime) -> None:
        """The owner has read what came."""
        case = self.case
        if not case.owner.serves:
            return
        with suppress(seeing.NothingUnread):
            seeing.see(case, by=case.owner, at=at)

    def keeps(self, promise: Promise, what: str, *, in_full: bool = True, at: datetime) -> None:
        """The keeper records what was done."""
        promise.refresh_from_db()
        done = self.details.fill(what)
        keeping.keep(promise, what=done, in_full=in_full, by=promise.keeper.actor, at=at)

    def closes(self, at: datetime) -> None:
        """The owner closes the case, thanked or not, or tries again later while something is owed or about to leave."""
        case = self.case
        if not case.is_open:
            return
        try:
            closing.close(case, answer_needed=False, by=case.owner.actor, at=at)
        except (closing.PromisesOwed, closing.AnswerLeaving):
            self.desk.timeline.plan(self.hours.after(at, 90), self.closes)

    def plan(self, at: datetime, deed: partial[None]) -> None:
        """Let a part of it happen later."""
        self.desk.timeline.plan(at, lambda then: deed(at=then))

    def _last_writer(self) -> Person | None:
        answers = self.case.messages.filter(sent_at__isnull=False, author__isnull=False)
        last = answers.select_related("author").order_by("at", "pk").last()
        return last.author if last else None

    def _last(self) -> Quoted | None:
        sent = self.case.messages.filter(sent_at__isnull=False).exclude(message_id="")
        last = sent.order_by("at", "pk").select_related("author").last()
        if last is None:
            return None
        chain = self.case.messages.filter(at__lt=last.at).exclude(message_id="").order_by("at", "pk")
        who = f"{last.author.name}, Harbour Shoes" if last.author else "Harbour Shoes"
        ids = tuple(chain.values_list("message_id", flat=True))[-6:]
        return Quoted(last.message_id, ids, who, last.at, last.text)
