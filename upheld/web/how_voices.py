"""What customers say and what we learn, in the sentences of How we do. Few are told as counts, without a share."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.measures.beliefs import Beside
from upheld.measures.expectations import FEWEST, Expectations
from upheld.measures.findings_answered import FindingsAnswered
from upheld.measures.verdicts import OfLadder, Verdicts
from upheld.methods.means import Mean
from upheld.methods.share import Share
from upheld.surveys.models import Belief
from upheld.web.how_words import in_a_hundred, number


def verdicts(share: Share) -> str:
    """How many customers were served as they expected, or better."""
    said = {"kept": f"{share.kept:,}", "n": f"{share.n:,}"}
    if share.empty:
        return _("No customer has said yet how it went.")
    if share.n == 1:
        return (
            _("The one customer who said how it went was served as expected, or better.")
            if share.kept
            else _("The one customer who said how it went expected better.")
        )
    if not share.missed:
        return _("All %(n)s customers who said how it went were served as they expected, or better.") % said
    return (
        _("%(kept)s of %(n)s customers who said how it went were served as they expected, or better.") % said
    )


def response(asked: Share) -> str:
    """How many of those who were asked have answered, so that nobody takes the answers for everybody."""
    if asked.empty:
        return ""
    said = {"n": f"{asked.n:,}", "answered": f"{asked.kept:,}"}
    return (
        ngettext(
            "One customer was asked in this time; answered: %(answered)s.",
            "%(n)s customers were asked in this time, and %(answered)s have answered. The others may think otherwise.",
            asked.n,
        )
        % said
    )


def worst_tenth(ladder: OfLadder) -> str:
    """Where the worst tenth stands; nothing for few."""
    level = ladder.worst_tenth
    if level is None or ladder.below.small:
        return ""
    return _("The worst tenth stands at “%(label)s” or lower.") % {"label": ladder.labels[level - 1]}


def below(figure: Verdicts) -> str:
    """How many expected better."""
    missed = figure.share.missed
    return ngettext(
        "One expected better.", "%(count)s expected better.", missed
    ) % {"count": number(missed).capitalize()} if missed else ""  # fmt: skip


def chased(share: Share) -> str:
    """In how many requests the customer had to write again."""
    said = {"chased": f"{share.kept:,}", "n": f"{share.n:,}"}
    if share.empty:
        return _("No request came in.")
    if not share.kept:
        return (
            ngettext(
                "The customer of the one request did not have to ask again.",
                "Nobody had to ask again, in %(n)s requests.",
                share.n,
            )
            % said
        )
    return (
        ngettext(
            "In the one request the customer had to ask again.",
            "In %(chased)s of %(n)s requests the customer had to ask again.",
            share.n,
        )
        % said
    )


def chasers(count: int) -> str:
    """How many letters that was."""
    return ngettext(
        "One letter in this time asked for what was already owed.",
        "%(count)s letters in this time asked for what was already owed.",
        count,
    ) % {"count": f"{count:,}"} if count else ""  # fmt: skip


def expectations(figure: Expectations) -> str:
    """The gap in one sentence."""
    if figure.overall is None:
        if not figure.n:
            return _("Nobody has said yet both what they expect and what they received.")
        return ngettext(
            "One customer has said what they expect and what they received; from %(fewest)s on it is told here.",
            "%(n)s customers have said what they expect and what they received; from %(fewest)s on it is told here.",
            figure.n,
        ) % {"n": number(figure.n).capitalize(), "fewest": number(FEWEST)}
    short = figure.overall.short
    return _("%(short)s of %(n)s customers received less than they expect.") % {
        "short": f"{short.kept:,}",
        "n": f"{short.n:,}",
    }


def gap(mean: Mean) -> str:
    """A difference in steps of the scale, with where it plausibly lies."""
    said = {"gap": signed(mean.value)}
    if mean.interval is None:
        return said["gap"]
    said |= {"low": signed(mean.interval.low), "high": signed(mean.interval.high)}
    return _("%(gap)s (between %(low)s and %(high)s)") % said


def signed(value: float) -> str:
    """A difference with its sign, one decimal, and a minus as it is printed."""
    rounded = round(value, 1)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded):.1f}"


def believed(everybody: Beside | None) -> str:
    """The delivery gap in one sentence; it names the unit on both sides."""
    if everybody is None or everybody.believed is None:
        return _("Too few of us have said what they believe for it to be told.")
    ours = in_a_hundred(everybody.believed)
    if everybody.said is None:
        return _(
            "We believe that customers agree with %(ours)s answers in a hundred; too few customers have said."
        ) % {"ours": ours}
    return _("We believe that customers agree in %(ours)s answers of a hundred; they do in %(theirs)s.") % {
        "ours": ours,
        "theirs": in_a_hundred(everybody.said),
    }


def believed_doubt(everybody: Beside | None) -> str:
    """What so many can tell of the gap."""
    if everybody is None or everybody.interval is None:
        return ""
    return _("The gap in points: %(gap)s.") % {"gap": points(everybody)}


def points(one: Beside) -> str:
    """A gap in points of a hundred with its interval; nothing where one side is missing."""
    if one.gap is None or one.interval is None:
        return "–"
    said = {
        "gap": _whole(one.gap), "low": _whole(one.interval.low), "high": _whole(one.interval.high)
    }  # fmt: skip
    return _("%(gap)s (between %(low)s and %(high)s)") % said


def whose(one: Beside, names: Mapping[int, str], levels: type[Belief.Level]) -> str:
    """A group in words: everybody, a level, a department, or a level in a department."""
    level = str(levels(one.level).label).capitalize() if one.level else ""
    department = names.get(one.department or 0, "")
    return ", ".join(filter(None, (department, level))) or _("Everybody")


def of(share: Share | None) -> str:
    """So many of so many."""
    return _("%(kept)s of %(n)s") % {"kept": f"{share.kept:,}", "n": f"{share.n:,}"} if share else ""


def findings(share: Share) -> str:
    """How many findings were answered in time."""
    said = {"kept": f"{share.kept:,}", "n": f"{share.n:,}"}
    if share.empty:
        return _("No finding was to be answered.")
    if share.n == 1:
        return (
            _("The one finding that was due was answered in time.")
            if share.kept
            else _("The one finding that was due was not answered in time.")
        )
    return _("%(kept)s of %(n)s findings that were due were answered in time.") % said


def waiting(figure: FindingsAnswered) -> str:
    """What still waits, and for how long."""
    if not figure.waiting or figure.oldest is None:
        return ""
    days = figure.oldest.days
    count = ngettext("One finding waits", "%(count)s findings wait", figure.waiting) % {
        "count": number(figure.waiting).capitalize()
    }
    age = ngettext("the oldest for one day", "the oldest for %(days)s days", days) % {"days": f"{days:,}"}
    return _("%(count)s for an answer, %(age)s.") % {"count": count, "age": age}


def told(figure: FindingsAnswered) -> str:
    """Whether customers learn what became of what they said."""
    if figure.told.empty:
        return ""
    return _("Of %(n)s answered that customers had raised, %(told)s of the customers know.") % {
        "n": f"{figure.told.n:,}",
        "told": f"{figure.told.kept:,}",
    }


def _whole(share: float) -> str:
    value = round(100 * share)
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)}"
