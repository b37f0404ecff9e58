"""The demo's company on an ordinary Thursday morning, built once for all of these questions."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import Count, F

from upheld.cases.models import Case, CasePromise, Chaser, Message, Note
from upheld.channels import blobs
from upheld.channels.models import Arrival, Departure, File, Mailbox
from upheld.customers.models import Account, Customer
from upheld.demo import building
from upheld.demo.building import Built
from upheld.demo.matters import PRICES
from upheld.demo.tests.conftest import Build
from upheld.findings.models import Finding
from upheld.journal import reading, sealing
from upheld.journal.facts import Subject, UnknownFact, restore
from upheld.journal.models import Record
from upheld.journal.queries import timeline
from upheld.measures import beliefs, expectations, first_answer, promises_kept, verdicts
from upheld.measures.periods import Period
from upheld.notices.models import Notice
from upheld.people.models import Department, Person
from upheld.promises.models import Promise, StandardClock, State
from upheld.surveys.models import AS_EXPECTED, REST, Decision, FollowUp, Invitation, Verdict
from upheld.web.facts import FACTS

pytestmark = pytest.mark.django_db
THURSDAY = datetime(2026, 11, 19, 9, 42, tzinfo=UTC)
TOLD: list[str] = []


@pytest.fixture(scope="module")
def built(company: Build) -> Built:
    TOLD.clear()
    return company(THURSDAY, progress=TOLD.append)


@pytest.fixture(autouse=True)
def _company(built: Built) -> None:
    """Every question is about the built company."""


def dora() -> Case:
    return Case.objects.get(customer__name="Dora Lindqvist", answered_at__isnull=False)


def test_it_is_as_large_as_a_company_of_fifteen(built):
    assert 650 <= built.cases <= 950
    assert 40 <= built.open_cases <= 70
    assert Department.objects.count() == 5
    assert Customer.objects.count() >= 290
    assert Account.objects.filter(customers__isnull=False).distinct().count() >= 10
    assert Note.objects.count() > 50
    assert Mailbox.objects.filter(imap_host="", smtp_host="").count() == Mailbox.objects.count() >= 2


def test_everybody_may_sign_in_and_every_role_is_there(built):
    assert {login.role for login in built.logins} == set(Person.Role.values)
    assert len(built.logins) >= 12
    for login in built.logins:
        person = Person.objects.get(login__email=login.email)
        assert person.login.check_password(login.password)
        assert person.name == login.name


def test_it_tells_how_far_it_is_once_a_week():
    assert len(TOLD) == 41
    assert TOLD[0].startswith("Week 1")
    assert "open" in TOLD[-1]


def test_every_case_has_an_owner_and_every_open_one_a_date():
    for case in Case.objects.select_related("owner"):
        assert case.owner.serves
        assert case.next_at is not None
    assert Case.objects.open().filter(next_at__lt=THURSDAY - timedelta(days=21)).count() == 0


def test_every_letter_has_one_outcome_and_a_closed_case_owes_nothing():
    assert not Arrival.objects.unopened().exists()
    outcomes = Counter(Arrival.objects.values_list("outcome", flat=True))
    assert set(outcomes) == set(Arrival.Outcome.values)
    assert Arrival.objects.filter(outcome="filed", message__isnull=True).count() == 0
    assert Arrival.objects.needing_attention().count() == 2
    owed = Promise.objects.owed().values("subject_id")
    assert not Case.objects.filter(closed_at__isnull=False, pk__in=owed).exists()


def test_every_letter_out_has_left_or_was_taken_back_and_nothing_waits():
    assert not Departure.objects.waiting().exists()
    assert Departure.objects.filter(failed_at__isnull=False).count() == 0
    assert Departure.objects.filter(held_at__isnull=False).count() == 0
    assert Departure.objects.filter(cancelled_at__isnull=False).count() == 1
    assert Departure.objects.in_trouble().count() == 1
    assert Message.objects.filter(departure__sent_at__isnull=False, sent_at__isnull=True).count() == 0


def test_no_work_is_left_behind_for_the_worker():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        assert cursor.fetchone() == (0,)


def test_promises_are_found_in_every_state():
    states = Counter(promise.state(THURSDAY) for promise in Promise.objects.all())
    assert set(states) == set(State) - {State.DRAFT}
    assert Promise.objects.filter(outcome="made-good").exists()
    assert not Promise.objects.filter(made_at__isnull=True).exists()
    assert Promise.objects.count() == CasePromise.objects.count()


def test_shares_are_believable():
    period = Period(THURSDAY - timedelta(days=60), THURSDAY, "Europe/Berlin")
    kept = promises_kept.measure(period)
    assert kept.n > 200
    assert 0.89 <= kept.share.kept / kept.n <= 0.95
    answered = first_answer.measure(period, at=THURSDAY)
    assert answered.n > 300
    assert 0.93 <= answered.share.kept / answered.n <= 0.975


def test_dora_waits_for_a_broken_promise_while_a_refund_falls_due_within_the_hour():
    promises = {one.words: one for one in Promise.objects.filter(place__case=dora())}
    states = [
        promises[words].state(THURSDAY)
        for words in (
            "A new pair, size 39, is at your door",
            "We refund the express fee, €14.90",
            "We come and measure the crew's feet",
            "I ask the warehouse which batch it was",
        )
    ]
    assert states == [State.BROKEN, State.DUE, State.MOVED, State.KEPT]
    refund = promises["We refund the express fee, €14.90"]
    assert timedelta(minutes=55) < refund.deadline - THURSDAY < timedelta(minutes=75)
    last = dora().messages.exclude(way="automatic").latest("at")
    assert (last.way, dora().unread_at is not None) == ("in", True)
    assert "inspected on Friday 20 November, 14:00" in last.own_words


def test_customers_wait_for_a_first_answer_and_nobody_is_late_yet():
    waiting = StandardClock.objects.filter(met_at__isnull=True, dropped_at__isnull=True)
    assert waiting.count() >= 6
    assert waiting.filter(missed_at__isnull=False).count() <= 2
    ours = Case.objects.open().filter(owner__name="Ada Okafor", answered_at__isnull=True)
    assert {"Lena Voss", "Piet de Boer"} <= {case.customer.name for case in ours.select_related("customer")}


def test_letters_stand_in_their_thread_and_quotations_are_folded():
    answers = Message.objects.filter(way="in", why_here__startswith="It was sent to this case")
    assert answers.count() > 50
    folded = [one for one in answers if any(kind for kind, _text, _new in one.pieces)]
    assert len(folded) > 40
    assert Message.objects.filter(kind="auto-reply").count() == 2
    assert Message.objects.filter(undelivered_at__isnull=False).count() == 2


def test_photographs_and_papers_are_on_disk():
    assert not File.objects.filter(stored_at__isnull=True).exists()
    photo = File.objects.filter(type="image/png").first()
    paper = File.objects.filter(type="application/pdf", departure__isnull=False).first()
    assert blobs.read(photo.sha256).startswith(b"\x89PNG")
    assert blobs.read(paper.sha256).startswith(b"%PDF")


def test_the_journal_is_whole_in_the_order_of_time_and_every_fact_can_be_read():
    assert sealing.verify() is None
    assert not Record.objects.filter(position__isnull=True).exists()
    assert all(reader.behind == 0 for reader in reading.lag().readers)
    for case in Case.objects.annotate(letters=Count("messages")).order_by("-letters")[:20]:
        records = timeline(Subject("case", case.pk), limit=200)
        assert all(earlier.at >= later.at for earlier, later in pairwise(records))
    assert not any(isinstance(restore(one, FACTS), UnknownFact) for one in Record.objects.all()[:2000])


def test_nothing_happened_in_the_future_and_nobody_answered_before_they_were_asked():
    assert not Record.objects.filter(at__gt=THURSDAY).exists()
    assert not Case.objects.filter(answered_at__lt=F("opened_at")).exists()
    assert not Arrival.objects.filter(arrived_at__gt=THURSDAY).exists()


def test_colleagues_are_in_and_only_news_of_today_is_new_to_them():
    assert Person.objects.present(THURSDAY).count() >= 8
    news = Notice.objects.filter(seen_at__isnull=True)
    assert 0 < news.count() < 150
    assert not news.filter(at__lt=THURSDAY - timedelta(hours=17)).exists()


def test_no_brace_of_a_text_is_left_unfilled():
    assert not Message.objects.filter(text__regex=r"[{}]").exists()
    assert not Promise.objects.filter(words__regex=r"[{}]").exists()
    assert not Promise.objects.filter(outcome_words__regex=r"[{}]").exists()


def test_a_company_is_never_built_over():
    with pytest.raises(building.AlreadyACompany):
        building.build(THURSDAY)


def test_nobody_is_thanked_or_told_of_success_after_a_withdrawal():
    withdrawn = Promise.objects.filter(outcome="withdrawn", broken_at__isnull=True)
    assert withdrawn.count() >= 2
    for promise in withdrawn:
        said = Message.objects.filter(case__promise_places__promise=promise, way="out")
        assert not said.filter(at__gt=promise.settled_at).exists()


def test_what_was_kept_in_part_says_which_part():
    for promise in Promise.objects.filter(outcome="part"):
        assert len(promise.outcome_words) > 15


def test_letters_come_at_every_hour_and_the_lead_deals_out_those_of_the_night():
    hours = Counter(one.arrived_at.hour for one in Arrival.objects.all())
    assert sum(hours[hour] for hour in (20, 21, 22, 23, 0, 1, 2, 3)) > 30
    handed = Record.objects.filter(kind="cases.CaseHandedOver/1")
    assert handed.count() > 40


def test_who_is_on_leave_holds_no_open_case():
    assert not Case.objects.open().filter(owner__name="Farah Haddad").exists()


def test_customers_said_how_it_went_and_nobody_was_asked_twice_in_thirty_days():
    period = Period(THURSDAY - timedelta(days=270), THURSDAY, "Europe/Berlin")
    figure = verdicts.measure(period)
    assert figure.n > 120
    assert all(figure.ladders[0].counts)
    assert 0.8 < figure.share.value < 0.95
    by_customer: dict[int, list[datetime]] = {}
    for customer, asked_at in Invitation.objects.order_by("asked_at").values_list("customer", "asked_at"):
        by_customer.setdefault(customer, []).append(asked_at)
    assert all(b - a >= REST for moments in by_customer.values() for a, b in pairwise(moments))
    assert Decision.objects.exclude(reason="asked").values("reason").distinct().count() >= 3


def test_who_was_served_badly_was_spoken_to():
    poor = Verdict.objects.filter(level__lt=AS_EXPECTED)
    assert poor.filter(follow_up__isnull=True).count() == 0
    assert FollowUp.objects.filter(done_at__isnull=False).count() > 5


def test_expectation_and_belief_stand_beside_what_was_received():
    period = Period(THURSDAY - timedelta(days=270), THURSDAY, "Europe/Berlin")
    assert expectations.measure(period).overall is not None
    believed = beliefs.measure(period)
    assert believed.groups[0].gap is not None
    assert believed.groups[0].gap > 0


def test_findings_were_answered_and_some_wait():
    assert Finding.objects.answered().count() >= 6
    assert 1 <= Finding.objects.unanswered().count() <= 8
    assert Finding.objects.filter(told_at__isnull=False).exists()


def test_prices_rose_in_spring_and_customers_wrote_about_it():
    subjects = [subject for matter in PRICES[:2] for subject in matter.subjects]
    about = Case.objects.filter(subject_line__in=subjects)
    assert about.count() > 15
    assert {opened.month for opened in about.values_list("opened_at", flat=True)} == {4}


def test_customers_who_had_to_ask_again_were_counted():
    assert Chaser.objects.count() > 10
