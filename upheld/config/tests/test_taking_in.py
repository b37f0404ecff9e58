"""`upheld take-in`: old letters become cases, once, and nobody gets an automatic answer to a letter of last year."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.db import connection

from upheld.cases.models import Case
from upheld.cases.tests.makers import SERVICE, letter, make_house
from upheld.channels import receiving
from upheld.channels.models import Arrival, Departure
from upheld.channels.tests.letterbox import letter_bytes
from upheld.config.tests.running import environment, upheld
from upheld.promises.models import StandardClock

pytestmark = pytest.mark.django_db(transaction=True)


def _maildir(folder: Path, *letters: bytes) -> Path:
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, raw in enumerate(letters):
        (folder / "cur" / f"{number}.host:2,S").write_bytes(raw)
    return folder


def _take_in(tmp_path: Path, *words: str | Path) -> tuple[int, str, str]:
    done = upheld("take-in", *words, env=environment(tmp_path))
    return done.returncode, done.stdout.decode().strip(), done.stderr.decode()


def test_a_maildir_and_an_mbox_are_taken_in_once(tmp_path: Path) -> None:
    make_house()
    first, second = letter(), letter(message_id="<second@harbour.example>", subject="Another pair")
    folder = _maildir(tmp_path / "maildir", first, second, b"Subject: from nobody\n\nwords")
    box = mailbox.mbox(tmp_path / "box")
    box.add(letter(message_id="<third@harbour.example>", headers="In-Reply-To: <first@harbour.example>"))
    box.add(first)
    box.flush()

    code, out, _err = _take_in(tmp_path, folder, tmp_path / "box", "--mailbox", SERVICE.upper())
    assert (code, out) == (0, "filed 3, needs attention 1, duplicates 1, noted 0")
    assert Case.objects.count() == 2
    assert not Departure.objects.exists()
    assert not StandardClock.objects.exists()

    code, out, _err = _take_in(tmp_path, folder, tmp_path / "box", "--mailbox", SERVICE)
    assert (code, out) == (0, "filed 0, needs attention 0, duplicates 5, noted 0")
    assert Arrival.objects.count() == 4


def test_what_was_stored_before_a_crash_is_opened_now(tmp_path: Path) -> None:
    house = make_house()
    raw = letter()
    (tmp_path / "one.eml").write_bytes(raw)
    stored = receiving.store(
        raw, way="file", source_id=sha256(raw).hexdigest(), silent=True, at=datetime.now(UTC)
    )
    code, out, _err = _take_in(tmp_path, tmp_path / "one.eml")
    assert (code, out) == (0, "filed 1, needs attention 0, duplicates 0, noted 0")
    assert Arrival.objects.get() == stored
    assert Case.objects.get().department == house.service


def test_what_cannot_be_read_is_named_and_the_rest_is_taken_in(tmp_path: Path) -> None:
    make_house()
    (tmp_path / "one.eml").write_bytes(letter())
    code, out, err = _take_in(tmp_path, tmp_path / "none.eml", tmp_path / "one.eml")
    assert (code, out) == (1, "filed 1, needs attention 0, duplicates 0, noted 0")
    assert "none.eml: No such file or directory" in err
    assert "Traceback" not in err


def test_without_a_letter_no_database_is_made(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")
    del env["DATABASE_URL"]
    done = upheld("take-in", tmp_path / "none", env=env)
    assert (done.returncode, b"none: No such file or directory" in done.stderr) == (1, True)
    assert not (tmp_path / "var").exists()


def test_a_fresh_installation_gets_its_tables_and_a_first_department(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(letter())
    env = environment(tmp_path / "var")
    del env["DATABASE_URL"]
    done = upheld("take-in", tmp_path / "one.eml", env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == b"filed 1, needs attention 0, duplicates 0, noted 0"
    assert "“Service” was opened" in done.stderr.decode()
    again = upheld("take-in", tmp_path / "one.eml", env=env)
    assert again.stdout.strip() == b"filed 0, needs attention 0, duplicates 1, noted 0"
    assert "was opened" not in again.stderr.decode()


def test_what_could_not_be_opened_is_told_once_in_full(tmp_path: Path) -> None:
    make_house()
    for number in range(3):
        (tmp_path / f"{number}.eml").write_bytes(letter(message_id=f"<{number}@harbour.example>"))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_cases() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'no case today'; END $$;"
            f" CREATE TRIGGER refuse_cases BEFORE INSERT ON {Case._meta.db_table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_cases()"
        )
    try:
        code, out, err = _take_in(tmp_path, tmp_path)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION refuse_cases CASCADE")
    zeros = "filed 0, needs attention 0, duplicates 0, noted 0"
    assert (code, out) == (1, f"{zeros}, not opened yet 3")
    assert err.count("could not be opened") == 3
    assert err.count("in _take_in") == 1
    assert "upheld take-in: 3 stored and not opened yet" in err
    assert Arrival.objects.filter(opened_at=None).count() == 3
    code, out, _err = _take_in(tmp_path, tmp_path)
    assert (code, out) == (0, "filed 3, needs attention 0, duplicates 0, noted 0")


def test_a_bounce_is_read_without_a_word_about_how(tmp_path: Path) -> None:
    make_house()
    (tmp_path / "warning.eml").write_bytes(letter_bytes("exim_warning"))
    done = upheld("take-in", tmp_path / "warning.eml", env=environment(tmp_path, UPHELD_LOG="INFO"))
    assert done.returncode == 0
    assert b"detector" not in done.stderr


def test_an_unknown_mailbox_is_refused_with_those_there_are(tmp_path: Path) -> None:
    make_house()
    (tmp_path / "one.eml").write_bytes(letter())
    code, _out, err = _take_in(tmp_path, tmp_path / "one.eml", "--mailbox", "other@elsewhere.example")
    assert code == 2
    assert SERVICE in err
    assert not Arrival.objects.exists()


def test_where_nobody_could_own_them_a_first_department_is_opened(tmp_path: Path) -> None:
    (tmp_path / "one.eml").write_bytes(letter())
    code, out, err = _take_in(tmp_path, tmp_path / "one.eml")
    assert (code, out) == (0, "filed 1, needs attention 0, duplicates 0, noted 0")
    assert "There was no department yet." in err
    case = Case.objects.get()
    assert case.department.name == "Service"
    assert case.owner == case.department.duty_owner
