"""Fills the peer: `python -m bench.peer.project.filling < matters.jsonl`; prints one JSON object for whoever visits it.

The same cases, customers and letters as ours, in as many queues as there are departments; every letter after the first
is a comment.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.project.settings")
QUEUES = ("service", "billing", "shipping", "repairs", "sales")
AGENTS = 40
BATCH = 2000
OPEN, CLOSED = 1, 4


def main() -> None:
    """Tables, people, queues, tickets; then who is signed in."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    people = _people()
    tickets = _tickets(people)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps({"cookie": _signed_in(people[1]), "tickets": tickets}))


def _people() -> list:
    from django.conf import settings
    from django.contrib.auth.models import User
    from helpdesk.models import Queue

    for folder in ("mail", "out", "logs", "media"):
        (Path(settings.HOME) / folder).mkdir(exist_ok=True)
    User.objects.create_superuser("admin", "admin@peer.test", "only-measured")
    users = [
        User.objects.create_user(f"agent{place}", f"agent{place}@peer.test", "only-measured", is_staff=True)
        for place in range(AGENTS)
    ]
    for place, slug in enumerate(QUEUES):
        by_mail = {
            "allow_email_submission": True,
            "email_box_type": "local",
            "email_box_local_dir": f"{settings.HOME}/mail/",
            "email_box_interval": 0,
            "logging_type": "info",
            "logging_dir": f"{settings.HOME}/logs",
        }
        Queue.objects.create(
            title=slug.title(), slug=slug, email_address=f"{slug}@peer.test", allow_public_submission=True,
            **(by_mail if place == 0 else {}),
        )  # fmt: skip
    return users


def _tickets(people: list) -> int:
    from helpdesk.models import FollowUp, Queue, Ticket

    queues = list(Queue.objects.order_by("id"))
    rows = [json.loads(line) for line in sys.stdin]
    tickets = [
        Ticket(
            title=row["subject"],
            queue=queues[row["department"]],
            created=_moment(row["said"][0]["at"]),
            modified=_moment(row["said"][-1]["at"]),
            submitter_email=f"customer{row['customer']}@customers.example",
            assigned_to=people[row["department"] * 8 + row["owner"]],
            status=CLOSED if row["closed_at"] else OPEN,
            priority=3,
            description=row["said"][0]["text"],
            on_hold=False,
        )
        for row in rows
    ]
    tickets = Ticket.objects.bulk_create(tickets, batch_size=BATCH)
    FollowUp.objects.bulk_create(
        (
            FollowUp(
                ticket=ticket, date=_moment(said["at"]), title="Comment", comment=said["text"], public=True,
                user=None if said["theirs"] else ticket.assigned_to,
            )
            for ticket, row in zip(tickets, rows, strict=True)
            for said in row["said"][1:]
        ),
        batch_size=BATCH,
    )  # fmt: skip
    return len(tickets)


def _signed_in(user) -> str:
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    return f"sessionid={session.session_key}"


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


if __name__ == "__main__":
    main()
