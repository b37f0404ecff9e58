"""Facts in bulk: written, numbered and sealed in one stroke, as the numbering loop does it one after another."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import connection

from bench.copying import Table
from upheld.journal import sealing
from upheld.journal.facts import Actor, Fact
from upheld.journal.models import Bookmark, ChainEnd, Record


@dataclass(slots=True)
class _Sealed:
    """What a seal is made over: the columns of a record."""

    position: int
    pk: int
    xid: int
    kind: str
    at: datetime
    written_at: datetime
    by_kind: str
    by_id: int | None
    about: list[str]
    data: dict[str, Any]


class Chain:
    """The journal's end, and the facts that will be put after it."""

    def __init__(self) -> None:
        self._table = Table(Record, "id", "xid", "written_at", "position", "seal")
        self._position, self._seal = sealing.end()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            self._xid = cursor.fetchone()[0]

    def __len__(self) -> int:
        return len(self._table)

    def add(self, fact: Fact, *, by: Actor, at: datetime) -> None:
        """One more fact."""
        self._position += 1
        about, data = [str(one) for one in dict.fromkeys(fact.about())], dict(vars(fact))
        sealed = _Sealed(
            self._position, self._table.last + 1, self._xid, fact.kind, at, at, by.kind, by.id, about, data
        )
        self._seal = sealing.seal_of(self._seal, cast(Record, sealed))
        self._table.add(
            xid=self._xid, kind=fact.kind, at=at, written_at=at, by_kind=by.kind, by_id=by.id, about=about,
            data=data, position=self._position, seal=self._seal,
        )  # fmt: skip

    def write(self) -> None:
        """Send what is held, and move the chain's end."""
        self._table.write()
        ChainEnd.objects.update_or_create(id=1, defaults={"position": self._position, "seal": self._seal})

    def settle(self) -> None:
        """The next fact comes after ours, and every reader has read them."""
        self._table.set_sequence()
        for reader in _readers():
            Bookmark.objects.update_or_create(reader=reader, defaults={"position": self._position})


def _readers() -> set[str]:
    """The name of each reader in the house, from the modules that read."""
    import upheld.config.sweeps  # noqa: F401  (loads every one of them, and needs Django ready)

    ours = [module for name, module in list(sys.modules.items()) if name.startswith("upheld.")]
    return {module.READER for module in ours if isinstance(getattr(module, "READER", None), str)}
