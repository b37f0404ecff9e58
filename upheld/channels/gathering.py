"""Taking in what a folder holds: each letter once, whatever happened to the folder, to its numbers, or to us.

A letter is known by the folder's generation (UIDVALIDITY), its number and its content. When the server numbers anew,
because the mailbox was moved or restored, everything is looked at again: content that came from this mailbox before is
the same letter under a new number. How far we have looked is written in the transaction that stores what was seen.
"""

from __future__ import annotations

import hashlib
import imaplib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat

from upheld.channels import receiving
from upheld.channels.folders import Folder, Outline
from upheld.channels.models import Arrival, Mailbox
from upheld.journal import writing
from upheld.refusals import Refusal

LETTERS_AT_ONCE = 50
BYTES_AT_ONCE = 8 * 1024 * 1024
CLOCKS_DIFFER = timedelta(days=1)
FORMER = "was."  # before the source of a letter whose folder has been numbered anew since


class NumberedAnew(Refusal):
    """The folder was numbered anew while we looked into it: look again."""


@dataclass(frozen=True)
class Fetched:
    """What one look brought: letters new to us, letters known under another number, those left where they are (they
    lie in the past, or somebody removed them), and the numbers of those that the server did not hand out."""

    new: int = 0
    known: int = 0
    left: int = 0
    unfetched: tuple[int, ...] = ()


def recognise(folder: Folder, mailbox: Mailbox, *, at: datetime) -> Mailbox:
    """Settle whether this is the folder as we left it, one that we see for the first time, or one numbered anew."""
    with transaction.atomic(durable=True):
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        first_look = mailbox.connected_at is None
        went_back = folder.uid_next is not None and folder.uid_next <= mailbox.last_uid
        if not first_look and mailbox.uid_validity == folder.uid_validity and not went_back:
            return mailbox
        following = folder.uid_next or max(folder.uids(), default=0) + 1
        if not first_look:
            _from(mailbox).exclude(source_id__startswith=FORMER).update(
                source_id=Concat(Value(FORMER), F("source_id"))
            )
        leaves_past = first_look and mailbox.past == Mailbox.Past.LEAVE
        mailbox.uid_validity, mailbox.first_uid, mailbox.unfetched = folder.uid_validity, following, []
        mailbox.past_below = None
        mailbox.last_uid = following - 1 if leaves_past else 0
        mailbox.connected_at = mailbox.connected_at or at
        mailbox.save()
    return mailbox


def gather_all(
    folder: Folder, mailbox: Mailbox, *, at: datetime, careful: bool = False, retry: bool = True
) -> Fetched:
    """Compare the whole folder with what is here, take what is missing, and count both.

    `careful` asks for one letter at a time, so that one on which the server breaks the line is found out: it is
    noted, and from the next look on it comes last. `retry` asks for those noted again.
    """
    present = set(folder.uids())
    mailbox.unfetched = [uid for uid in mailbox.unfetched if uid in present]
    Mailbox.objects.filter(pk=mailbox.pk).update(unfetched=mailbox.unfetched)
    here = _uids_here(mailbox)
    floor = mailbox.first_uid or 0 if mailbox.past == Mailbox.Past.LEAVE else 0
    again = set(mailbox.unfetched)
    missing = [uid for uid in present - here if uid > mailbox.last_uid or uid >= floor or uid in again]
    wanted = [uid for uid in missing if retry or uid not in again]
    wanted.sort(key=lambda uid: (uid in again, uid))
    _count(mailbox, on_server=len(present & here) + len(missing))
    fetched = _take_in(folder, mailbox, wanted, at=at, most=1 if careful else LETTERS_AT_ONCE)
    here = _uids_here(mailbox)
    on_server = len((present & here) | (present & set(fetched.unfetched)))
    _count(mailbox, on_server=on_server, gone=_from(mailbox).count() - len(present & here))
    return fetched


def gather_new(folder: Folder, mailbox: Mailbox, *, at: datetime) -> Fetched:
    """Take what came since the last look, without comparing the rest."""
    before = set(mailbox.unfetched)
    fetched = _take_in(folder, mailbox, folder.uids_after(mailbox.last_uid), at=at, most=LETTERS_AT_ONCE)
    more = fetched.new + fetched.known + len(set(fetched.unfetched) - before)
    _count(mailbox, on_server=(mailbox.on_server or 0) + more)
    return fetched


def _take_in(folder: Folder, mailbox: Mailbox, wanted: list[int], *, at: datetime, most: int) -> Fetched:
    total = Fetched(unfetched=tuple(mailbox.unfetched))
    again = set(mailbox.unfetched)
    unlisted = set(wanted)
    for group in _groups(folder.outlines(wanted), most, again):
        unlisted -= {one.uid for one in group}
        ours = [one.uid for one in group if not _stays_in_the_past(mailbox, one, surely=True)]
        try:
            letters = folder.letters(ours)
        except (OSError, imaplib.IMAP4.abort):
            if len(group) == 1:  # the line broke on this very letter: it must not keep those behind it
                total = _store(mailbox, group, {}, ours, total, at=at)
                if group[0].uid in again:
                    return total  # as the last time, and all behind it were in trouble too
            raise
        refused = folder.still_here([uid for uid in ours if uid not in letters])
        total = _store(mailbox, group, letters, list(refused), total, at=at)
        folder.mark_seen(list(letters))
    if unlisted and (still := folder.still_here(sorted(unlisted))):
        total = _store(mailbox, [Outline(uid, 0, None) for uid in still], {}, list(still), total, at=at)
    return total


