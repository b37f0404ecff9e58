"""How we do, in sentences: each is a pattern with its plural forms, filled from counts.

Small counts are words, as people say them; up to thirty the counts speak alone, without a share in a hundred.
"""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_date
from babel.lists import format_list
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from upheld.clock.zones import zone_named
from upheld.measures.figures import interval_of
from upheld.measures.first_answer import Against, FirstAnswers
from upheld.measures.periods import Period
from upheld.measures.promises_kept import PromisesKept
from upheld.methods.share import Share
from upheld.web import moments


def number(count: int) -> str:
    """A small count as a word, a larger one in digits."""
    small = (
        pgettext("a count", "none"), pgettext("a count", "one"), pgettext("a count", "two"),
        pgettext("a count", "three"), pgettext("a count", "four"), pgettext("a count", "five"),
        pgettext("a count", "six"), pgettext("a count", "seven"), pgettext("a count", "eight"),
        pgettext("a count", "nine"), pgettext("a count", "ten"), pgettext("a count", "eleven"),
        pgettext("a count", "twelve"),
    )  # fmt: skip
    return small[count] if 0 <= count < len(small) else f"{count:,}"


def in_a_hundred(share: Share) -> int:
    """The share in whole hundredths; never all or nothing when it was not all or nothing."""
    whole = round(100 * share.value)
    return whole if share.kept in (0, share.n) else min(max(whole, 1), 99)


def promises(share: Share, who: str) -> str:
    """The page's answer: how many promises were kept. `who` is a department's name, or empty for all of us."""
    said = {"kept": f"{share.kept:,}", "n": f"{share.n:,}", "who": who}
    if share.empty:
        return (_("%(who)s: no promise fell due.") if who else _("No promise fell due.")) % said
    if not share.missed:
        if who:
            return (
                ngettext(
                    "%(who)s kept the one promise that fell due, in full and on time.",
                    "%(who)s kept all %(n)s promises, in full and on time.",
                    share.n,
                )
                % said
            )
        return (
            ngettext(
                "We kept the one promise that fell due, in full and on time.",
                "We kept all %(n)s promises, in full and on time.",
                share.n,
            )
            % said
        )
    if not share.kept and share.n > 1:
        if who:
            return _("%(who)s kept none of %(n)s promises in full and on time.") % said
        return _("We kept none of %(n)s promises in full and on time.") % said
    if share.n == 1:
        text = (
            _("%(who)s did not keep the one promise that fell due.")
            if who
            else _("We did not keep the one promise that fell due.")
        )
        return text % said
    if who:
        return _("%(who)s kept %(kept)s of %(n)s promises, in full and on time.") % said
    return _("We kept %(kept)s of %(n)s promises, in full and on time.") % said


def doubt(share: Share) -> str:
    """The share in a hundred with what so many can tell; nothing for so few."""
    interval = None if share.empty else interval_of(share)
    if interval is None:
        return ""
    return _(
        "That is %(share)s in a hundred; with so many, the true share lies between %(low)s and %(high)s."
    ) % {
        "share": in_a_hundred(share),
        "low": round(100 * interval.low),
        "high": round(100 * interval.high),
    }


def not_kept(figure: PromisesKept) -> str:
    """What became of the promises that were not kept."""
    missed = figure.missed
    return _others(
        figure.share,
        [
            (missed.in_part, _("kept in part")),
            (missed.late, _("kept late")),
            (missed.by_new_date, _("kept by a new date")),
            (missed.put_right, _("put right in another way")),
            (missed.withdrawn, _("withdrawn after it was broken")),
            (missed.owed, _("still owed")),
        ],
    )


def beside(figure: PromisesKept) -> str:
    """What keeps the share honest: how far ahead was promised, and how often."""
    parts = []
    if figure.lead is not None:
        parts.append(
            _("%(time)s from the promise to its date (half are shorter)") % {"time": _lead(figure.lead)}
        )
    if figure.a_case is not None:
        parts.append(
            _("%(promises)s promises on %(cases)s new cases, %(each)s a case")
            % {
                "promises": f"{figure.promised:,}",
                "cases": f"{figure.cases:,}",
                "each": f"{figure.a_case:.1f}",
            }
        )
    if not parts:
        return ""
    return _("So that nobody can shine by promising late or little: %(parts)s.") % {"parts": _listed(parts)}


