"""The addresses of our pages, each module's own; a new route without a rule fails a test."""

from __future__ import annotations

from django.urls import URLPattern

from upheld.web.pages import (
    answering,
    arrivals,
    beliefs,
    case,
    chasing,
    closing,
    customers,
    files,
    findings,
    follow_ups,
    health,
    how,
    letters,
    live,
    outbox,
    own_page,
    presence,
    promises,
    questions,
    search,
    settings,
    settings_alarms,
    settings_asking,
    settings_joining,
    sparing,
    styleguide,
    today,
    verdict,
    web_form,
)

PAGES = (
    today, letters, case, chasing, answering, closing, promises, customers, how, search, arrivals, files, health,
    outbox, settings, settings_alarms, live, presence, own_page, web_form, styleguide, verdict, questions, follow_ups,
    beliefs, settings_asking, sparing,
    findings, settings_joining,
)  # fmt: skip

urlpatterns: list[URLPattern] = [pattern for page in PAGES for pattern in page.urlpatterns]
