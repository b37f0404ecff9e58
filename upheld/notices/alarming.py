"""Alarms: what stays wrong with the house is told to whoever is to be called, once, and so is that it is over.

What is wrong for a moment only is told to nobody: mail servers go away and come back. A letter takes the usual way out,
from a mailbox that is not itself in trouble; the webhook is called by a job that tries again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from upheld.channels import composing, sending
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address
from upheld.channels.models import Departure, Mailbox
from upheld.channels.own import OwnIds
from upheld.journal import writing
from upheld.journal.facts import CLOCK, Subject
from upheld.notices import planning
from upheld.notices.facts import AlarmOver, AlarmRaised
from upheld.notices.models import Alarm, AlarmPlan, Call
from upheld.people import queries as people
from upheld.refusals import Refusal

PATIENCE = timedelta(minutes=5)
"""So long something has to be wrong before anybody is called."""


class NoWayOut(Refusal):
    """A letter to those who are to be called has no mailbox that it could leave from."""


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong now: a name that stays the same while it lasts, and a sentence for people."""

    name: str
    sentence: str


def watch(troubles: Iterable[Trouble], *, at: datetime) -> int:
    """Compare what is wrong with the alarms that stand; how many people were told of."""
    wrong = {one.name[:400]: one.sentence for one in troubles}
    told = 0
    with transaction.atomic():
        standing = {one.name: one for one in Alarm.objects.select_for_update().filter(ended_at=None)}
        for name in standing.keys() - wrong.keys():
            told += _end(standing[name], at=at)
        for name, sentence in wrong.items():
            alarm = standing.get(name)
            if alarm is None:
                Alarm.objects.get_or_create(
                    name=name, ended_at=None, defaults={"sentence": sentence, "began_at": at}
                )
            elif alarm.told_at is None and at - alarm.began_at >= PATIENCE:
                told += _raise(alarm, sentence, at=at)
    return told


def test(*, at: datetime) -> list[str]:
    """Call everybody for practice; whom. Nobody is called twice for one click: the letters leave once."""
    plan = planning.plan()
    if plan.addresses and not _sound_mailbox():
        raise NoWayOut(
            _(
                "No letter can leave: no mailbox is connected that sends. Those with an address are not called."
            )
        )
    with transaction.atomic():
        _tell(plan, None, Call.Event.TEST, _("This is a test of the alarms. All is well."), at=at)
    return [*plan.addresses, *([plan.webhook] if plan.webhook else [])]


def _raise(alarm: Alarm, sentence: str, *, at: datetime) -> int:
    alarm.sentence, alarm.told_at = sentence, at
    alarm.save(update_fields=["sentence", "told_at"])
    writing.write(AlarmRaised(alarm.pk), by=CLOCK, at=at)
    _tell(planning.plan(), alarm, Call.Event.RAISED, sentence, at=at)
    return 1


def _end(alarm: Alarm, *, at: datetime) -> int:
    alarm.ended_at = max(at, alarm.began_at)
    alarm.save(update_fields=["ended_at"])
    if alarm.told_at is None:
        return 0
    writing.write(AlarmOver(alarm.pk), by=CLOCK, at=at)
    _tell(planning.plan(), alarm, Call.Event.OVER, alarm.sentence, at=at)
    return 1


def _tell(plan: AlarmPlan, alarm: Alarm | None, event: Call.Event, sentence: str, *, at: datetime) -> None:
    mailbox = _sound_mailbox()
    if plan.addresses and mailbox:
        for receiver in plan.addresses:
            _write(mailbox, receiver, alarm, event, sentence, at=at)
    if plan.webhook:
        call = Call.objects.create(alarm=alarm, event=event, at=at)
        app.configure_task("notices.call").defer(call_id=call.pk)


def _sound_mailbox() -> Mailbox | None:
    """One that letters leave from; rather one that is not in trouble itself."""
    able = Mailbox.objects.filter(closed_at__isnull=True)
    if settings.OUTGOING != "outbox":
        able = able.exclude(smtp_host="")
    return able.filter(trouble="").order_by("pk").first() or able.order_by("pk").first()


def _write(
    mailbox: Mailbox, receiver: str, alarm: Alarm | None, event: Call.Event, sentence: str, *, at: datetime
) -> None:
    message_id = OwnIds(keys_for("message-id")).make(mailbox.domain, ("alarm", str(alarm.pk if alarm else 0)))
    content = composing.notification(
        sender=Address(_("%(company)s, Upheld") % {"company": people.company().name}, mailbox.address),
        to=Address("", receiver),
        subject=_subject(event, sentence),
        text=_words(alarm, event, sentence),
        message_id=message_id,
        at=at,
    )
    sending.queue(
        mailbox=mailbox, kind=Departure.Kind.ALARM, subject=Subject("alarm", alarm.pk if alarm else 0),
        recipients=[receiver], message_id=message_id, content=content, leaves_at=at, by=CLOCK, at=at,
    )  # fmt: skip


def _subject(event: Call.Event, sentence: str) -> str:
    heads = {Call.Event.RAISED: _("Wrong"), Call.Event.OVER: _("Well again"), Call.Event.TEST: _("Test")}
    return f"{heads[event]}: {sentence}"[:200]


def _words(alarm: Alarm | None, event: Call.Event, sentence: str) -> str:
    lines = [sentence, ""]
    if alarm:
        lines.append(_("Since %(when)s UTC.") % {"when": f"{alarm.began_at.astimezone(UTC):%Y-%m-%d %H:%M}"})
    if alarm and event == Call.Event.OVER and alarm.ended_at:
        lines.append(
            _("Well again since %(when)s UTC.") % {"when": f"{alarm.ended_at.astimezone(UTC):%Y-%m-%d %H:%M}"}
        )
    lines += [settings.PUBLIC_URL + reverse("health"), "", _("Upheld wrote this letter by itself.")]
    return "\n".join(lines)
