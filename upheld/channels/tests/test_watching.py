"""Watching a mailbox: news at once, outages survived, and a death at any moment that loses and doubles nothing."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.servers.dovecot import Dovecot
from upheld.channels import connecting, dialling, fetching
from upheld.channels.balance import balance
from upheld.channels.folders import Folder
from upheld.channels.models import Arrival, Mailbox, Raw
from upheld.channels.tests.makers import mailbox_on, make_mailbox, raw_letter
from upheld.journal.facts import Actor
from upheld.journal.models import Record

pytestmark = pytest.mark.django_db(transaction=True)


def eventually(truth: Callable[[], Any], within: float = 60.0) -> Any:
    """Returns as soon as it is true; the limit is there so that a failing test ends."""
    deadline = time.monotonic() + within
    while not (found := truth()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return found


@contextlib.contextmanager
def watching(mailbox: Mailbox, **more: Any) -> Iterator[threading.Thread]:
    stop = threading.Event()

    def run() -> None:
        try:
            fetching.watch(mailbox, stop, **more)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive()


def looked(mailbox: Mailbox) -> bool:
    return Mailbox.objects.get(pk=mailbox.pk).looked_at is not None


def test_a_letter_comes_while_we_wait_and_not_at_the_next_poll(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    with watching(mailbox, poll=3600):
        eventually(lambda: looked(mailbox))
        for number in range(3):
            dovecot.deliver(mailbox.address, raw_letter(number))
            eventually(lambda count=number + 1: Arrival.objects.count() == count)
    assert balance(mailbox).is_even


def test_a_letter_that_the_server_mentions_while_it_answers_something_else_is_news(
    dovecot: Dovecot, mail_domain: str
) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    dovecot.put(mailbox.address, raw_letter(0))
    with dialling.imap(dialling.incoming(mailbox)) as line:
        folder = Folder(line, "INBOX")
        (first,) = folder.uids()
        dovecot.put(mailbox.address, raw_letter(1))
        folder.mark_seen([first])
        assert folder.wait(threading.Event(), 60)
        assert folder.uids_after(first)
        assert not folder.wait(threading.Event(), 0.1)


def test_a_folder_where_something_happens_all_the_time_is_compared_all_the_same(
    dovecot: Dovecot, mail_domain: str
) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    with watching(mailbox, poll=3):
        eventually(lambda: looked(mailbox))
        dovecot.put(mailbox.address, raw_letter(0))
        eventually(lambda: Arrival.objects.count() == 1)
        with dovecot.session(mailbox.address) as other:
            other.select("INBOX")
            other.store("1", "+FLAGS", "\\Deleted")
            other.expunge()

        def noticed() -> bool:
            dovecot.put(mailbox.address, raw_letter(Arrival.objects.count()))
            return bool(Mailbox.objects.get(pk=mailbox.pk).gone)

        eventually(noticed)


def test_a_server_that_goes_away_is_told_about_and_watched_again_when_it_is_back(
    dovecot: Dovecot, mail_domain: str
) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    with watching(mailbox, poll=3600):
        eventually(lambda: looked(mailbox))
        dovecot.put(mailbox.address, raw_letter(1))
        eventually(lambda: Arrival.objects.count() == 1)
        dovecot.stop()
        try:
            trouble = eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).trouble)
        finally:
            dovecot.start()
        assert "Nothing answers" in trouble or "ended the connection" in trouble
        dovecot.put(mailbox.address, raw_letter(2))
        eventually(lambda: Arrival.objects.count() == 2)
        eventually(lambda: not Mailbox.objects.get(pk=mailbox.pk).trouble)
        dovecot.drop_connections(mailbox.address)
        dovecot.put(mailbox.address, raw_letter(3))
        eventually(lambda: Arrival.objects.count() == 3)
    kinds = list(
        Record.objects.filter(kind__contains="Mailbox").order_by("id").values_list("kind", flat=True)
    )
    assert kinds == ["channels.MailboxInTrouble/1", "channels.MailboxWell/1"]
    assert balance(mailbox).is_even


def test_numbered_anew_while_we_watch_loses_and_doubles_nothing(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    with watching(mailbox, poll=1):
        eventually(lambda: looked(mailbox))
        for number in range(5):
            dovecot.put(mailbox.address, raw_letter(number))
        eventually(lambda: Arrival.objects.count() == 5)
        validity = dovecot.change_uidvalidity(mailbox.address)
        dovecot.put(mailbox.address, raw_letter(5))
        eventually(lambda: Arrival.objects.count() == 6)
        eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).uid_validity == validity)
        eventually(lambda: not Arrival.objects.filter(source_id__startswith="was.").exists())
    assert Raw.objects.count() == 6


def test_the_database_may_go_away_too(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    with watching(mailbox, poll=0.2):
        eventually(lambda: looked(mailbox))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        dovecot.put(mailbox.address, raw_letter(1))
        eventually(lambda: Arrival.objects.count() == 1)


def test_changed_settings_are_taken_up_and_a_closed_mailbox_ends_the_watch(
    dovecot: Dovecot, mail_domain: str
) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    dovecot.make_folder(mailbox.address, "Orders")
    with watching(mailbox, poll=0.2) as thread:
        eventually(lambda: looked(mailbox))
        Mailbox.objects.filter(pk=mailbox.pk).update(folder="Orders", uid_validity=None)
        eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).uid_validity is not None)
        dovecot.put(mailbox.address, raw_letter(1), folder="Orders")
        eventually(lambda: Arrival.objects.count() == 1)
        connecting.close(mailbox, by=Actor("staff", 1), at=timezone.now())
        eventually(lambda: not thread.is_alive())


def test_a_mailbox_without_a_server_is_not_watched() -> None:
    fetching.watch(make_mailbox(), threading.Event())


FETCHER = """
import os, sys, threading
import django
from django.conf import settings
{configure}
django.setup()
from django.utils import timezone
from upheld.channels import fetching
from upheld.channels.models import Mailbox
print("ready", flush=True)
fetching.watch(Mailbox.objects.get(pk=int(sys.argv[1])), threading.Event(), poll=1)
"""


def start_fetcher(mailbox: Mailbox) -> subprocess.Popen[str]:
    """The watch in a process of its own, on this test's database, to be killed."""
    database = {key: value for key, value in connection.settings_dict.items() if key != "TEST"}
    configure = f"settings.DATABASES['default'].update({database!r})"
    return subprocess.Popen(
        [sys.executable, "-c", FETCHER.format(configure=configure), str(mailbox.pk)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_killed_at_any_moment_it_loses_and_doubles_nothing(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}", past="silent")
    letters = [raw_letter(number, size=60_000 if number % 7 == 0 else 0) for number in range(300)]
    with dovecot.session(mailbox.address) as client:
        for raw in letters:
            client.append("INBOX", "", "", raw)  # type: ignore[arg-type]
    kills = 0
    while Arrival.objects.count() < 300:
        before = Arrival.objects.count()
        fetcher = start_fetcher(mailbox)
        assert fetcher.stdout is not None
        fetcher.stdout.readline()
        # The wait differs from round to round, so that the blow falls into fetching, storing and marking alike.
        eventually(lambda before=before: Arrival.objects.count() > before)
        time.sleep(0.013 * (kills % 5))
        fetcher.send_signal(signal.SIGKILL)
        fetcher.wait()
        fetcher.stdout.close()
        kills += 1
    fetching.fetch_once(mailbox, at=timezone.now())
    stored = [bytes(one.raw.content) for one in Arrival.objects.select_related("raw").order_by("id")]
    assert sorted(stored) == sorted(letters)
    assert kills
    account = balance(mailbox)
    assert (account.on_server, account.here, account.is_even) == (300, 300, True)
