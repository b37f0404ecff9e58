"""The words of our letters that no person writes: the acknowledgement, the promises below an answer, dates in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.cases import numbering, tokens
from upheld.cases.models import Case
from upheld.customers.models import Customer
from upheld.people.models import Company
from upheld.promises.models import Promise


def zone_for(case: Case) -> str:
    """The zone in which this case's dates are told: the customer's, else the department's."""
    return case.customer.zone or case.department.calendar.zone


def language_for(customer: Customer) -> str:
    """The language in which we can write to this customer: theirs if we have its words, else the first."""
    spoken = {code for code, _name in settings.LANGUAGES}
    plain = customer.language.partition("-")[0].lower()
    return next((one for one in (customer.language, plain) if one in spoken), settings.LANGUAGE_CODE)


def moment(instant: datetime, zone: str, language: str = "en") -> str:
    """A date that nobody can mistake: Friday 27 November 2026, 17:00."""
    return format_datetime(instant, "EEEE d MMMM y, HH:mm", tzinfo=ZoneInfo(zone), locale=language or "en")


def page_link(case: Case) -> str:
    """The whole address of the customer's own page."""
    return settings.PUBLIC_URL + reverse("own_page", args=[tokens.page_word(case.number)])


def subject_of_answer(case: Case, company: Company) -> str:
    """`Re:` and the customer's own subject, with the number once."""
    plain = case.subject_line or _("your letter")
    number = numbering.spoken(case.number, company)
    prefix = "" if plain.lower().startswith("re:") else "Re: "
    return f"{prefix}{plain}" if number.lower() in plain.lower() else f"{prefix}{plain} [{number}]"


def acknowledgement(case: Case, company: Company, *, by_when: datetime | None) -> str:
    """What the automatic acknowledgement says: that it is automatic, the number, the date, and the page."""
    lines = [
        _("This is an automatic letter: a machine sends it so that you know yours has arrived."),
        _("Its number is %(number)s.") % {"number": numbering.spoken(case.number, company)},
    ]
    if by_when:
        lines.append(
            _("A person will answer you by %(when)s.")
            % {"when": moment(by_when, zone_for(case), language_for(case.customer))}
        )
    else:
        lines.append(_("A person will answer you."))
    lines += [
        _("What we promise you, and whether we keep it, stands here:") + "\n" + page_link(case),
        _("If you want to add something, simply answer this letter."),
        company.name,
    ]
    return "\n\n".join(lines)


def promises_below(case: Case, promises: Sequence[Promise]) -> str:
    """The block below an answer that says again what was promised, by when, and where that can be watched."""
    if not promises:
        return ""
    head = _("What we promise you:")
    lines = [
        _("- %(words)s, by %(when)s")
        % {
            "words": promise.words.rstrip("."),
            "when": moment(promise.due_at, promise.zone, language_for(case.customer)),
        }
        for promise in promises
    ]
    foot = _("You can watch this here: %(link)s") % {"link": page_link(case)}
    return "\n".join([head, *lines]) + "\n\n" + foot
