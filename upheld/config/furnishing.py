"""Building the demo's company in an empty database, and writing down who can sign in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.conf import settings

from upheld.config import terminal
from upheld.demo import building
from upheld.demo.building import Login
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
    built = building.build(at=datetime.now(UTC), progress=terminal.say)
    (settings.VAR / NOTE).write_text(who_can_sign_in(built.logins))


def who_can_sign_in(logins: Iterable[Login]) -> str:
    """A line for each, with the password."""
    lines = [f"  {one.email:36} {one.password:18} {one.name}, {one.role}" for one in logins]
    return "\n".join(["Sign in with one of these addresses and passwords:", *lines]) + "\n"
