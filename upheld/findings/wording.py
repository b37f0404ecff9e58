"""The letter that tells a customer what came of what they said: a beginning that a person edits.

It quotes only what the customer wrote themselves: the words of a finding may be a colleague's.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.utils import translation
from django.utils.translation import gettext as _

from upheld.cases import wording
from upheld.cases.models import Case
from upheld.findings.models import Finding
from upheld.people.models import Company, Person

LONGEST_QUOTE = 500


def letter(finding: Finding, case: Case, *, by: Person, company: Company) -> str:
    """Plain text with an empty line between paragraphs, in the customer's language as far as we have its words."""
    language = wording.language_for(case.customer)
    with translation.override(language):
        parts = [
            _("Dear %(who)s,") % {"who": case.customer.name},
            _what_they_said(finding, case, language),
            *_what_changes(finding),
            _thanks(finding),
            f"{by.name}\n{company.name}",
        ]
    return "\n\n".join(part for part in parts if part)


def _what_they_said(finding: Finding, case: Case, language: str) -> str:
    said_at, said = _source(finding)
    about = case.subject_line.strip()
    words = {
        "day": _day(said_at or case.opened_at, wording.zone_for(case), language),
        "quote": _quoted(finding.words, said),
        "about": about,
    }
    if words["quote"]:
        return _("on %(day)s you told us:\n“%(quote)s”") % words
    if about:
        return _("on %(day)s you wrote to us about “%(about)s”.") % words
    return _("on %(day)s you wrote to us.") % words


def _what_changes(finding: Finding) -> tuple[str, ...]:
    first = {
        Finding.Change.CHANGED: _("Something has changed because of it:"),
        Finding.Change.WILL_CHANGE: _("Something will change because of it:"),
        Finding.Change.STAYS: _("We have looked into it, and it stays as it is. The reason:"),
        Finding.Change.PASSED_ON: _("We have passed your words on to those whom they are about."),
    }[Finding.Change(finding.change)]
    return (first,) if finding.change == Finding.Change.PASSED_ON else (first, finding.answer)


def _thanks(finding: Finding) -> str:
    if finding.kind == Finding.Kind.ISSUE and finding.change != Finding.Change.STAYS:
        return _("I am sorry that it happened. Thank you for telling us: without you we would not know.")
    return _("Thank you for telling us.")


def _source(finding: Finding) -> tuple[datetime | None, str]:
    """When the customer said it, and all that they said."""
    if finding.message is not None:
        return finding.message.at, finding.message.own_words or finding.message.text
    if finding.verdict is not None:
        return finding.verdict.at, finding.verdict.comment
    return None, ""


def _quoted(words: str, said: str) -> str:
    """The finding's words if they are the customer's own, in one line and not too long."""
    plain = " ".join(words.removesuffix("…").split())
    if not plain or plain not in " ".join(said.split()):
        return ""
    if len(plain) <= LONGEST_QUOTE:
        return plain
    return plain[:LONGEST_QUOTE].rsplit(maxsplit=1)[0] + " …"


def _day(instant: datetime, zone: str, language: str) -> str:
    return str(format_datetime(instant, "EEEE d MMMM", tzinfo=ZoneInfo(zone), locale=language or "en"))
