"""A colleague chooses their own password by a link that works once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people import hiring, inviting
from upheld.people.tests.makers import MONDAY, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "deck-shoe-kiel-39"
NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)


def test_the_link_lets_its_owner_choose_once():
    ada = make_person()
    inviting.invite(ada, email="Ada@harbour.example", at=MONDAY)
    ada.refresh_from_db()
    assert not ada.login.has_usable_password()
    word = inviting.word_for(ada)
    assert inviting.who(word) == ada
    chosen = inviting.choose(word, PASSWORD, at=MONDAY)
    assert chosen.login.check_password(PASSWORD)
    assert Record.objects.get(kind="people.PasswordChosen/1").about == [f"person:{ada.pk}"]
    with pytest.raises(inviting.LinkIsOver):
        inviting.choose(word, "another-shoe-kiel-40", at=MONDAY)


def test_a_link_of_another_hand_too_old_or_of_somebody_who_left_opens_nothing():
    ada = make_person()
    with time_machine.travel(NOW, tick=False):
        inviting.invite(ada, email="ada@harbour.example", at=MONDAY)
        ada.refresh_from_db()
        word = inviting.word_for(ada)
    for wrong in ("", "nothing", word[:-1] + ("a" if word[-1] != "a" else "b")):
        with pytest.raises(inviting.NoSuchLink):
            inviting.who(wrong)
    with time_machine.travel(NOW + timedelta(days=13), tick=False):
        assert inviting.who(word) == ada
    with time_machine.travel(NOW + timedelta(days=15), tick=False), pytest.raises(inviting.LinkIsOver):
        inviting.who(word)
    hiring.leave(ada, by=CLOCK, at=MONDAY)
    with time_machine.travel(NOW, tick=False), pytest.raises(inviting.LinkIsOver):
        inviting.who(word)


def test_one_address_one_login_and_nobody_who_left():
    ada, bruno = make_person(), make_person("Bruno Keller")
    with pytest.raises(hiring.NoLogin):
        inviting.word_for(ada)
    inviting.invite(ada, email="ada@harbour.example", at=MONDAY)
    with pytest.raises(hiring.HasALogin):
        inviting.invite(ada, email="else@harbour.example", at=MONDAY)
    with pytest.raises(hiring.AddressTaken):
        inviting.invite(bruno, email="ADA@harbour.example", at=MONDAY)
    hiring.leave(bruno, by=CLOCK, at=MONDAY)
    with pytest.raises(hiring.HasLeft):
        inviting.invite(bruno, email="bruno@harbour.example", at=MONDAY)