def _store(
    mailbox: Mailbox,
    group: list[Outline],
    letters: dict[int, bytes],
    refused: list[int],
    total: Fetched,
    *,
    at: datetime,
) -> Fetched:
    """One transaction: the letters, how far we looked, and what the server owes us."""
    new: list[Arrival] = []
    known = 0
    with transaction.atomic(durable=True), writing.together():
        row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if row.uid_validity != mailbox.uid_validity:
            raise NumberedAnew
        for one in group:
            if one.uid not in letters:
                continue
            try:
                if _known(row, one.uid, letters[one.uid]):
                    known += 1
                    continue
                if _stays_in_the_past(row, one, surely=False):
                    del letters[one.uid]  # looked at and left: nobody has seen it
                    continue
                arrival = receiving.store(
                    letters[one.uid],
                    way=Arrival.Way.IMAP,
                    mailbox=row,
                    source_id=_source(row, one.uid, letters[one.uid]),
                    silent=_is_silent(row, one),
                    ask=False,
                    at=at,
                )
                new.append(arrival)
            except receiving.LetterTooLarge:
                refused.append(one.uid)
        if new:
            receiving.ask_to_open(new[0])  # and with it the others
        row.last_uid = max(row.last_uid, *(one.uid for one in group))
        looked_at = {one.uid for one in group}
        row.unfetched = sorted({uid for uid in row.unfetched if uid not in looked_at} | set(refused))
        row.save(update_fields=["last_uid", "unfetched"])
    mailbox.last_uid, mailbox.unfetched = row.last_uid, row.unfetched
    left = len(group) - len(new) - known - len(refused)
    return Fetched(total.new + len(new), total.known + known, total.left + left, tuple(row.unfetched))


def _known(mailbox: Mailbox, uid: int, raw: bytes) -> bool:
    """Whether this content came from this mailbox before it was numbered anew; if so it has a new name now."""
    digest = hashlib.sha256(raw).digest()
    former = _from(mailbox).filter(raw_id=digest, source_id__startswith=FORMER).order_by("id").first()
    if former is None:
        return False
    former.source_id = _source(mailbox, uid, raw)
    former.save(update_fields=["source_id"])
    return True


def _source(mailbox: Mailbox, uid: int, raw: bytes) -> str:
    """The content belongs to the name, so that a server that gives a number twice cannot make two letters one."""
    return f"{mailbox.uid_validity}.{uid}.{hashlib.sha256(raw).hexdigest()[:16]}"


def _stays_in_the_past(mailbox: Mailbox, one: Outline, *, surely: bool) -> bool:
    """Only after a numbering anew: what lay there before we were connected, and was left there then, is left again.

    The server's clock is not ours. A letter of the days about our connection is compared with those that are here;
    only what is older is left `surely`, without fetching it.
    """
    if (
        mailbox.past != Mailbox.Past.LEAVE
        or one.uid >= (mailbox.first_uid or 0)
        or one.uid in mailbox.unfetched
    ):
        return False
    if one.arrived_at is None or mailbox.connected_at is None:
        return False
    connected_at = mailbox.connected_at.replace(microsecond=0)  # servers date letters to the second
    return one.arrived_at < (connected_at - CLOCKS_DIFFER if surely else connected_at)


def _is_silent(mailbox: Mailbox, one: Outline) -> bool:
    """Old letters that come late get no automatic word, unless the mailbox was connected to answer its past."""
    if one.uid >= (mailbox.first_uid or 0):
        return False
    if mailbox.looked_at is None:
        return mailbox.past == Mailbox.Past.SILENT
    if mailbox.past == Mailbox.Past.SILENT and _lay_there_before(mailbox, one):
        return True  # asked for later: the dates that letters bear do not matter
    return one.arrived_at is None or one.arrived_at < mailbox.looked_at


def _lay_there_before(mailbox: Mailbox, one: Outline) -> bool:
    if one.uid < (mailbox.past_below or 0):
        return True
    if one.arrived_at is None or mailbox.connected_at is None:
        return False
    return one.arrived_at < mailbox.connected_at + CLOCKS_DIFFER


def _from(mailbox: Mailbox) -> QuerySet[Arrival]:
    return Arrival.objects.filter(way=Arrival.Way.IMAP, mailbox=mailbox)


def _uids_here(mailbox: Mailbox) -> set[int]:
    prefix = f"{mailbox.uid_validity}."
    sources = _from(mailbox).filter(source_id__startswith=prefix).values_list("source_id", flat=True)
    return {int(source.split(".")[1]) for source in sources.iterator(chunk_size=10_000)}


def _count(mailbox: Mailbox, **counts: int) -> None:
    for name, count in counts.items():
        setattr(mailbox, name, count)
    Mailbox.objects.filter(pk=mailbox.pk).update(**counts)


def _groups(outlines: Iterable[Outline], most: int, alone: set[int]) -> Iterator[list[Outline]]:
    """Letters to fetch with one command and store in one transaction: at most so many, fewer when they are large,
    and by itself each that was in trouble before."""
    group: list[Outline] = []
    for one in outlines:
        size = one.size + sum(other.size for other in group)
        if group and (
            len(group) == most or size > BYTES_AT_ONCE or one.uid in alone or group[0].uid in alone
        ):
            yield group
            group = []
        group.append(one)
    if group:
        yield group
