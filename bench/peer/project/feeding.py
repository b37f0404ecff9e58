"""Feeds the peer the letters of its mail folder, as its own `get_email` does, and says how many tickets there are.

`python -m bench.peer.project.feeding` prints {"tickets": n, "followups": n, "left": n, "seconds": s, "cpu": s}.
"""

from __future__ import annotations

import json
import os
import resource
import time
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.project.settings")


def main() -> None:
    """Once through the folder. The time of loading Django is not counted: a daemon would have paid it long ago."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    Ticket.objects.count()  # the connection stands
    # A mailbox that was never looked at is not looked at while it has a log of its own.
    Queue.objects.update(email_box_last_check=timezone.now() - timedelta(days=1))
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    call_command("get_email", quiet=True)
    seconds, now = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    left = len(list((Path(settings.HOME) / "mail").iterdir()))
    told = {"tickets": Ticket.objects.count(), "followups": FollowUp.objects.count(), "left": left}
    print(json.dumps(told | {"seconds": seconds, "cpu": cpu}))


if __name__ == "__main__":
    main()
