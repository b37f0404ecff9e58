"""How long pages take with very many cases, beside the floor: a page of ours that asks the database almost nothing.

`bin/bench pages [--cases N]`. The cases are written by SQL, nine of ten closed, in ten departments; the viewer serves
in one of them. Times are of this process alone, without a web server; the ratios are what to watch.
"""

from __future__ import annotations

import argparse
import statistics
import time

from bench.stand import database

SEED = """
INSERT INTO customers_customer (id, name, sort_key, language, zone, phone, best_time, met_at)
SELECT n, 'Customer ' || n, 'customer ' || n, '', '', '', '', now() FROM generate_series(1, %(customers)s) n;
INSERT INTO cases_case (number, subject_line, customer_id, department_id, owner_id, mailbox_id, opened_at, next_at,
    last_letter_at, closed_at, closed_by_kind, closed_by_id)
SELECT 1000000 + n, 'Matter ' || n || ' ' || md5(n::text), 1 + n %% %(customers)s, d.ids[1 + (n / 10) %% 10],
    p.ids[1 + (n / 10) %% 10], NULL,
    now() - n * interval '1 minute', now() + (n %% 5000) * interval '1 minute', now() - n * interval '1 minute',
    CASE WHEN n %% 10 = 0 THEN NULL ELSE now() - n * interval '30 seconds' END,
    CASE WHEN n %% 10 = 0 THEN '' ELSE 'staff' END, CASE WHEN n %% 10 = 0 THEN NULL ELSE 1 END
FROM generate_series(1, %(cases)s) n, (SELECT array_agg(id ORDER BY id) ids FROM people_department) d,
    (SELECT array_agg(id ORDER BY id) ids FROM people_person) p;
INSERT INTO cases_message (case_id, way, kind, customer_id, at, subject_line, text, html, own_words, pieces, trouble,
    why_here, message_id, answer_to)
SELECT c.id, 'in', 'person', c.customer_id, c.opened_at, c.subject_line, 'They leak.', '', 'They leak.', '[]', '[]', '',
    '<' || c.id || '@x>', '' FROM cases_case c;
INSERT INTO promises_promise (customer_id, subject_kind, subject_id, department_id, keeper_id, words, due_at, zone,
    drafted_by_kind, drafted_at, made_at, agreed_how, warn_at, settled_at, settled_by_kind, outcome, outcome_words,
    done_at)
SELECT c.customer_id, 'case', c.id, c.department_id, c.owner_id, 'A new pair', c.opened_at + interval '3 days', 'UTC',
    'clock', c.opened_at, c.opened_at, '', c.opened_at + interval '2 days',
    CASE WHEN c.closed_at IS NULL THEN NULL ELSE c.opened_at + interval '2 days' END, '',
    CASE WHEN c.closed_at IS NULL THEN '' ELSE 'kept' END, '',
    CASE WHEN c.closed_at IS NULL THEN NULL ELSE c.opened_at + interval '2 days' END
FROM cases_case c WHERE c.id %% 3 = 0;
INSERT INTO cases_casepromise (promise_id, case_id) SELECT id, subject_id FROM promises_promise;
"""
PAGES = {
    "letters, mine": "/letters?view=mine",
    "letters, ours": "/letters?view=ours",
    "letters, closed": "/letters?view=closed",
    "today": "/",
    "promises": "/promises",
    "a case": "/cases/{number}",
    "customers": "/customers",
    "how we do": "/how",
    "search, a number": "/search?q={number}",
    "search, a rare word": "/search?q={rare}",
}


def main() -> None:
    """Seed, then ask for each page a few times."""
    parser = argparse.ArgumentParser(prog="bin/bench pages")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    with database():
        from django.db import connection
        from django.test import Client
        from django.utils import timezone

        from upheld.cases.models import Case
        from upheld.people import hiring
        from upheld.people.tests.makers import make_agent, make_company, make_department

        make_company()
        duty = None
        for number in range(10):
            department = make_department(f"Department {number}", duty=duty)
            duty = department.duty_owner
            agent = make_agent(f"Agent {number}", department)
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(SEED, {"cases": asked.cases, "customers": max(asked.cases // 10, 10)})
            cursor.execute("ANALYZE")
        print(f"{asked.cases:,} cases seeded in {time.perf_counter() - began:.0f} s")
        login = hiring.let_in(
            agent, email="agent@shop.example", password="deck-shoe-kiel-39", at=timezone.now()
        )
        client = Client()
        client.force_login(login, backend="django.contrib.auth.backends.ModelBackend")
        case = Case.objects.filter(department__people=agent, closed_at__isnull=True).latest("pk")
        words = {"number": case.number, "rare": case.subject_line.rpartition(" ")[2]}
        floor = measured(client, "/write", asked.rounds)
        print(f"{'floor: the web form':<22}{1000 * floor:9.1f} ms")
        for name, path in PAGES.items():
            taken = measured(client, path.format(**words), asked.rounds)
            print(f"{name:<22}{1000 * taken:9.1f} ms   {taken / floor:6.1f} times the floor")


def measured(client: object, path: str, rounds: int) -> float:
    """The median seconds of one page, after a first that warms it."""
    times = []
    for _turn in range(rounds + 1):
        began = time.perf_counter()
        answer = client.get(path)  # type: ignore[attr-defined]
        times.append(time.perf_counter() - began)
        assert answer.status_code in (200, 302), (path, answer.status_code)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
