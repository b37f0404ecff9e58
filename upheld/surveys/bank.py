"""The questions about service that we ask: our own sentences, in five dimensions after Parasuraman, Zeithaml and Berry.

Each is asked in three ways that mean the same thing: of a customer, what they expect of a company that they would be
glad to use, and what they received from us; of staff, what they believe customers would answer. A questionnaire is
never changed: other questions, or other words, get a new number, and answers of different numbers are never compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from upheld.refusals import Refusal
from upheld.surveys.models import Dimension, Kind

SHORT = 1
"""Ten questions, two of each dimension."""
FULL = 2
"""All seventeen."""
SCALE = range(1, 8)
"""1 is *not at all*, 7 is *entirely*; besides there is *I don't know*."""
LOWEST = pgettext_lazy("the lowest of seven", "not at all")
HIGHEST = pgettext_lazy("the highest of seven", "entirely")
UNKNOWN = gettext_lazy("I don't know")


class NoSuchQuestionnaire(Refusal):
    """There is no questionnaire with this number."""


class NoSuchQuestion(Refusal):
    """This question was not asked."""


class NotAsked(Refusal):
    """Each question is answered with a number from 1 to 7, or with: I don't know."""


class NothingAnswered(Refusal):
    """Answer at least one of the questions with a number."""


@dataclass(frozen=True)
class Item:
    """One question, as it is asked about any company and about ours."""

    key: str
    dimension: Dimension
    expectation: Promise
    perception: Promise

    def asked(self, kind: Kind, company: str) -> str:
        """The sentence that a customer places between *not at all* and *entirely*."""
        return str(self.expectation if kind == Kind.EXPECTATION else self.perception) % {"company": company}

    def believed(self, company: str) -> str:
        """The sentence for staff."""
        return _("Customers would say: “%(sentence)s”") % {"sentence": self.asked(Kind.PERCEPTION, company)}


