"""A fresh address for the live news: with a ticket, because the news come from another process."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from upheld.web import tickets
from upheld.web.doors import StaffRequest, door


@door("staff")
@require_GET
@never_cache
def live_ticket(request: StaffRequest) -> HttpResponse:
    """The address in plain text, good for a minute."""
    ticket = urlencode({"ticket": tickets.make(request.person)})
    return HttpResponse(f"{settings.LIVE_URL}/news?{ticket}", content_type="text/plain; charset=utf-8")


urlpatterns: list[URLPattern] = [path("live-ticket", live_ticket, name="live_ticket")]
