"""What the worker does for this room: load, call one verb."""

from __future__ import annotations

import logging

from django.utils import timezone
from procrastinate.contrib.django import app

from upheld.notices import calling
from upheld.notices.models import Call

log = logging.getLogger(__name__)


@app.task(name="notices.call")  # type: ignore[untyped-decorator]
def call(*, call_id: int) -> None:
    """Tell the webhook once."""
    found = Call.objects.select_related("alarm").filter(pk=call_id).first()
    if found is None:
        return
    try:
        calling.call(found, at=timezone.now())
    except calling.NotWaiting:
        log.info("call %s does not wait any more", call_id)
