"""A question is a QuerySet made of values: composed once, asked with other values each time.

Django composes a query's SQL anew whenever it is asked, which costs more than the database takes to answer: a page asks
twenty questions that differ from those of the page before in a few numbers only. Here the QuerySet is built once with
stand-ins for the values. Where they come out in the SQL, the values are put in later, as parameters like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
_NUMBERS = 2_147_400_000  # fits every integer column, and no row of ours has such a key
_MOMENTS = datetime(1903, 3, 3, tzinfo=UTC)
_KEPT = "upheld_questions"  # on the connection: what was composed for it


class ValueNotAsked(Exception):
    """A value that the question was built with is nowhere in its SQL: the answer would not depend on it."""


class Question(Generic[Row]):
    """Built by `build`, a function of the values; `kinds` are their types, int or datetime.

    `build` must not look at its values, only pass them on: it sees stand-ins.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], *kinds: type) -> None:
        self._build = build
        self._kinds = kinds

    def __call__(self, *values: Any) -> list[Row]:
        """Every row of the answer."""
        return list(self._composed().asked(values))

    def first(self, *values: Any) -> Row | None:
        """The first row; the question itself says in which order, and that one is enough."""
        return next(iter(self(*values)), None)

    def count(self, *values: Any) -> int:
        """How many rows; the question itself says how far it is counted."""
        composed = self._composed()
        sql, params = composed.with_values(values)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS counted", params)
            return int(cursor.fetchone()[0])

    def _composed(self) -> _Composed[Row]:
        line = connections[DEFAULT_DB_ALIAS]  # this thread's own: what was composed is asked by nobody else
        kept: dict[Question[Any], _Composed[Any]] = line.__dict__.setdefault(_KEPT, {})
        if self not in kept:
            kept[self] = _Composed(self._build, self._kinds)
        return kept[self]


class _Composed(Generic[Row]):
    """A question for one connection: its compiler, its SQL, and where each value goes."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], kinds: Sequence[type]) -> None:
        stand_ins = [_stand_in(kind, place) for place, kind in enumerate(kinds)]
        self._queryset = build(*stand_ins)
        self._compiler: Any = self._queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        self._sql, params = SQLCompiler.as_sql(self._compiler)
        self._params = tuple(params)
        self._places = tuple(stand_ins.index(one) if one in stand_ins else None for one in self._params)
        if set(range(len(kinds))) - set(self._places):
            raise ValueNotAsked
        self._queryset.query.get_compiler = lambda *_args, **_more: self._compiler  # type: ignore[method-assign]

    def with_values(self, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """The SQL and its parameters for these values."""
        if len(values) != len({place for place in self._places if place is not None}):
            raise ValueNotAsked
        places = zip(self._places, self._params, strict=True)
        return self._sql, tuple(one if place is None else values[place] for place, one in places)

    def asked(self, values: Sequence[Any]) -> Any:
        """The rows, as the QuerySet itself would give them."""
        composed = self.with_values(values)
        self._compiler.as_sql = lambda *_args, **_more: composed
        return self._queryset._iterable_class(self._queryset)  # type: ignore[arg-type]


def _stand_in(kind: type, place: int) -> Any:
    if kind is datetime:
        return _MOMENTS + timedelta(days=place)
    return _NUMBERS + place
