"""Connecting a mailbox from the terminal: its servers are tried as the page tries them, then it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone

from upheld.channels import connecting, endpoints, trying
from upheld.channels.dialling import Server
from upheld.channels.models import Mailbox
from upheld.channels.trying import Outcome
from upheld.config.letting_in import department_named
from upheld.journal.facts import CLOCK
from upheld.refusals import Refusal


class DoesNotWork(Refusal):
    """A server of this mailbox did not do what a mailbox needs."""


def link(
    address: str,
    *,
    department: str,
    name: str | None,
    incoming: Mapping[str, Any],
    outgoing: Mapping[str, Any] | None,
    folder: str,
    past: str,
    trying_first: bool,
) -> tuple[Mailbox, list[str]]:
    """The mailbox, and what its servers said. Refuses, and keeps nothing, when one of them does not work."""
    takes = department_named(department)
    servers = Server(**incoming), Server(**outgoing) if outgoing else None
    tried = _try(servers, address=address.strip().lower(), folder=folder) if trying_first else {}
    told = [f"{label}: {outcome.sentence}" for label, outcome in tried.items()]
    if not all(outcome.ok for outcome in tried.values()):
        raise DoesNotWork(" ".join(told) + " Nothing is kept; --no-try keeps it all the same.")
    box = connecting.connect(
        name=name or takes.name, address=address, department=takes, incoming=servers[0], outgoing=servers[1],
        folder=folder, past=past, tried=tried.get("Letters in"), by=CLOCK, at=timezone.now(),
    )  # fmt: skip
    return box, told


def lines() -> Iterator[str]:
    """Each mailbox, the open ones first: address, department, how it stands."""
    boxes = list(Mailbox.objects.select_related("department").order_by("address"))
    for box in sorted(boxes, key=lambda one: one.closed_at is not None):
        yield f"{box.address}  {box.department.name}  {_state(box)}"


def _try(servers: tuple[Server, Server | None], *, address: str, folder: str) -> dict[str, Outcome]:
    tried = {"Letters in": trying.try_imap(servers[0], folder=folder)}
    if servers[1]:
        tried["Letters out"] = trying.try_smtp(servers[1], sender=address)
    return tried


def _state(box: Mailbox) -> str:
    if box.closed_at:
        return "closed"
    if not box.imap_host:
        handed_over = endpoints.in_words()
        state = (
            f"handed over by the mail server ({handed_over})" if handed_over else "letters are not fetched"
        )
    elif box.trouble:
        state = f"in trouble: {box.trouble}"
    elif box.looked_at:
        state = f"looked into at {box.looked_at:%Y-%m-%d %H:%M} UTC"
    else:
        state = "nobody has looked into it yet"
    return state if box.smtp_host else f"{state}; no server for letters that leave"
