"""What the worker does for this room: load, call one verb. What a job does quickly, a sweep makes certain."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from upheld.channels import filing, sending
from upheld.channels.models import Arrival, Departure

log = logging.getLogger(__name__)

EARLY = timedelta(seconds=5)  # the database's clock and ours may differ by as much


@app.task(name="channels.send")  # type: ignore[untyped-decorator]
def send(*, departure_id: int) -> None:
    """Try once to send a letter whose moment has come."""
    departure = Departure.objects.without_content().filter(pk=departure_id).first()
    if departure is None:
        return
    now = timezone.now()
    if departure.is_waiting and departure.leaves_at > now + EARLY:
        sending.ask_to_send(departure)
        return
    try:
        sending.send(departure, at=max(now, departure.leaves_at))
    except sending.NotWaiting:
        log.info("departure %s does not wait any more", departure_id)


@app.task(name="channels.store_files")  # type: ignore[untyped-decorator]
def store_files(*, arrival_id: int | None = None, departure_id: int | None = None) -> None:
    """Bring a letter's attachments to disk."""
    letter: Arrival | Departure | None = None
    if arrival_id is not None:
        letter = Arrival.objects.select_related("raw").filter(pk=arrival_id).first()
    elif departure_id is not None:
        letter = Departure.objects.filter(pk=departure_id).first()
    if letter is not None:
        filing.store_files(letter, at=timezone.now())
