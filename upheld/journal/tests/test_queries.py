"""A timeline shows the newest first, page by page, also what was done a moment ago."""

from __future__ import annotations

from upheld.journal import numbering, queries
from upheld.journal.facts import Subject
from upheld.journal.tests.makers import tell


def test_a_timeline_holds_the_facts_about_its_subject_newest_first(journal: str) -> None:
    tell(1, 2, 1)
    assert [r.data["case"] for r in queries.timeline(Subject("case", 1), using=journal)] == [1, 1]
    everything = queries.timeline(Subject("customer", 7), using=journal)
    assert [r.data["case"] for r in everything] == [1, 2, 1]
    assert [r.pk for r in everything] == sorted((r.pk for r in everything), reverse=True)


def test_pages_follow_each_other_while_new_facts_come(journal: str) -> None:
    tell(*range(1, 8))
    seen: list[int] = []
    before: int | None = None
    while page := queries.timeline(Subject("customer", 7), before_id=before, limit=3, using=journal):
        seen += [record.data["case"] for record in page]
        before = page[-1].pk
        tell(100 + len(seen))
    assert seen == [7, 6, 5, 4, 3, 2, 1]


def test_several_subjects_share_one_timeline_without_doubles(journal: str) -> None:
    tell(1, 2, 3)
    numbering.number(using=journal)
    both = queries.timeline(Subject("case", 1), Subject("case", 3), Subject("customer", 7), using=journal)
    assert [record.data["case"] for record in both] == [3, 2, 1]


def test_nothing_has_no_timeline(journal: str) -> None:
    tell(1)
    assert queries.timeline(using=journal) == []
    assert queries.timeline(Subject("case", 9), using=journal) == []
    assert queries.timeline(Subject("case", 11), using=journal) == []
