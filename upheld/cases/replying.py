"""Answering a customer, and promising in the same breath: one letter, its promises, one transaction.

Until the letter has left, its promises and its clock stop are drafts: the customer has not read them yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from upheld.cases import awaiting, leaving, tokens, wording
from upheld.cases.facts import AnswerTakenBack, AnswerWritten
from upheld.cases.models import Case, CasePromise, Message
from upheld.channels import cleaning, composing, sending
from upheld.channels.composing import Enclosure
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address
from upheld.channels.models import Departure, Mailbox
from upheld.channels.own import OwnIds
from upheld.channels.wording import words as wording_of_html
from upheld.journal import writing
from upheld.people import queries as people_queries
from upheld.people.models import Person
from upheld.promises import promising
from upheld.promises.models import Promise
from upheld.refusals import Refusal


class NothingWritten(Refusal):
    """An answer has words."""


class NobodyToAnswer(Refusal):
    """We know no address for this customer."""


class NoMailbox(Refusal):
    """There is no mailbox from which an answer can leave."""


class NewsSince(Refusal):
    """Something was written on this case since you opened it."""


class CaseClosed(Refusal):
    """A promise needs an open case."""


class NotToTakeBack(Refusal):
    """Only an answer that has not left can be taken back."""


@dataclass(frozen=True)
class Pledge:
    """A promise as it is written in the composer, before there is a letter to carry it."""

    words: str
    due_at: datetime
    keeper: Person


@transaction.atomic
def answer(
    case: Case,
    *,
    html: str,
    pledges: Sequence[Pledge] = (),
    enclosures: Sequence[Enclosure] = (),
    seen: int | None = None,
    delay: timedelta | None = None,
    by: Person,
    at: datetime,
) -> Message:
    """Write an answer with its promises. It leaves after `delay` (the time to undo) and can be taken back until then.

    `seen` is the newest message that the writer had in view: a letter that came since then stops the answer.
    """
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    html, _trouble = cleaning.cleaned(html)
    text = wording_of_html(html)[0].strip()
    mailbox = _refuse(case, text, pledges, seen)
    wait = timedelta(seconds=settings.SEND_DELAY_SECONDS) if delay is None else delay
    company = people_queries.company()
    with translation.override(wording.language_for(case.customer)):
        subject_line = wording.subject_of_answer(case, company)
    message_id = OwnIds(keys_for("message-id")).make(mailbox.domain, ["case", str(case.number)])
    message = Message.objects.create(
        case=case, way=Message.Way.OUT, author=by, customer=case.customer, at=at, subject_line=subject_line,
        text=text, html=html, own_words=text, message_id=message_id,
    )  # fmt: skip
    promises = [_draft(case, message, pledge, by=by, at=at) for pledge in pledges]
    message.departure = _send(case, message, promises, enclosures, by=by, at=at, leaves_at=at + wait)
    message.save(update_fields=["departure"])
    case.unread_at = None
    case.save(update_fields=["unread_at"])
    fact = AnswerWritten(case=case.pk, customer=case.customer_id, message=message.pk, promises=len(promises))
    writing.write(fact, by=by.actor, at=at)
    return message


@transaction.atomic
def take_back(message: Message, *, by: Person, at: datetime) -> Message:
    """Stop an answer that has not left. Its promises were never made; its words stay with the one who wrote them."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if message.departure is None or message.withdrawn_at or message.sent_at:
        raise NotToTakeBack(str(_("The letter has left. Write another to put it right.")))
    sending.cancel(message.departure, by=by.actor, at=at)
    leaving.drop_drafts(message, at=at)
    message.withdrawn_at = at
    message.save(update_fields=["withdrawn_at"])
    if awaiting.unanswered(message.case):
        Case.objects.filter(pk=message.case_id, unread_at__isnull=True).update(unread_at=at)
    writing.write(AnswerTakenBack(case=message.case_id, message=message.pk), by=by.actor, at=at)
    return message


def newest(case: Case) -> int:
    """The newest message on a case, for `seen`; 0 when there is none."""
    return (
        case.messages.exclude(way=Message.Way.AUTOMATIC).order_by("-pk").values_list("pk", flat=True).first()
        or 0
    )


