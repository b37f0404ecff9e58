"""Building the demo's company in an empty database, and writing down who can sign in."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings

from upheld.config import terminal
from upheld.demo import building, cast
from upheld.people.models import Login
from upheld.refusals import Refusal

NOTE = "built.txt"
"""In the demo's folder once the company is whole: what to tell whoever looks at it."""


class NotADemo(Refusal):
    """The demo's company is built in the demo's own database and in no other."""


def run() -> None:
    """Build, and leave a note when all of it is there."""
    if not settings.DEMO:
        raise NotADemo
    terminal.say("Building a company to look at; this takes a minute the first time.")
    building.build(at=datetime.now(UTC), progress=terminal.say)
    (settings.VAR / NOTE).write_text(logins())


def logins() -> str:
    """Everybody who can sign in, with the password that all of them share."""
    logins = (
        Login.objects.filter(person__left_at__isnull=True).select_related("person").order_by("person__pk")
    )
    lines = [f"  {one.email:34} {one.person.name}, {one.person.get_role_display()}" for one in logins]
    return "\n".join(["Sign in as one of these:", *lines, f"The password of each: {cast.PASSWORD}"]) + "\n"