FULL_LENGTH: tuple[Item, ...] = (
    Item(
        "kept-date", Dimension.RELIABILITY,
        gettext_lazy("A company I would be glad to use does what it said it would do, by the date it gave."),
        gettext_lazy("In my dealings with %(company)s they did what they had said, by the date they had given."),
    ),
    Item(
        "right-first", Dimension.RELIABILITY,
        gettext_lazy("A company I would be glad to use gets it right the first time."),
        gettext_lazy("In my dealings with %(company)s things were right the first time."),
    ),
    Item(
        "records", Dimension.RELIABILITY,
        gettext_lazy("A company I would be glad to use has everything right that it writes down about me."),
        gettext_lazy("In my dealings with %(company)s what was written down about me was right."),
    ),
    Item(
        "warned", Dimension.RELIABILITY,
        gettext_lazy("A company I would be glad to use tells me before a date is missed, not after."),
        gettext_lazy("In my dealings with %(company)s I was told before a date was missed, not after."),
    ),
    Item(
        "says-when", Dimension.RESPONSIVENESS,
        gettext_lazy("A company I would be glad to use says exactly when something will happen."),
        gettext_lazy("In my dealings with %(company)s I was told exactly when something would happen."),
    ),
    Item(
        "starts-today", Dimension.RESPONSIVENESS,
        gettext_lazy("A company I would be glad to use begins with my request on the day I make it."),
        gettext_lazy("In my dealings with %(company)s my request was begun on the day I made it."),
    ),
    Item(
        "decider", Dimension.RESPONSIVENESS,
        gettext_lazy("A company I would be glad to use lets me reach somebody who may decide."),
        gettext_lazy("In my dealings with %(company)s I could reach somebody who may decide."),
    ),
    Item(
        "knows-answers", Dimension.ASSURANCE,
        gettext_lazy("A company I would be glad to use has people who can answer what I ask."),
        gettext_lazy("In my dealings with %(company)s I met people who could answer what I asked."),
    ),
    Item(
        "advice", Dimension.ASSURANCE,
        gettext_lazy("A company I would be glad to use gives advice that I can trust."),
        gettext_lazy("In my dealings with %(company)s I was given advice that I could trust."),
    ),
    Item(
        "safe", Dimension.ASSURANCE,
        gettext_lazy("A company I would be glad to use keeps my data and my money safe."),
        gettext_lazy("In my dealings with %(company)s I knew that my data and my money were safe."),
    ),
    Item(
        "respect", Dimension.ASSURANCE,
        gettext_lazy("A company I would be glad to use treats me with respect."),
        gettext_lazy("In my dealings with %(company)s I was treated with respect."),
    ),
    Item(
        "history", Dimension.EMPATHY,
        gettext_lazy("A company I would be glad to use knows what happened before, without my telling it again."),
        gettext_lazy("In my dealings with %(company)s they knew what had come before, without my telling it again."),
    ),
    Item(
        "hours", Dimension.EMPATHY,
        gettext_lazy("A company I would be glad to use is there at hours that fit into my day."),
        gettext_lazy("In my dealings with %(company)s they were there at hours that fitted into my day."),
    ),
    Item(
        "my-interest", Dimension.EMPATHY,
        gettext_lazy("A company I would be glad to use acts in my interest even when that costs it something."),
        gettext_lazy("In my dealings with %(company)s they acted in my interest even when that cost them something."),
    ),
    Item(
        "works", Dimension.TANGIBLES,
        gettext_lazy("A company I would be glad to use has places, pages and machines that are in working order."),
        gettext_lazy("In my dealings with %(company)s the places, pages and machines I used were in working order."),
    ),
    Item(
        "readable", Dimension.TANGIBLES,
        gettext_lazy("A company I would be glad to use writes letters and pages that are easy to read."),
        gettext_lazy("In my dealings with %(company)s the letters and pages I was given were easy to read."),
    ),
    Item(
        "cared-for", Dimension.TANGIBLES,
        gettext_lazy("A company I would be glad to use hands over things that look cared for."),
        gettext_lazy("In my dealings with %(company)s what I was given looked cared for."),
    ),
)  # fmt: skip
_BY_NUMBER: Mapping[int, tuple[Item, ...]] = {
    SHORT: tuple(item for item in FULL_LENGTH if item.key in {
        "kept-date", "right-first", "says-when", "starts-today", "knows-answers", "respect",
        "history", "my-interest", "works", "readable",
    }),
    FULL: FULL_LENGTH,
}  # fmt: skip
NUMBERS = tuple(_BY_NUMBER)


def items(number: int) -> tuple[Item, ...]:
    """The questions of a questionnaire, dimension by dimension."""
    if number not in _BY_NUMBER:
        raise NoSuchQuestionnaire(_("There is no questionnaire with this number."))
    return _BY_NUMBER[number]


def dimension_of(key: str, number: int) -> Dimension:
    """The dimension that a question of this questionnaire belongs to."""
    for item in items(number):
        if item.key == key:
            return item.dimension
    raise NoSuchQuestion(_("This question was not asked."))


def dimensions(number: int) -> dict[Dimension, tuple[Item, ...]]:
    """The questions of a questionnaire by their dimension, in its order."""
    return {
        dimension: tuple(item for item in items(number) if item.dimension == dimension)
        for dimension in Dimension
    }


def checked(number: int, scores: Mapping[str, int | None]) -> dict[str, int | None]:
    """One answer to each question, in the questionnaire's order; a question left out is *I don't know*.

    Refuses questions that were not asked, values off the scale, and an answer without a single number.
    """
    asked = [item.key for item in items(number)]
    if not set(scores) <= set(asked):
        raise NoSuchQuestion(_("This question was not asked."))
    if not all(_on_the_scale(value) for value in scores.values()):
        raise NotAsked(_("Each question is answered with a number from 1 to 7, or with: I don't know."))
    if not _numbers(scores.values()):
        raise NothingAnswered(_("Answer at least one of the questions with a number."))
    return {key: scores.get(key) for key in asked}


def _on_the_scale(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and value in SCALE)


def _numbers(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]
