"""Fetching letters from mailboxes: one look, or a watch that looks whenever something happens and never gives up."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.channels import dialling, explaining, gathering
from upheld.channels.facts import MailboxInTrouble, MailboxWell
from upheld.channels.folders import Folder, NotHandedOut
from upheld.channels.gathering import Fetched
from upheld.channels.models import Mailbox
from upheld.journal import writing
from upheld.journal.facts import CLOCK
from upheld.refusals import Refusal

log = logging.getLogger(__name__)

LOCK_FAMILY = 0x6D626F78  # first half of the advisory lock's key; the mailbox is the second
POLL = 120.0  # seconds after which the whole folder is compared, whatever the server tells or keeps to itself
ASK_AGAIN = 600.0  # seconds between attempts on letters that the server did not hand out
LONGEST_WAIT = 120.0  # seconds between attempts on a server that does not answer


class Closed(Refusal):
    """This mailbox is closed."""


class NoServer(Refusal):
    """No server is set from which letters to this mailbox are fetched."""


class Busy(Refusal):
    """Somebody else looks into this mailbox at this moment."""


class Unreachable(Refusal):
    """The mailbox's server could not be asked; the sentence says why."""


def fetch_once(mailbox: Mailbox, *, at: datetime) -> Fetched:
    """One whole look into a mailbox. Trouble is written on the mailbox, and raised as `Unreachable`."""
    mailbox = _fresh(mailbox)
    careful = False
    while True:
        owed = mailbox.unfetched
        try:
            with _line(mailbox) as folder:
                return _look(folder, mailbox, at=at, careful=careful)
        except (Busy, gathering.NumberedAnew):
            raise
        except (*explaining.LINE_ERRORS, NotHandedOut) as error:
            mailbox = _fresh(mailbox)
            broke = isinstance(error, imaplib.IMAP4.abort)
            if broke and (not careful or mailbox.unfetched != owed):
                careful = (
                    True  # perhaps on a letter that the server cannot hand out: find it, then go on behind it
                )
                continue
            sentence = _explained(error, mailbox)
            _note(mailbox, sentence, at=at)
            raise Unreachable(sentence) from error


def watch(
    mailbox: Mailbox, stop: threading.Event, *, now: Callable[[], datetime] = timezone.now, poll: float = POLL
) -> None:
    """Look, wait for news, look again, until `stop` is set or the mailbox is closed. It survives the server, the
    database and changes of the settings; a second failure in a row is written on the mailbox."""
    failures, ask_again_from = 0, 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            mailbox = _fresh(mailbox)
            with _line(mailbox) as folder:
                whole, whole_due = True, 0.0
                while not stop.is_set() and _line_settings(mailbox) == _line_settings(_fresh(mailbox)):
                    retry = time.monotonic() >= ask_again_from
                    if whole:
                        whole_due = time.monotonic() + poll
                    fetched = _look(folder, mailbox, at=now(), whole=whole, careful=failures > 0, retry=retry)
                    if retry and fetched.unfetched:
                        ask_again_from = time.monotonic() + ASK_AGAIN
                    failures = 0
                    news = folder.wait(stop, whole_due - time.monotonic())
                    # In a folder where something happens all the time, nothing else would ever be compared.
                    whole = not news or time.monotonic() >= whole_due
                    close_old_connections()
            continue
        except (Closed, NoServer, Mailbox.DoesNotExist):
            return
        except (Busy, gathering.NumberedAnew):
            failures = max(failures, 1)
        except (DatabaseError, InterfaceError):
            log.exception("the database does not answer while mailbox %s is watched", mailbox.pk)
            failures += 1
            connection.close()
        except Exception as error:  # a watch that ends would be silence
            failures += 1
            _note_failure(mailbox, error, failures, at=now())
        stop.wait(min(2.0 ** (failures - 1), LONGEST_WAIT))


def _note_failure(mailbox: Mailbox, error: Exception, failures: int, *, at: datetime) -> None:
    if not isinstance(error, (*explaining.LINE_ERRORS, NotHandedOut)):
        log.error("mailbox %s", mailbox.pk, exc_info=error)
    if failures > 1:
        with contextlib.suppress(DatabaseError, InterfaceError):
            _note(mailbox, _explained(error, mailbox), at=at)


def _look(
    folder: Folder,
    mailbox: Mailbox,
    *,
    at: datetime,
    whole: bool = True,
    careful: bool = False,
    retry: bool = True,
) -> Fetched:
    with _alone(mailbox):
        if whole:
            folder.open()
            mailbox = gathering.recognise(folder, mailbox, at=at)
            fetched = gathering.gather_all(folder, mailbox, at=at, careful=careful, retry=retry)
        else:
            fetched = gathering.gather_new(folder, _fresh(mailbox), at=at)
        Mailbox.objects.filter(pk=mailbox.pk).update(looked_at=at)
        _note(mailbox, _owed(fetched), at=at)
    return fetched


def _owed(fetched: Fetched) -> str:
    """The trouble that letters are in which the server does not hand out, or nothing."""
    count = len(fetched.unfetched)
    if not count:
        return ""
    some = ", ".join(map(str, fetched.unfetched[:10]))
    return ngettext(
        "The server does not hand out %(count)d letter (number %(some)s). It is asked again.",
        "The server does not hand out %(count)d letters (numbers %(some)s). It is asked again.",
        count,
    ) % {"count": count, "some": some}


def _note(mailbox: Mailbox, sentence: str, *, at: datetime) -> None:
    """Write trouble on the mailbox, or that it is over; a fact only when one becomes the other."""
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if row.trouble == sentence:
            return
        began, ended = not row.trouble, not sentence
        row.trouble = sentence[:300]
        row.trouble_at = None if ended else at if began else row.trouble_at
        row.save(update_fields=["trouble", "trouble_at"])
        if began or ended:
            writing.write(MailboxWell(row.pk) if ended else MailboxInTrouble(row.pk), by=CLOCK, at=at)


def _fresh(mailbox: Mailbox) -> Mailbox:
    mailbox = Mailbox.objects.get(pk=mailbox.pk)
    if mailbox.closed_at is not None:
        raise Closed
    if not mailbox.imap_host:
        raise NoServer
    return mailbox


@contextlib.contextmanager
def _line(mailbox: Mailbox) -> Iterator[Folder]:
    with dialling.imap(dialling.incoming(mailbox)) as box:
        yield Folder(box, mailbox.folder)


def _line_settings(mailbox: Mailbox) -> tuple[str | int | bytes, ...]:
    where = (mailbox.imap_host, mailbox.imap_port, mailbox.imap_security, mailbox.folder, mailbox.past)
    return (*where, mailbox.imap_user, bytes(mailbox.imap_secret))


def _explained(error: BaseException, mailbox: Mailbox) -> str:
    if isinstance(error, NotHandedOut):
        return _("The server refused: %(words)s") % {"words": explaining.words_of(str(error))[:200]}
    if not isinstance(error, explaining.LINE_ERRORS):
        return _("Something unexpected happened while letters were fetched; the log says what.")
    server = dialling.Server(mailbox.imap_host, mailbox.imap_port, mailbox.imap_security)
    return explaining.explain(error, server, folder=mailbox.folder)


@contextlib.contextmanager
def _alone(mailbox: Mailbox) -> Iterator[None]:
    """While this lasts, nobody else looks into the mailbox; it ends with our connection at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_FAMILY, mailbox.pk])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise Busy
    try:
        yield
    finally:
        with contextlib.suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_FAMILY, mailbox.pk])
