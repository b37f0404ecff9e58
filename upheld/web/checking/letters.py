"""Letters: does each mailbox's account come out even, is every letter opened, does every letter leave?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.channels import blobs, endpoints, filing
from upheld.channels.balance import Balance, balance, handed_over
from upheld.channels.models import Arrival, Departure, Mailbox
from upheld.web.checking.check import Check, Figure, ago, seconds

LOOKED_WITHIN = timedelta(minutes=10)
OPENED_WITHIN = timedelta(minutes=2)
LEFT_WITHIN = timedelta(minutes=2)
USUAL_OF = timedelta(days=28)
USUAL_LETTERS = 500
FEWEST_LETTERS = 20
"""Fewer letters in four weeks say nothing about what is usual."""
LONGER_THAN_USUAL = 1.5
AT_LEAST_SILENT = timedelta(hours=2)


def mailboxes(at: datetime) -> Iterator[Check]:
    """One check for each open mailbox."""
    found = list(Mailbox.objects.filter(closed_at__isnull=True).order_by("address"))
    for mailbox in found:
        yield _mailbox(mailbox, at)
    if not found:
        yield Check("mailboxes", True, _("No mailbox is connected."))


def listener(_at: datetime) -> Iterator[Check]:
    """One check for each place where a mail server may hand letters over."""
    for endpoint in endpoints.chosen():
        figures = {"protocol": endpoint.protocol, "place": str(endpoint)}
        if endpoint.greeting().startswith("220"):
            sentence = _("Your mail server can hand letters over by %(protocol)s at %(place)s.")
            yield Check("listener", True, sentence % figures, figures)
        else:
            sentence = _(
                "Nobody answers at %(place)s, where your mail server hands letters over by %(protocol)s: it keeps them."
            )
            yield Check("listener", False, sentence % figures, figures)


def _mailbox(mailbox: Mailbox, at: datetime) -> Check:
    account = balance(mailbox)
    figures = {
        "address": mailbox.address, "on_server": account.on_server, "gone": account.gone, "filed": account.filed,
        "duplicates": account.duplicates, "noted": account.noted, "attention": account.attention,
        "unopened": account.unopened,
    }  # fmt: skip
    ok, words = _state(mailbox, account, at)
    words = " ".join(filter(None, [words, _brought(mailbox)]))
    sentence = _("%(address)s: %(words)s") % {"address": mailbox.address, "words": words}
    return Check("mailbox", ok, sentence, figures)


def _state(mailbox: Mailbox, account: Balance, at: datetime) -> tuple[bool, str]:
    if not mailbox.imap_host:
        return True, _("letters are not fetched.") if not endpoints.in_words() else ""
    if mailbox.trouble:
        since = _(" (for %(time)s)") % {"time": ago(mailbox.trouble_at, at)} if mailbox.trouble_at else ""
        return False, mailbox.trouble + since
    if mailbox.looked_at is None:
        return seconds(mailbox.connected_at, at) < LOOKED_WITHIN.total_seconds(), _("nobody has looked yet.")
    if at - mailbox.looked_at > LOOKED_WITHIN:
        return False, _("nobody has looked for %(time)s.") % {"time": ago(mailbox.looked_at, at)}
    counts = {
        "server": account.on_server, "gone": account.gone, "filed": account.filed, "noted": account.noted,
        "duplicates": account.duplicates, "attention": account.attention, "unopened": account.unopened,
    }  # fmt: skip
    words = _(
        "%(server)d on the server and %(gone)d that left it = %(filed)d filed, %(attention)d needed attention, "
        "%(duplicates)d duplicates, %(noted)d noted, %(unopened)d unopened"
    )
    if account.is_even:
        return True, words % counts + "."
    last = Arrival.objects.filter(mailbox=mailbox).aggregate(last=Max("arrived_at"))["last"]
    if last is not None and seconds(last, at) < OPENED_WITHIN.total_seconds():
        return True, words % counts + _("; letters are coming in.")
    return False, words % counts + _("; that does not come out even.")


def silence(at: datetime) -> Iterator[Check]:
    """One check for each mailbox that is used to letters: whether it has been silent for longer than it ever is."""
    for mailbox in Mailbox.objects.filter(closed_at__isnull=True).order_by("address"):
        came = list(
            Arrival.objects.filter(mailbox=mailbox, silent=False, arrived_at__gte=at - USUAL_OF)
            .order_by("-id")
            .values_list("arrived_at", flat=True)[:USUAL_LETTERS]
        )
        if len(came) < FEWEST_LETTERS:
            continue
        came_at = sorted(came)
        longest = max(later - earlier for earlier, later in pairwise(came_at))
        silent_for = at - came_at[-1]
        figures: dict[str, Figure] = {
            "address": mailbox.address,
            "silent_seconds": silent_for.total_seconds(),
            "longest_seconds": longest.total_seconds(),
        }
        said = {
            "address": mailbox.address,
            "time": ago(came_at[-1], at),
            "longest": ago(at - longest, at),
        }
        if silent_for > max(longest * LONGER_THAN_USUAL, AT_LEAST_SILENT):
            words = _("%(address)s: no letter for %(time)s; the longest silence of late was %(longest)s.")
            yield Check("silence", False, words % said, figures)
        else:
            words = _("%(address)s: the last letter came %(time)s ago, as usual.")
            yield Check("silence", True, words % said, figures)


def _brought(mailbox: Mailbox) -> str:
    """The account of the letters that a mail server handed over, if any can be or was."""
    account = handed_over(mailbox)
    if not account.here and (mailbox.imap_host or not endpoints.in_words()):
        return ""
    return _(
        "%(here)d handed over by your mail server = %(filed)d filed, %(attention)d needed attention, "
        "%(duplicates)d duplicates, %(noted)d noted, %(unopened)d unopened."
    ) % {
        "here": account.here, "filed": account.filed, "attention": account.attention, "noted": account.noted,
        "duplicates": account.duplicates, "unopened": account.unopened,
    }  # fmt: skip


def unopened(at: datetime) -> Check:
    """Letters that are here and that nobody has looked into."""
    waiting = Arrival.objects.unopened()
    count, oldest = waiting.count(), waiting.order_by("id").first()
    if oldest is None:
        return Check(
            "unopened", True, _("Every letter that arrived was opened."), {"count": 0, "oldest_seconds": 0}
        )
    age = seconds(oldest.arrived_at, at)
    sentence = ngettext(
        "%(n)d letter waits to be opened, for %(time)s.",
        "%(n)d letters wait to be opened, the oldest for %(time)s.",
        count,
    ) % {"n": count, "time": ago(oldest.arrived_at, at)}
    ok = age < OPENED_WITHIN.total_seconds()
    return Check("unopened", ok, sentence, {"count": count, "oldest_seconds": age})


def attention(at: datetime) -> Check:
    """Letters that a person must look at: work, not an illness."""
    waiting = Arrival.objects.needing_attention()
    count, oldest = waiting.count(), waiting.order_by("id").first()
    if oldest is None:
        return Check("attention", True, _("No letter needs attention."), {"count": 0, "oldest_seconds": 0})
    sentence = ngettext(
        "%(n)d letter needs attention, for %(time)s.",
        "%(n)d letters need attention, the oldest for %(time)s.",
        count,
    ) % {"n": count, "time": ago(oldest.arrived_at, at)}
    return Check(
        "attention", True, sentence, {"count": count, "oldest_seconds": seconds(oldest.arrived_at, at)}
    )


def leaving(at: datetime) -> Check:
    """Letters whose moment to leave has come."""
    due = Departure.objects.waiting().filter(leaves_at__lt=at)
    put_off = Departure.objects.waiting().filter(tries__gt=0).count()
    count, oldest = due.count(), due.order_by("leaves_at").first()
    late = seconds(oldest.leaves_at if oldest else None, at)
    figures = {"due": count, "oldest_seconds": late, "put_off": put_off}
    words = []
    if oldest is not None:
        words.append(
            ngettext(
                "%(n)d letter should have left %(time)s ago.",
                "%(n)d letters should have left, the first %(time)s ago.",
                count,
            )
            % {"n": count, "time": ago(oldest.leaves_at, at)}
        )
    if put_off:
        words.append(
            ngettext(
                "%(n)d letter was put off by its server and is tried again.",
                "%(n)d letters were put off by their server and are tried again.",
                put_off,
            )
            % {"n": put_off}
        )
    if settings.OUTGOING == "outbox":
        words.append(_("Letters stay in the outbox: nothing leaves this installation."))
    sentence = " ".join(words) or _("No letter waits to leave.")
    return Check("leaving", late < LEFT_WITHIN.total_seconds(), sentence, figures)


def failed(at: datetime) -> Check:
    """Letters that did not leave, or of which nobody knows. What bounced is its case's concern, and only counted."""
    trouble = Departure.objects.in_trouble()
    gone_wrong = Q(failed_at__isnull=False) | Q(held_at__isnull=False)
    count, bounced = trouble.filter(gone_wrong).count(), trouble.exclude(gone_wrong).count()
    sentence = (
        ngettext(
            "%(n)d letter did not leave, or nobody knows; a person must decide.",
            "%(n)d letters did not leave, or nobody knows; a person must decide.",
            count,
        )
        % {"n": count}
        if count
        else _("No letter failed to leave.")
    )
    if bounced:
        sentence += " " + ngettext("%(n)d came back.", "%(n)d came back.", bounced) % {"n": bounced}
    return Check("failed", not count, sentence, {"count": count, "bounced": bounced})


def store(_at: datetime) -> Check:
    """Where attachments are kept: whether something can be kept there now."""
    trouble = blobs.trouble()
    figures = {"store": str(blobs.store())}
    if trouble:
        sentence = trouble + " " + _("Until then files wait in their letters, and nothing of them is lost.")
        return Check("store", False, sentence, figures)
    return Check("store", True, _("Attachments are kept in %(store)s.") % figures, figures)


def files(at: datetime) -> Check:
    """Attachments that should be stored by now."""
    count = filing.unstored(at).count()
    sentence = (
        ngettext(
            "%(n)d attachment is not stored yet; the letter itself is safe.",
            "%(n)d attachments are not stored yet; the letters themselves are safe.",
            count,
        )
        % {"n": count}
        if count
        else _("Every attachment is stored.")
    )
    return Check("files", not count, sentence, {"count": count})
