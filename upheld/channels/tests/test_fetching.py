"""Fetching from a real IMAP server: each letter once, whatever happens to the folder or its numbers."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from tests.servers.dovecot import Dovecot
from upheld.channels import connecting, fetching, gathering, opening, secrets, trying
from upheld.channels.balance import Balance, balance
from upheld.channels.dialling import Server
from upheld.channels.models import Arrival, Mailbox
from upheld.channels.tests.makers import mailbox_on, make_department, make_mailbox, raw_letter
from upheld.journal.facts import Actor
from upheld.journal.models import Record

pytestmark = pytest.mark.django_db
BY = Actor("staff", 1)


@pytest.fixture
def box(dovecot: Dovecot, mail_domain: str) -> Mailbox:
    """A mailbox that has been looked into once and was empty."""
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    fetching.fetch_once(mailbox, at=timezone.now() - timedelta(hours=1))
    return mailbox


def _wait_for_the_next_second() -> None:
    """The server dates letters to the second; a letter must be clearly before or after a look."""
    time.sleep(1.1)


def fetch(mailbox: Mailbox) -> gathering.Fetched:
    return fetching.fetch_once(mailbox, at=timezone.now())


def arrivals() -> list[bytes]:
    """The raw letters that are here, in the order in which they came."""
    return [bytes(one.raw.content) for one in Arrival.objects.select_related("raw").order_by("id")]


def account(mailbox: Mailbox) -> Balance:
    found = balance(mailbox)
    assert found.is_even, found
    return found


def flags(dovecot: Dovecot, address: str) -> list[bytes]:
    with dovecot.session(address) as client:
        client.select("INBOX", readonly=True)
        _, lines = client.uid("FETCH", "1:*", "(FLAGS)")
        return [line for line in lines if isinstance(line, bytes)]


def test_a_new_letter_comes_byte_for_byte_and_is_marked_seen_afterwards(
    dovecot: Dovecot, box: Mailbox
) -> None:
    raws = [raw_letter(1), b"", b"no header at all", b"From: x\r\n\r\n\x00\xff.\r\n..\r\n" + b"y" * 5000]
    for raw in raws:
        dovecot.put(box.address, raw or b"\r\n")
    fetched = fetch(box)
    assert fetched == gathering.Fetched(new=4)
    assert arrivals() == dovecot.messages(box.address)
    assert all(b"\\Seen" in line for line in flags(dovecot, box.address))
    assert (account(box).on_server, account(box).unopened) == (4, 4)
    assert fetch(box) == gathering.Fetched()


def test_letters_that_somebody_has_read_flagged_or_marked_for_deletion_come_too(
    dovecot: Dovecot, box: Mailbox
) -> None:
    for number, flag in enumerate(["\\Seen", "\\Deleted \\Seen", "\\Flagged", "\\Answered", ""]):
        dovecot.put(box.address, raw_letter(number), flags=flag)
    assert fetch(box).new == 5
    assert len(dovecot.messages(box.address)) == 5, "nothing is expunged"


@pytest.mark.parametrize(("past", "taken", "silent"), [("leave", 0, 0), ("silent", 3, 3), ("answer", 3, 0)])
def test_what_lay_there_before_is_taken_as_the_settings_say(
    dovecot: Dovecot, mail_domain: str, past: str, taken: int, silent: int
) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}", past=past)
    for number in range(3):
        dovecot.put(mailbox.address, raw_letter(number))
    assert fetch(mailbox).new == taken
    dovecot.put(mailbox.address, raw_letter(99))
    assert fetch(mailbox).new == 1
    assert Arrival.objects.filter(silent=True).count() == silent
    assert Arrival.objects.latest("id").silent is False
    assert account(mailbox).on_server == taken + 1


def test_letters_that_come_between_the_try_and_the_first_look_are_new(
    dovecot: Dovecot, mail_domain: str
) -> None:
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    dovecot.put(address, raw_letter(1))
    server = Server(dovecot.host, dovecot.imap_port, "none", address, "secret")
    tried = trying.try_imap(server)
    assert tried.sentence == "It works: INBOX holds 1 letter."
    mailbox = connecting.connect(
        name="Service", address=address.upper(), department=make_department(), incoming=server, outgoing=None,
        tried=tried, by=BY, at=timezone.now(),
    )  # fmt: skip
    dovecot.put(address, raw_letter(2))
    assert fetch(mailbox).new == 1
    assert arrivals() == [raw_letter(2)]


def test_after_three_days_without_us_all_letters_come_also_those_read_elsewhere(
    dovecot: Dovecot, box: Mailbox
) -> None:
    for number in range(120):
        dovecot.put(box.address, raw_letter(number), flags="\\Seen" if number % 2 else "")
    assert fetch(box).new == 120
    assert arrivals() == [raw_letter(number) for number in range(120)]
    assert account(box).on_server == 120


def test_numbered_anew_every_letter_is_recognised_and_the_new_ones_come(
    dovecot: Dovecot, box: Mailbox
) -> None:
    for number in range(8):
        dovecot.put(box.address, raw_letter(number))
    fetch(box)
    dovecot.change_uidvalidity(box.address)
    dovecot.put(box.address, raw_letter(8))
    assert fetch(box) == gathering.Fetched(new=1, known=8)
    assert fetch(box) == gathering.Fetched()
    assert len(arrivals()) == 9
    assert (account(box).on_server, account(box).gone) == (9, 0)


def test_numbered_anew_the_past_stays_where_it_was_left(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    for number in range(5):
        dovecot.put(mailbox.address, raw_letter(number))
    _wait_for_the_next_second()
    fetch(mailbox)
    _wait_for_the_next_second()
    dovecot.put(mailbox.address, raw_letter(5))
    fetch(mailbox)
    dovecot.change_uidvalidity(mailbox.address)
    dovecot.put(mailbox.address, raw_letter(6))
    assert fetch(mailbox) == gathering.Fetched(new=1, known=1, left=5)
    assert arrivals() == [raw_letter(5), raw_letter(6)]
    assert account(mailbox).on_server == 2
    assert fetch(mailbox) == gathering.Fetched()


def test_a_server_that_starts_counting_again_under_the_old_name_loses_and_doubles_nothing(
    dovecot: Dovecot, box: Mailbox
) -> None:
    for number in range(3):
        dovecot.put(box.address, raw_letter(number))
    fetch(box)
    before = dovecot.uidvalidity(box.address)
    with dovecot.session(box.address) as client:
        client.select("INBOX")
        client.uid("STORE", "1:*", "+FLAGS", "(\\Deleted)")
        client.expunge()
    dovecot.drop_connections(box.address)
    maildir = dovecot.folder / "mail" / box.address / "Maildir"
    for path in maildir.glob("dovecot*"):
        path.unlink()
    dovecot._doveadm("mailbox", "update", "-u", box.address, "--uid-validity", str(before), "INBOX")
    assert dovecot.uidvalidity(box.address) == before
    dovecot.put(box.address, raw_letter(1))
    dovecot.put(box.address, raw_letter(7))
    assert fetch(box) == gathering.Fetched(new=1, known=1)
    assert sorted(arrivals()) == sorted(raw_letter(number) for number in (0, 1, 2, 7))
    assert (account(box).on_server, account(box).gone) == (2, 2)


def test_two_equal_letters_in_the_folder_are_two_arrivals_before_and_after_it_is_numbered_anew(
    dovecot: Dovecot, box: Mailbox
) -> None:
    for _ in range(2):
        dovecot.put(box.address, raw_letter(1))
    assert fetch(box).new == 2
    dovecot.change_uidvalidity(box.address)
    dovecot.put(box.address, raw_letter(1))
    assert fetch(box) == gathering.Fetched(new=1, known=2)
    assert account(box).on_server == 3


def test_letters_that_people_remove_later_stay_in_the_account(dovecot: Dovecot, box: Mailbox) -> None:
    for number in range(4):
        dovecot.put(box.address, raw_letter(number))
    fetch(box)
    with dovecot.session(box.address) as client:
        client.select("INBOX")
        client.uid("STORE", "1:2", "+FLAGS", "(\\Deleted)")
        client.expunge()
    fetch(box)
    assert (account(box).on_server, account(box).gone, account(box).here) == (2, 2, 4)


def test_every_outcome_has_its_place_in_the_account(dovecot: Dovecot, box: Mailbox) -> None:
    for number in range(5):
        dovecot.put(box.address, raw_letter(number))
    fetch(box)
    for arrival, outcome in zip(
        Arrival.objects.order_by("id"), ["filed", "duplicate", "noted", "attention"], strict=False
    ):
        opening.mark(arrival, outcome=outcome, at=timezone.now())
    assert account(box) == Balance(
        on_server=5, gone=0, filed=1, duplicates=1, noted=1, attention=1, unopened=1
    )


def test_a_letter_of_thirty_megabytes_comes_whole(dovecot: Dovecot, box: Mailbox) -> None:
    large = raw_letter(1, size=30_000_000)
    dovecot.put(box.address, large)
    dovecot.put(box.address, raw_letter(2))
    assert fetch(box).new == 2
    assert arrivals() == [large, raw_letter(2)]


def test_a_letter_that_the_server_cannot_hand_out_is_noted_keeps_no_other_and_comes_when_it_can(
    dovecot: Dovecot, box: Mailbox
) -> None:
    for number in range(3):
        dovecot.put(box.address, raw_letter(number))
    with dovecot.session(box.address) as client:
        client.select("INBOX", readonly=True)
        client.uid("FETCH", "1:*", "(RFC822.SIZE)")
    maildir = dovecot.folder / "mail" / box.address / "Maildir"
    (bad,) = [path for path in maildir.glob("*/*") if path.is_file() and b"Shoes 1" in path.read_bytes()]
    bad.chmod(0)
    fetched = fetch(box)
    assert sorted(arrivals()) == [raw_letter(0), raw_letter(2)]
    assert fetched.unfetched == (2,)
    box.refresh_from_db()
    assert "does not hand out 1 letter (number 2)" in box.trouble
    assert not balance(box).is_even
    assert balance(box).expected == 3
    dovecot.put(box.address, raw_letter(3))
    assert fetch(box).unfetched == (2,)
    assert raw_letter(3) in arrivals()
    (bad,) = maildir.glob(f"*/{bad.name.partition(':')[0]}*")  # it has gone from new to cur
    bad.chmod(0o600)
    dovecot.drop_connections(box.address)
    assert fetch(box).new == 1
    assert sorted(arrivals()) == [raw_letter(number) for number in range(4)]
    assert account(box).on_server == 4
    box.refresh_from_db()
    assert box.trouble == ""


def test_a_letter_too_large_to_keep_is_trouble_and_not_silence(
    dovecot: Dovecot, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upheld.channels.receiving.LARGEST", 10_000)
    dovecot.put(box.address, raw_letter(1, size=20_000))
    dovecot.put(box.address, raw_letter(2))
    fetched = fetch(box)
    assert (fetched.new, len(fetched.unfetched)) == (1, 1)
    assert not balance(box).is_even


def test_a_folder_of_its_own_with_an_umlaut_is_fetched_from(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}", folder="Aufträge & mehr", past="answer")
    with dovecot.session(mailbox.address) as client:
        client.create('"Auftr&AOQ-ge &- mehr"')
        client.append('"Auftr&AOQ-ge &- mehr"', "", "", raw_letter(1))  # type: ignore[arg-type]
    dovecot.put(mailbox.address, raw_letter(2))
    assert fetch(mailbox).new == 1
    assert arrivals() == [raw_letter(1)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_letters_come_over_tls_from_a_server_that_is_trusted(
    dovecot: Dovecot, mail_domain: str, settings: Any, security: str
) -> None:
    port = dovecot.imaps_port if security == "tls" else dovecot.imap_port
    mailbox = mailbox_on(
        dovecot,
        f"service@{mail_domain}",
        imap_host="localhost",
        imap_port=port,
        imap_security=security,
        past="answer",
    )
    dovecot.put(mailbox.address, raw_letter(1))
    with pytest.raises(fetching.Unreachable, match="certificate"):
        fetch(mailbox)
    settings.CA_FILE = dovecot.certificate
    assert fetch(mailbox).new == 1


def test_trouble_is_told_once_in_plain_words_and_so_is_its_end(dovecot: Dovecot, box: Mailbox) -> None:
    Mailbox.objects.update(imap_secret=secrets.seal("Hunter-2ü"))
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for minute in range(3):
        with pytest.raises(fetching.Unreachable, match="refuses the user name or the password"):
            fetching.fetch_once(box, at=at + timedelta(minutes=minute))
    box.refresh_from_db()
    assert box.trouble_at == at
    assert "Hunter" not in box.trouble
    Mailbox.objects.update(imap_secret=secrets.seal("secret"))
    fetch(box)
    box.refresh_from_db()
    assert (box.trouble, box.trouble_at) == ("", None)
    told = [record.kind for record in Record.objects.order_by("id") if "Mailbox" in record.kind]
    assert told == ["channels.MailboxInTrouble/1", "channels.MailboxWell/1"]


def test_a_missing_folder_a_closed_mailbox_and_a_missing_server_are_told_apart(
    dovecot: Dovecot, mail_domain: str
) -> None:
    with pytest.raises(fetching.Unreachable, match="There is no folder called Shoes"):
        fetch(mailbox_on(dovecot, f"service@{mail_domain}", folder="Shoes"))
    with pytest.raises(fetching.NoServer):
        fetch(make_mailbox("form@shop.example"))
    with pytest.raises(fetching.Closed):
        fetch(make_mailbox("old@shop.example", imap_host="x", closed_at=timezone.now()))


def test_when_the_installations_key_changed_the_password_is_asked_for_again(
    box: Mailbox, settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-" + "y" * 60
    fetch(box)
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(fetching.Unreachable, match="enter the password again"):
        fetch(box)


@pytest.mark.django_db(transaction=True)
def test_two_never_look_into_one_mailbox_at_once(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [fetching.LOCK_FAMILY, mailbox.pk])
        with pytest.raises(fetching.Busy):
            fetch(mailbox)
    finally:
        other.close()
    fetch(mailbox)


def test_a_look_that_the_mailbox_outran_stores_nothing(dovecot: Dovecot, box: Mailbox) -> None:
    dovecot.put(box.address, raw_letter(1))
    stale = Mailbox.objects.get(pk=box.pk)
    stale.uid_validity = (stale.uid_validity or 0) + 1
    with fetching._line(box) as folder, pytest.raises(gathering.NumberedAnew):
        gathering.gather_new(folder, stale, at=timezone.now())
    assert arrivals() == []


def test_a_folder_that_may_only_be_read_is_not_marked_and_stays_usable(
    dovecot: Dovecot, box: Mailbox
) -> None:
    dovecot.put(box.address, raw_letter(1))
    with fetching._line(box) as folder:
        folder._client.select("INBOX", readonly=True)
        folder.mark_seen([1])
        assert folder.still_here([1, 2, 3]) == {1}
    assert fetch(box).new == 1


def test_a_full_mailbox_connected_from_now_on_can_be_asked_for_its_past_and_greets_nobody(
    dovecot: Dovecot, mail_domain: str
) -> None:
    address = dovecot.add_mailbox(f"service@{mail_domain}")
    for number in range(200):
        dovecot.put(address, raw_letter(number))
    server = Server(dovecot.host, dovecot.imap_port, "none", address, "secret")
    mailbox = connecting.connect(
        name="Service", address=address, department=make_department(), incoming=server, outgoing=None,
        tried=trying.try_imap(server), by=BY, at=timezone.now(),
    )  # fmt: skip
    assert fetch(mailbox).new == 0
    dovecot.put(address, raw_letter(1000))
    assert fetch(mailbox).new == 1
    mailbox = connecting.take_in_past(mailbox, by=BY, at=timezone.now())
    assert Record.objects.filter(kind="channels.PastAskedFor/1").count() == 1
    dovecot.put(address, raw_letter(1001))
    assert fetch(mailbox).new == 201
    assert fetch(mailbox) == gathering.Fetched()
    assert Arrival.objects.filter(silent=True).count() == 200
    loud = Arrival.objects.filter(silent=False).select_related("raw")
    assert {bytes(one.raw.content).count(b"Shoes 100") for one in loud} == {1}
    assert account(mailbox).on_server == 202
    dovecot.change_uidvalidity(address)
    assert fetch(mailbox).new == 0
    with pytest.raises(connecting.PastIsTaken):
        connecting.take_in_past(mailbox, by=BY, at=timezone.now())


def test_a_past_whose_letters_bear_dates_to_come_is_silent_too(dovecot: Dovecot, mail_domain: str) -> None:
    mailbox = mailbox_on(dovecot, f"service@{mail_domain}")
    with dovecot.session(mailbox.address) as client:
        client.append("INBOX", "", '"01-Jan-2031 10:00:00 +0000"', raw_letter(1))
    assert fetch(mailbox).new == 0
    mailbox = connecting.take_in_past(mailbox, by=BY, at=timezone.now())
    assert fetch(mailbox).new == 1
    assert Arrival.objects.get().silent


def test_a_past_that_cannot_be_looked_into_is_not_asked_for() -> None:
    mailbox = make_mailbox("service@shop.example")
    with pytest.raises(connecting.NothingToLookInto):
        connecting.take_in_past(mailbox, by=BY, at=timezone.now())
    connecting.close(mailbox, by=BY, at=timezone.now())
    with pytest.raises(connecting.AlreadyClosed):
        connecting.take_in_past(mailbox, by=BY, at=timezone.now())
