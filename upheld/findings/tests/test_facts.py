"""What happens to a finding reads as a sentence, and names nobody by itself."""

from typing import Any

import pytest

from upheld.findings import facts
from upheld.journal.facts import restore

NAMES = {"department": "Billing", "person": "Carla Weiss", "customer": "Dora Lindqvist"}
ABOUT = {"finding": 1, "case": 2, "customer": 3}
LATER = "2026-11-30T16:00:00+00:00"


class Stored:
    """A fact as the journal holds it."""

    def __init__(self, fact: facts.FindingFact) -> None:
        self.kind, self.data, self.about = fact.kind, fact.data(), [str(one) for one in fact.about()]


def raised(sort: str) -> facts.FindingRaised:
    return facts.FindingRaised(**ABOUT, department=4, owner=5, sort=sort, source="letter", answer_by_at=LATER)


def answered(change: str) -> facts.FindingAnswered:
    return facts.FindingAnswered(**ABOUT, department=4, raised_by=5, change=change, in_time=True)


SAID: list[tuple[Any, str]] = [
    (raised("issue"), "A finding, an issue: Billing answers it. Carla Weiss owns it."),
    (raised("opportunity"), "A finding, an opportunity: Billing answers it. Carla Weiss owns it."),
    (raised("threat"), "A finding, a threat: Billing answers it. Carla Weiss owns it."),
    (raised("idea"), "A finding, an idea: Billing answers it. Carla Weiss owns it."),
    (raised("praise"), "A finding, praise: Billing passes it on. Carla Weiss owns it."),
    (facts.FindingReworded(**ABOUT, sort="threat", reworded=False), "The finding counts as a threat now."),
    (facts.FindingReworded(**ABOUT, sort="idea", reworded=True), "The finding has other words: an idea."),
    (
        facts.FindingRouted(**ABOUT, former=6, department=4, owner=5, answer_by_at=LATER),
        "The finding went to Billing. Carla Weiss owns it.",
    ),
    (
        facts.FindingHandedOver(**ABOUT, former=6, owner=5),
        "Carla Weiss owns the finding now; before, Carla Weiss did.",
    ),
    (answered("changed"), "The finding is answered: something has changed."),
    (answered("will-change"), "The finding is answered: something will change."),
    (answered("stays"), "The finding is answered: it stays as it is, for a reason."),
    (answered("passed-on"), "The praise was passed on."),
    (
        facts.FindingTold(**ABOUT, how="letter", message=7),
        "The letter that tells Dora Lindqvist what came of the finding left.",
    ),
    (
        facts.FindingTold(**ABOUT, how="spoken", message=None),
        "Dora Lindqvist was told what came of the finding.",
    ),
    (
        facts.FindingUntold(**ABOUT, message=7),
        "The letter about the finding did not arrive: Dora Lindqvist is still to be told.",
    ),
    (facts.FindingDropped(**ABOUT), "The finding was raised by mistake and is taken back."),
    (facts.FindingTakenUpAgain(**ABOUT), "The finding was no mistake and waits for its answer again."),
]


@pytest.mark.parametrize(("fact", "said"), SAID, ids=[said for _fact, said in SAID])
def test_a_fact_reads_as_a_sentence_and_comes_back_from_the_journal(fact, said):
    assert fact.sentence(lambda kind, key: NAMES[kind]) == said
    assert restore(Stored(fact), [type(fact)]) == fact


def test_a_fact_stands_on_the_finding_the_case_and_the_customer():
    assert [str(one) for one in raised("issue").about()] == ["finding:1", "case:2", "customer:3"]
    idea = facts.FindingDropped(finding=1, case=None, customer=None)
    assert [str(one) for one in idea.about()] == ["finding:1"]