def _refuse(case: Case, text: str, pledges: Sequence[Pledge], seen: int | None) -> Mailbox:
    """Say no for the first reason there is; else give the mailbox that the answer leaves through."""
    if not text:
        raise NothingWritten(str(_("Write the letter first.")))
    if case.mailbox is None:
        raise NoMailbox(str(_("Connect a mailbox first: an answer leaves through one.")))
    if case.mailbox.closed_at:
        raise NoMailbox(
            str(_("The mailbox of this case is closed: an answer to your letter would not be fetched."))
        )
    if not case.customer.addresses.exists():
        raise NobodyToAnswer(str(_("We know no e-mail address of this customer. Call instead.")))
    if pledges and not case.is_open:
        raise CaseClosed(str(_("Open the case again before you promise something on it.")))
    if seen is not None and seen != newest(case):
        raise NewsSince(
            str(_("Something was written here since you opened the case. Read it, then send again."))
        )
    return case.mailbox


def _draft(case: Case, message: Message, pledge: Pledge, *, by: Person, at: datetime) -> Promise:
    promise = promising.draft(
        customer=case.customer, subject=case.subject, department=case.department, keeper=pledge.keeper,
        words=pledge.words, due_at=pledge.due_at, zone=wording.zone_for(case), by=by.actor, at=at,
    )  # fmt: skip
    CasePromise.objects.create(promise=promise, case=case, message=message)
    return promise


def _send(
    case: Case, message: Message, promises: Sequence[Promise], enclosures: Sequence[Enclosure],
    *, by: Person, at: datetime, leaves_at: datetime,
) -> Departure:  # fmt: skip
    """The letter as it goes out: the answer, below it what was promised, in the thread of the customer's last."""
    if case.mailbox is None:
        raise NoMailbox
    company = people_queries.company()
    receiver = answer_address(case)
    with translation.override(wording.language_for(case.customer)):
        below = wording.promises_below(case, promises)
    answered = thread_of(case)
    content = composing.answer(
        sender=Address(f"{by.name}, {company.name}", case.mailbox.address), to=[Address(case.customer.name, receiver)],
        subject=message.subject_line, text="\n\n".join(part for part in (message.text, below) if part),
        html=message.html + (cleaning.from_text("\n" + below) if below else ""), message_id=message.message_id,
        reply_to=tokens.reply_address(case.number, case.mailbox), in_reply_to=answered[-1] if answered else "",
        references=answered, language=wording.language_for(case.customer), files=enclosures, at=at,
    )  # fmt: skip
    return sending.queue(
        mailbox=case.mailbox, kind=Departure.Kind.ANSWER, subject=message.subject, recipients=[receiver],
        message_id=message.message_id, content=content, leaves_at=leaves_at, files=enclosures, by=by.actor, at=at,
    )  # fmt: skip


def answer_address(case: Case, *, among: Sequence[Message] = ()) -> str:
    """Where an answer goes: the address of the customer's last letter, else the first that we know.

    The last letter is looked for `among` the newest messages first, when those are at hand.
    """
    theirs = [
        one
        for one in among
        if one.way == Message.Way.IN
        and one.customer_id == case.customer_id
        and one.kind == "person"
        and one.answer_to
    ]
    if theirs:
        return max(theirs, key=lambda one: one.pk).answer_to
    last = (
        case.messages.filter(way=Message.Way.IN, customer=case.customer, kind="person")
        .exclude(answer_to="")
        .order_by("-pk")
        .values_list("answer_to", flat=True)
        .first()
    )
    if last:
        return last
    return case.customer.addresses.order_by("pk").values_list("email", flat=True).first() or ""


def thread_of(case: Case) -> list[str]:
    """The Message-IDs of the case's letters, oldest first, the last ten: what keeps one thread in a mail program."""
    shown = case.messages.filter(~Q(message_id=""), withdrawn_at__isnull=True, kind__in=["person", "own"])
    return list(shown.order_by("at", "pk").values_list("message_id", flat=True))[-10:]
