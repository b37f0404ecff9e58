"""Upkeep: do the processes that nobody sees do their work? Told by what is left undone, not by what they say."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob, ProcrastinateWorker

from upheld.journal import reading
from upheld.journal.lagging import ReaderLag
from upheld.journal.models import Record
from upheld.promises.models import Promise, StandardClock
from upheld.web.checking.check import Check, Figure, ago, seconds

MOMENTS = timedelta(minutes=1)
"""What is done every second and has waited this long is not being done."""
JOBS_WITHIN = timedelta(minutes=2)
LATELY = timedelta(hours=1)
DRIFT = 5.0  # seconds between the database's clock and ours
ROOM = 500 * 1024 * 1024  # bytes


def _called(reader: ReaderLag) -> str:
    """Who reads the journal, in people's words."""
    return {"cases.leaving": _("The cases"), "notices": _("The notices"), "findings": _("The findings")}.get(
        reader.reader, reader.reader
    )


def clocks_agree(at: datetime) -> Check:
    """The database's clock and this machine's: a deadline is a moment of one of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs((cursor.fetchone()[0] - at).total_seconds())
    if drift < DRIFT:
        return Check(
            "clock", True, _("The clocks of the database and of this machine agree."), {"seconds": drift}
        )
    sentence = _("The clocks of the database and of this machine differ by %(n).0f seconds.") % {"n": drift}
    return Check("clock", False, sentence, {"seconds": drift})


def journal(at: datetime) -> Check:
    """Facts that have no position yet, and what holds them back."""
    lag = reading.lag()
    age = seconds(lag.oldest_written_at, at)
    figures = {"position": lag.last_position, "unnumbered": lag.unnumbered, "oldest_seconds": age}
    if not lag.is_numbering:
        return Check("journal", False, _("Nobody gives the journal's facts their positions."), figures)
    if age < MOMENTS.total_seconds():
        sentence = _("The journal is in order up to position %(n)d.") % {"n": lag.last_position}
        return Check("journal", True, sentence, figures)
    sentence = ngettext(
        "%(n)d fact waits for its position, for %(time)s",
        "%(n)d facts wait for their positions, for %(time)s",
        lag.unnumbered,
    ) % {"n": lag.unnumbered, "time": ago(lag.oldest_written_at or at, at)}
    pids = ", ".join(map(str, lag.blocking_pids))
    sentence += _("; the database's process %(pids)s holds it back.") % {"pids": pids} if pids else "."
    return Check("journal", False, sentence, figures | {"blocking_pids": pids})


def readers(at: datetime) -> list[Check]:
    """One check for each reader of the journal."""
    return [_reader(reader, at) for reader in reading.lag().readers]


def _reader(reader: ReaderLag, at: datetime) -> Check:
    figures: dict[str, Figure] = {
        "reader": reader.reader,
        "behind": reader.behind,
        "stuck_at": reader.stuck_at,
    }
    if reader.stuck_at is not None:
        sentence = _("%(reader)s is stuck at the fact with position %(n)d (%(trouble)s, tried %(tries)d times).") % {
            "reader": _called(reader), "n": reader.stuck_at, "trouble": reader.trouble, "tries": reader.failures,
        }  # fmt: skip
        return Check("reader", False, sentence, figures)
    waits = Record.objects.filter(position=reader.position + 1).first() if reader.behind else None
    if waits is None:
        return Check(
            "reader",
            True,
            _("%(reader)s: everything that happened has been read.") % {"reader": _called(reader)},
            figures,
        )
    sentence = ngettext(
        "%(reader)s: %(n)d fact waits to be read, for %(time)s.",
        "%(reader)s: %(n)d facts wait to be read, for %(time)s.",
        reader.behind,
    ) % {"reader": _called(reader), "n": reader.behind, "time": ago(waits.written_at, at)}  # fmt: skip
    return Check("reader", seconds(waits.written_at, at) < MOMENTS.total_seconds(), sentence, figures)


def promises(at: datetime) -> Check:
    """What fell due and was not marked: the clock stands still."""
    late = at - MOMENTS
    count = Promise.objects.overdue(late).count()
    count += StandardClock.objects.watched().filter(due_at__lt=late).count()
    sentence = (
        ngettext(
            "%(n)d promise or standard fell due and the clock has not said so.",
            "%(n)d promises or standards fell due and the clock has not said so.",
            count,
        )
        % {"n": count}
        if count
        else _("The clock watches every promise.")
    )
    return Check("promises", not count, sentence, {"unmarked": count})


def jobs(at: datetime) -> Check:
    """Jobs that should have begun by now, and somebody to do them."""
    due = ProcrastinateJob.objects.filter(
        Q(scheduled_at__isnull=True) | Q(scheduled_at__lt=at), status="todo"
    )
    waiting = ProcrastinateEvent.objects.filter(
        job__in=due, type__in=["deferred", "deferred_for_retry", "scheduled"]
    )
    moments = waiting.values_list("job").annotate(last=Max("at"), planned=Max("job__scheduled_at"))
    oldest = min((max(filter(None, (last, planned))) for _job, last, planned in moments), default=None)
    seen = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    figures = {"due": due.count(), "oldest_seconds": seconds(oldest, at)}
    if seen is None or at - seen > MOMENTS:
        return Check("jobs", False, _("Nobody does the jobs that were left behind."), figures)
    if oldest is None:
        return Check("jobs", True, _("No job waits."), figures)
    sentence = ngettext(
        "%(n)d job waits, for %(time)s.", "%(n)d jobs wait, the oldest for %(time)s.", due.count()
    ) % {"n": due.count(), "time": ago(oldest, at)}
    return Check("jobs", at - oldest < JOBS_WITHIN, sentence, figures)


def failed_jobs(at: datetime) -> Check:
    """Jobs that failed lately. What they should have done is asked for again by a sweep."""
    failures = ProcrastinateEvent.objects.filter(type="failed", at__gte=at - LATELY)
    names = sorted(set(failures.values_list("job__task_name", flat=True)))
    count = failures.count()
    if not count:
        return Check("failed-jobs", True, _("No job failed within the last hour."), {"count": 0})
    sentence = ngettext(
        "%(n)d job failed within the last hour: %(names)s.",
        "%(n)d jobs failed within the last hour: %(names)s.",
        count,
    ) % {"n": count, "names": ", ".join(names)}
    return Check("failed-jobs", False, sentence, {"count": count})


def room(at: datetime) -> Check:
    """Space on the disk that attachments go to."""
    folder = next(one for one in (settings.VAR, *settings.VAR.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    sentence = _("%(gb).1f GB are free on the disk of %(folder)s.") % {
        "gb": free / 1e9,
        "folder": settings.VAR,
    }
    return Check("room", free > ROOM, sentence, {"free_bytes": free})
