"""Finding and trying the servers of an address within a few seconds, while somebody waits before the page.

First it is asked which of the probable servers answer at all, all of them at once; then the first of each kind is tried
in earnest. Whatever a server or a name service does, the answer is there when the time is over.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar

from django.utils import translation
from django.utils.translation import gettext as _

from upheld.channels import trying
from upheld.channels.dialling import Server
from upheld.channels.trying import Outcome

REACHING = 3.0  # seconds for all servers to answer at all
TRYING = 6.0  # seconds for one to let us in
T = TypeVar("T")


@dataclass(frozen=True)
class Tried:
    """One server: which it is, whether it answers, whether it lets us in, and a sentence."""

    server: Server | None
    reached: bool
    outcome: Outcome | None
    sentence: str

    @property
    def ok(self) -> bool:
        """It does what a mailbox needs."""
        return self.outcome is not None and self.outcome.ok


def look(
    incoming: Sequence[Server], outgoing: Sequence[Server], *, sender: str, folder: str = "INBOX"
) -> tuple[Tried, Tried]:
    """Letters in and letters out. Servers without a password are only asked whether they answer."""
    answers = _reach([*incoming, *outgoing])
    first_in = next((one for one in incoming if _place(one) in answers), None)
    first_out = next((one for one in outgoing if _place(one) in answers), None)
    asks: list[Callable[[], Outcome | None]] = [
        lambda: _try_imap(first_in, folder),
        lambda: _try_smtp(first_out, sender),
    ]
    came_in, went_out = _at_once(asks, within=TRYING + 1)
    return _told(incoming, first_in, came_in), _told(outgoing, first_out, went_out)


def _try_imap(server: Server | None, folder: str) -> Outcome | None:
    if server is None or not server.password:
        return None
    return trying.try_imap(server, folder=folder, patience=TRYING / 2)


def _try_smtp(server: Server | None, sender: str) -> Outcome | None:
    if server is None or (server.user and not server.password):
        return None
    return trying.try_smtp(server, sender=sender, patience=TRYING / 2)


def _told(wanted: Sequence[Server], found: Server | None, outcome: Outcome | None) -> Tried:
    if found is None:
        return Tried(None, False, None, _not_found(wanted))
    if outcome is not None:
        return Tried(found, True, outcome, outcome.sentence)
    if found.user and not found.password:
        return Tried(found, True, None, _("%(host)s answers. Enter the password.") % {"host": found.host})
    return Tried(
        found, True, None, _("%(host)s answers, but takes too long. Try it again.") % {"host": found.host}
    )


def _not_found(wanted: Sequence[Server]) -> str:
    if not wanted:
        return _("The server cannot be guessed from this address. Name it below.")
    if len(wanted) == 1:
        place = {"host": wanted[0].host, "port": wanted[0].port}
        return _("%(host)s does not answer on port %(port)s. Check both.") % place
    hosts = ", ".join(dict.fromkeys(one.host for one in wanted))
    return _("None of these answers: %(hosts)s. Say below with whom your mail is, or name the server.") % {
        "hosts": hosts
    }


def _reach(servers: Sequence[Server]) -> set[tuple[str, int]]:
    places = list(dict.fromkeys(_place(one) for one in servers))
    asks = [lambda place=place: _answers(place) for place in places]
    found = _at_once(asks, within=REACHING)
    return {place for place, answered in zip(places, found, strict=True) if answered}


def _answers(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, timeout=REACHING - 0.5).close()
    except (OSError, UnicodeError):
        return False
    return True


def _place(server: Server) -> tuple[str, int]:
    return server.host, server.port


def _at_once(asks: Sequence[Callable[[], T]], *, within: float) -> list[T | None]:
    """Each in a thread of its own; None for one that has not answered in time. Those threads end by themselves."""
    if not asks:
        return []
    language = translation.get_language()

    def ask(one: Callable[[], T]) -> T:
        with translation.override(language):
            return one()

    pool = ThreadPoolExecutor(max_workers=len(asks))
    try:
        futures: list[Future[T]] = [pool.submit(ask, one) for one in asks]
        wait(futures, timeout=within)
        return [one.result() if one.done() and not one.exception() else None for one in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
