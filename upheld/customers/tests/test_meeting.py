"""Recognising those we know, meeting those we do not."""

import pytest

from upheld.clock.zones import ZoneUnknown
from upheld.customers import describing, meeting
from upheld.customers.models import Customer
from upheld.customers.tests.makers import make_customer
from upheld.journal.models import Record
from upheld.people.tests.makers import MONDAY, make_person

pytestmark = pytest.mark.django_db


def test_a_customer_is_recognised_by_an_address_in_any_case():
    dora = make_customer()
    assert meeting.recognise(" Dora@Harbour.Example") == dora
    assert meeting.recognise("eve@elsewhere.example") is None


def test_whoever_gives_no_name_is_called_by_their_address():
    assert make_customer("").name == "dora"


def test_one_address_is_one_customer():
    make_customer()
    with pytest.raises(meeting.AlreadyKnown):
        make_customer("Somebody Else")
    assert Customer.objects.count() == 1


def test_a_customer_without_an_address_is_refused():
    with pytest.raises(meeting.AddressMissing):
        make_customer(email=" ")


def test_a_joined_customer_leads_to_the_one_kept():
    dora, again = make_customer(), make_customer("D. Lindqvist", email="dora@home.example")
    Customer.objects.filter(pk=again.pk).update(joined_into=dora)
    assert meeting.recognise("dora@home.example") == dora


def test_what_she_told_us_is_kept_and_the_journal_holds_no_word_of_it():
    dora, ada = make_customer(), make_person()
    described = describing.describe(
        dora, phone="040 66969 142", best_time="before 11", by=ada.actor, at=MONDAY
    )
    assert (described.phone, described.best_time) == ("040 66969 142", "before 11")
    fact = Record.objects.get(kind="customers.CustomerDescribed/1")
    assert fact.data == {"customer": dora.pk, "fields": ["phone", "best_time"]}


def test_saying_what_we_know_is_refused_and_so_is_an_unknown_zone():
    dora, ada = make_customer(), make_person()
    with pytest.raises(describing.NothingNew):
        describing.describe(dora, name="Dora Lindqvist", by=ada.actor, at=MONDAY)
    with pytest.raises(ZoneUnknown):
        describing.describe(dora, zone="Mars/Olympus", by=ada.actor, at=MONDAY)


def test_whoever_serves_sees_customers_and_nobody_else_does():
    dora = make_customer()
    for role, sees in {"agent": 1, "lead": 1, "manager": 1, "colleague": 0, "administrator": 0}.items():
        viewer = make_person(f"The {role}", role=role)
        assert Customer.objects.visible_to(viewer).filter(pk=dora.pk).count() == sees
