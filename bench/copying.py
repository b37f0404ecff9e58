"""Rows into PostgreSQL by COPY, batch by batch, with keys of our own; indexes are made again after many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Field, JSONField, Max, Model
from django.db.models.fields import NOT_PROVIDED

BATCH = 20_000
"""So many rows of one table are held before they are written."""


class Table:
    """One model's rows to be written: gives each its key, and fills what the caller leaves out as the model would."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self.model = model
        self.names = names
        fields: list[Field[Any, Any]] = [
            one for one in model._meta.concrete_fields if one.attname in names or _must_be_given(one)
        ]
        self._order = [(one.attname, _default(one)) for one in fields]
        self._json = {one.attname for one in fields if isinstance(one, JSONField)}
        columns = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
        self._order_sql = f"COPY {connection.ops.quote_name(model._meta.db_table)} ({columns}) FROM STDIN"
        self._has_number = model._meta.pk.attname == "id"
        self.last = (model._default_manager.aggregate(last=Max("pk"))["last"] or 0) if self._has_number else 0
        self._rows: list[tuple[Any, ...]] = []

    def add(self, **values: Any) -> int:
        """Hold one row; its key."""
        if self._has_number:
            self.last += 1
            values.setdefault("id", self.last)
        for name in self._json & values.keys():
            values[name] = json.dumps(values[name])
        self._rows.append(tuple(values.get(name, otherwise) for name, otherwise in self._order))
        return self.last

    def __len__(self) -> int:
        return len(self._rows)

    def write(self) -> None:
        """Send what is held."""
        if not self._rows:
            return
        with connection.cursor() as cursor, cursor.copy(self._order_sql) as copy:
            for row in self._rows:
                copy.write_row(row)
        self._rows.clear()

    def set_sequence(self) -> None:
        """The next row of a verb gets the key after ours."""
        if not self._has_number or not self.last:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [self.model._meta.db_table, self.last]
            )


def _must_be_given(field: Field[Any, Any]) -> bool:
    return not field.generated and field.db_default is NOT_PROVIDED


def _default(field: Field[Any, Any]) -> Any:
    value = field.get_default()
    if isinstance(field, JSONField) and value is not None:
        return json.dumps(value)
    return list(value) if isinstance(field, ArrayField) and value is not None else value


@contextmanager
def without_indexes(*models: type[Model]) -> Iterator[None]:
    """These models' tables without the indexes that no constraint stands on; they are made again at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint) AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
            [[one._meta.db_table for one in models]],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for _name, definition in found:
            cursor.execute(definition)
        cursor.execute("RESET maintenance_work_mem")
