"""The process that fetches letters: one thread for each open mailbox, started and stopped as mailboxes come and go."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from django.db import close_old_connections, connection

from upheld.channels import fetching
from upheld.channels.models import Mailbox
from upheld.config import process

log = logging.getLogger(__name__)

_LOOK = 2.0
_LAST_WORDS = 10.0

Settings = tuple[object, ...]
"""What a watch was started with; when it changes, another watch is started."""


@dataclass
class Watch:
    """One mailbox being watched."""

    settings: Settings
    stop: threading.Event
    thread: threading.Thread


def run() -> None:
    """Fetch until asked to stop."""
    stop = process.stop_when_asked()
    watches: dict[int, Watch] = {}
    while not stop.is_set():
        try:
            look(watches, {mailbox.pk: mailbox for mailbox in to_watch()})
        except Exception:
            log.exception("the list of mailboxes could not be read; those that are watched stay so")
        close_old_connections()
        stop.wait(_LOOK)
    end(watches, list(watches))
    for watch in watches.values():
        watch.thread.join(_LAST_WORDS)


def to_watch() -> list[Mailbox]:
    """The mailboxes that letters are fetched from."""
    return list(Mailbox.objects.filter(closed_at__isnull=True).exclude(imap_host=""))


def look(watches: dict[int, Watch], mailboxes: dict[int, Mailbox]) -> None:
    """Watch these mailboxes and no others. A watch that ended is started again at the next look."""
    changed = [
        pk
        for pk, watch in watches.items()
        if pk not in mailboxes or watch.settings != settings_of(mailboxes[pk])
    ]
    end(watches, changed)
    for pk in [pk for pk, watch in watches.items() if not watch.thread.is_alive()]:
        del watches[pk]
    for pk, mailbox in mailboxes.items():
        if pk not in watches:
            watches[pk] = begin(mailbox)


def settings_of(mailbox: Mailbox) -> Settings:
    """Everything by which the server is found."""
    return (
        mailbox.imap_host, mailbox.imap_port, mailbox.imap_security, mailbox.imap_user,
        bytes(mailbox.imap_secret), mailbox.folder, mailbox.past,
    )  # fmt: skip


def begin(mailbox: Mailbox) -> Watch:
    """Watch one mailbox in a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(mailbox, stop), name=f"mailbox {mailbox.pk}", daemon=True)
    thread.start()
    return Watch(settings_of(mailbox), stop, thread)


def end(watches: dict[int, Watch], which: list[int]) -> None:
    """Ask these watches to stop; each ends by itself, and until then none is started in its place."""
    for pk in which:
        watches[pk].stop.set()


def _watch(mailbox: Mailbox, stop: threading.Event) -> None:
    try:
        fetching.watch(mailbox, stop)
    except Exception:
        log.exception("watching mailbox %s ended by a mistake; it is started again", mailbox.pk)
        stop.wait(_LOOK)
    finally:
        connection.close()