def agreed_anew(figure: PromisesKept) -> str:
    """The share by the dates that customers agreed to, where there are any."""
    if not figure.agreed_anew:
        return ""
    said = {
        "anew": number(figure.agreed_anew),
        "kept": f"{figure.revised.kept:,}",
        "n": f"{figure.revised.n:,}",
    }
    return (
        ngettext(
            "For one the customer agreed to a new date; it is counted on the first.",
            "For %(anew)s the customers agreed to new dates; they are counted on the first.",
            figure.agreed_anew,
        )
        + " "
        + _("By the new dates it is %(kept)s of %(n)s.")
    ) % said


def answers(share: Share) -> str:
    """How many first answers came in time."""
    said = {"kept": f"{share.kept:,}", "n": f"{share.n:,}"}
    if share.empty:
        return _("No first answer fell due.")
    if not share.missed:
        return (
            ngettext("The one first answer came in time.", "All %(n)s first answers came in time.", share.n)
            % said
        )
    if share.n == 1:
        return _("The one first answer did not come in time.")
    if not share.kept:
        return _("None of %(n)s first answers came in time.") % said
    return _("%(kept)s of %(n)s first answers came in time.") % said


def not_in_time(figure: FirstAnswers) -> str:
    """What became of the first answers that were not given in time."""
    late = figure.share.missed
    return _others(
        figure.share, [(late - figure.open, _("answered late")), (figure.open, _("not answered yet"))]
    )


def waited(figure: FirstAnswers) -> str:
    """How long customers waited, in their own time."""
    if figure.waited is None:
        return ""
    if figure.waited.time is None:
        return _("Half of those who wrote still wait, so the middle waiting time is not known yet.")
    said = {"time": moments.length(timedelta(minutes=figure.waited.time))}
    return _("Half of those who wrote had an answer within %(time)s, nights and closed days counted.") % said


def standard(row: Against) -> str:
    """A standard in the words of those who keep it."""
    return _("%(wanted)s in a hundred within %(time)s") % {
        "wanted": row.wanted, "time": business(row.minutes)
    }  # fmt: skip


def against(row: Against) -> str:
    """How a standard was met, as counts."""
    said = {"asked": f"{row.asked_for:,}", "n": f"{row.share.n:,}", "kept": f"{row.share.kept:,}"}
    if row.attained:
        return (
            _("The standard asks for %(asked)s of these %(n)s, and %(kept)s came in time: attained.") % said
        )
    return (
        _("The standard asks for %(asked)s of these %(n)s, and %(kept)s came in time: not attained.") % said
    )


def business(minutes: int) -> str:
    """Business time as people say it."""
    if minutes % 60:
        return ngettext("one business minute", "%(m)s business minutes", minutes) % {"m": minutes}
    hours = minutes // 60
    return ngettext("one business hour", "%(h)s business hours", hours) % {"h": hours}


def short_day(week: Period) -> str:
    """The day on which a week begins, for an axis: 16 Nov."""
    day = week.from_at.astimezone(zone_named(week.zone)).date()
    return str(format_date(day, "d MMM", locale=_locale()))


def hidden(count: int) -> str:
    """How many of a list this reader may not open."""
    return ngettext(
        "One of these is on a case of others; it is counted, and you cannot open it.",
        "%(count)s of these are on cases of others; they are counted, and you cannot open them.",
        count,
    ) % {"count": f"{count:,}"}


def _others(share: Share, fates: list[tuple[int, str]]) -> str:
    """What became of those that were not kept: `fates` counts each, none is forgotten."""
    there = [(count, words) for count, words in fates if count]
    if not there:
        return ""
    alone = len(there) == 1
    parts = there[0][1] if alone else _listed([f"{number(count)} {words}" for count, words in there])
    said = {"others": number(share.missed), "parts": parts}
    if not share.kept:
        return ngettext("What became of it: %(parts)s.", "What became of them: %(parts)s.", share.n) % said
    if alone:
        return ngettext("The other one: %(parts)s.", "The other %(others)s: %(parts)s.", share.missed) % said
    return _("Of the other %(others)s: %(parts)s.") % said


def _lead(lead: timedelta) -> str:
    days = lead / timedelta(days=1)
    if days < 2:
        return moments.length(lead)
    return _("%(days)s days") % {"days": f"{days:.1f}" if days < 10 else f"{days:.0f}"}


def _listed(parts: list[str]) -> str:
    return str(format_list(parts, locale=_locale()))


def _locale() -> str:
    return (get_language() or "en").replace("-", "_")
