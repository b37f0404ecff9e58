"""The first-answer standard in the words of those who keep it, and setting it from a form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.clock.counting import add_business
from upheld.people.models import Calendar, Department
from upheld.promises import standards
from upheld.promises.models import Standard
from upheld.refusals import Refusal
from upheld.web import moments
from upheld.web.doors import StaffRequest
from upheld.web.pages.settings_forms import StandardForm
from upheld.web.week import WEEKDAYS

FRIDAY = 4


def set_by(request: StaffRequest, form: StandardForm, where: Department | None) -> bool:
    """Set it for one department, or for all; whether that was done, else the form says why not."""
    if not form.is_valid():
        return False
    try:
        standards.set(
            Standard.Measure.FIRST_ANSWER, department=where, minutes=form.cleaned_data["hours"],
            share=form.cleaned_data["share"], by=request.person.actor, at=request.at,
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(
        request, _("The standard holds from now on. Letters that wait keep the date they were given.")
    )
    return True


def end_by(request: StaffRequest, standard: Standard | None) -> None:
    """The standard holds no longer, or why it goes on."""
    try:
        if standard is None:
            raise standards.NoLongerHolds(_("This standard has ended already."))
        standards.end(standard, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, _("The standard has ended. Letters that wait keep the date they were given.")
        )


def said(standard: Standard | None) -> str:
    """The standard in a few words."""
    if standard is None:
        return _("no standard")
    hours, rest = divmod(standard.minutes, 60)
    told = (
        moments.length(timedelta(minutes=standard.minutes))
        if rest
        else ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    )
    return _("within %(time)s of business time, in %(share)s of 100") % {
        "time": told,
        "share": standard.share,
    }


def numbers(standard: Standard | None) -> dict[str, Any]:
    """What the form shows at first."""
    if standard is None:
        return {"hours": 4, "share": 90}
    hours = standard.minutes / 60
    return {"hours": int(hours) if hours.is_integer() else round(hours, 2), "share": standard.share}


def meaning(calendar: Calendar, minutes: int, at: datetime) -> str:
    """So many business minutes, told by a letter of next Friday afternoon: half past four, and when it is answered."""
    here = ZoneInfo(calendar.zone)
    now = at.astimezone(here)
    ahead = (FRIDAY - now.weekday()) % 7 or 7
    letter = (now + timedelta(days=ahead)).replace(hour=16, minute=30, second=0, microsecond=0)
    try:
        due = add_business(calendar.as_clock(), letter, timedelta(minutes=minutes)).astimezone(here)
    except Refusal as refusal:
        return refusal.sentence
    far = due.date() - letter.date() >= timedelta(days=7)
    words = {
        "letter": _of_week(letter),
        "due": moments.long(due, zone=calendar.zone) if far else _of_week(due),
    }
    return _("A letter on %(letter)s is answered by %(due)s.") % words


def _of_week(moment: datetime) -> str:
    return f"{WEEKDAYS[moment.weekday()]} {moment:%H:%M}"


def example(calendar: Calendar, standard: Standard, at: datetime) -> str:
    """The standard in the words of those who keep it: a letter of next Friday afternoon."""
    here = ZoneInfo(calendar.zone)
    now = at.astimezone(here)
    ahead = (FRIDAY - now.weekday()) % 7 or 7
    letter = (now + timedelta(days=ahead)).replace(hour=16, minute=0, second=0, microsecond=0)
    try:
        due = add_business(calendar.as_clock(), letter, timedelta(minutes=standard.minutes))
    except Refusal as refusal:
        return refusal.sentence
    return _("A letter that comes %(letter)s is answered by %(due)s.") % {
        "letter": moments.long(letter, zone=calendar.zone),
        "due": moments.long(due, zone=calendar.zone),
    }
