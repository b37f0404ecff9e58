"""Numbers of cases: short enough for the telephone, drawn from a sequence, never used twice, never a row's key."""

from __future__ import annotations

from django.db import connection

from upheld.people.models import Company


def next_number() -> int:
    """The next number. One drawn by a transaction that fails is lost, which harms nobody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_case_number')")
        (number,) = cursor.fetchone()
    return int(number)


def next_messages(count: int) -> list[int]:
    """The keys of messages that are written down only after what carries them, which must name them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('cases_message', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return sorted(int(key) for (key,) in cursor.fetchall())


def spoken(number: int, company: Company) -> str:
    """The number as people read it out: HS-1042."""
    return f"{company.prefix}-{number}"
