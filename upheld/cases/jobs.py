"""Background work of this room: open what arrived."""

from __future__ import annotations

import logging
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from upheld.cases import receiving
from upheld.channels import opening
from upheld.channels.models import Arrival

log = logging.getLogger(__name__)


@app.task(name="cases.open_arrival", queue="letters")  # type: ignore[untyped-decorator]
def open_arrival(arrival_id: int) -> None:
    """Open one arrival; after repeated failures of ours, put it before a person."""
    open_or_give_up(arrival_id, at=timezone.now())


def open_or_give_up(arrival_id: int, *, at: datetime) -> Arrival | None:
    """The same for whoever is at hand: the job, the sweep, the command that takes files in."""
    arrival = Arrival.objects.get(pk=arrival_id)
    if arrival.opened_at:
        return arrival
    if opening.count_try(arrival) > receiving.TRIES:
        return receiving.give_up(arrival_id, at=at)
    try:
        return receiving.receive(arrival_id, at=at)
    except Exception:
        log.exception("arrival %s could not be opened", arrival_id)
        return None


def sweep(at: datetime, *, limit: int = 200) -> int:
    """Open what no job has opened: a worker was killed, or an attempt failed."""
    waiting = Arrival.objects.unopened().order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(1 for pk in waiting if open_or_give_up(pk, at=at))
