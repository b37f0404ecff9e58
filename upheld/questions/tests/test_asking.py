"""A composed question answers as its QuerySet does, for any values, on any connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext

from upheld.questions.asking import Question, ValueNotAsked

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)
DAY = timedelta(days=1)
BY_ID = Question(lambda key: ContentType.objects.filter(pk=key), int)
BETWEEN = Question(
    lambda since, until: Session.objects.filter(expire_date__gte=since, expire_date__lt=until),
    datetime, datetime,
)  # fmt: skip
MODELS = Question(
    lambda key: ContentType.objects.filter(pk__gte=key).order_by("pk").values_list("model", flat=True)[:2],
    int,
)

pytestmark = pytest.mark.django_db


def two_kinds() -> list[ContentType]:
    return list(ContentType.objects.order_by("pk")[:2])


def test_the_same_rows_for_other_values():
    one, other = two_kinds()
    assert [BY_ID.first(kind.pk) for kind in (one, other, one)] == [one, other, one]
    assert BY_ID(one.pk)[0].model == one.model
    assert BY_ID(1_987_654) == []
    assert BY_ID.first(1_987_654) is None


def test_moments_and_several_values_come_into_their_own_places():
    Session.objects.create(session_key="a", session_data="", expire_date=MONDAY)
    assert len(BETWEEN(MONDAY, MONDAY + DAY)) == 1
    assert BETWEEN(MONDAY - DAY, MONDAY) == []
    assert BETWEEN.count(MONDAY, MONDAY + DAY) == 1


def test_values_alone_and_what_a_subquery_says():
    one, other = two_kinds()
    assert MODELS(one.pk) == [one.model, other.model]
    later = Question(
        lambda key: ContentType.objects.filter(pk=key).values_list(
            Exists(ContentType.objects.filter(pk__gt=OuterRef("pk"))), flat=True
        ),
        int,
    )
    assert later.first(one.pk) is True


def test_it_is_composed_once_and_asked_each_time():
    one = two_kinds()[0]
    BY_ID(one.pk)
    with CaptureQueriesContext(connection) as asked:
        BY_ID(one.pk)
        ContentType.objects.filter(pk=one.pk).update(model="renamed")
        assert BY_ID(one.pk)[0].model == "renamed"
    assert len(asked) == 3


def test_a_value_that_the_answer_does_not_depend_on_is_an_error():
    blind = Question(lambda key: ContentType.objects.all(), int)
    with pytest.raises(ValueNotAsked):
        blind(1)
    with pytest.raises(ValueNotAsked):
        BY_ID(1, 2)


@pytest.mark.django_db(transaction=True)
def test_each_connection_composes_for_itself():
    kinds = two_kinds()

    def ask(kind: ContentType) -> list[ContentType | None]:
        try:
            return [BY_ID.first(kind.pk) for _n in range(20)]
        finally:
            connection.close()

    ask(kinds[0])
    with ThreadPoolExecutor(4) as threads:
        for kind, found in zip(kinds * 4, threads.map(ask, kinds * 4), strict=True):
            assert found == [kind] * 20
