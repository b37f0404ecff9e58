"""Calling the webhook: a signed word to another program, tried again until it is taken or given up."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from upheld.channels import secrets
from upheld.notices import planning
from upheld.notices.models import AlarmPlan, Call
from upheld.people import queries as people
from upheld.refusals import Refusal

WAIT = 10.0  # seconds for an answer
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))


class NotWaiting(Refusal):
    """This call was taken or given up."""


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A call goes where it was directed: whoever redirects it would get what was signed for another."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def call(call: Call, *, at: datetime) -> Call:
    """One attempt, outside any transaction."""
    if call.taken_at or call.given_up_at:
        raise NotWaiting
    plan = planning.plan()
    call.tries += 1
    call.trouble = _post(plan, call) if plan.webhook else _("Nobody is to be called any more.")
    if not call.trouble:
        call.taken_at = at
    elif not plan.webhook or call.tries > len(AGAIN):
        call.given_up_at = at
    call.save(update_fields=["tries", "trouble", "taken_at", "given_up_at"])
    if not call.taken_at and not call.given_up_at:
        app.configure_task("notices.call", schedule_at=at + AGAIN[call.tries - 1]).defer(call_id=call.pk)
    return call


def body_of(call: Call) -> bytes:
    """What the other program is told, as JSON."""
    alarm = call.alarm
    told = {
        "event": call.event,
        "id": call.pk,
        "at": _instant(call.at),
        "alarm": alarm.pk if alarm else None,
        "check": alarm.name if alarm else None,
        "sentence": alarm.sentence if alarm else None,
        "since": _instant(alarm.began_at) if alarm else None,
        "until": _instant(alarm.ended_at) if alarm and alarm.ended_at else None,
        "company": people.company().name,
        "health": settings.PUBLIC_URL + reverse("health"),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def signature(secret: str, sent: str, body: bytes) -> str:
    """HMAC-SHA256 over the moment and the body, so that an old call cannot be played again."""
    return hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()


def _post(plan: AlarmPlan, call: Call) -> str:
    """Tell it; why it was not taken, or nothing."""
    body, sent = body_of(call), str(int(call.at.timestamp()))
    try:
        key = secrets.unseal(plan.secret)
    except secrets.SecretLost:
        return _("The webhook's secret cannot be read any more. Save the alarms again.")
    request = urllib.request.Request(  # noqa: S310  # http and https only, by planning
        plan.webhook,
        data=body,
        method="POST",
        headers={
            "Content-Type": "application/json",
            "User-Agent": "Upheld",
            "Upheld-Sent": sent,
            "Upheld-Signature": f"sha256={signature(key, sent, body)}",
        },
    )
    try:
        with urllib.request.build_opener(_NoDetours).open(request, timeout=WAIT) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    except (OSError, ValueError, HTTPException) as error:
        return _("Nothing answers there (%(why)s).") % {"why": str(getattr(error, "reason", error))[:200]}
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return _("It answered with %(status)s.") % {"status": status}
    return ""


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
