"""Staff say what they believe customers would answer, and nobody can learn who said what."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from upheld.journal.facts import CLOCK
from upheld.journal.models import Record
from upheld.people.models import Person
from upheld.people.tests.makers import MONDAY, make_company, make_department, make_person
from upheld.surveys import bank, believing, tallying
from upheld.surveys.models import Belief, Drawn, Round
from upheld.surveys.tests.makers import DAY, HOUR, kinds_of, scores, staff

pytestmark = pytest.mark.django_db(transaction=True)
Level = Belief.Level


def make_round(**other):
    return believing.open_round(**{"closes_at": MONDAY + 14 * DAY, "by": CLOCK, "at": MONDAY, **other})


def take(round, person):
    return believing.draw(round, person=person, at=MONDAY + HOUR)


def say(round, people, value=6, **other):
    for person in people:
        believing.cast(take(round, person), scores=scores(value=value, **other))


@pytest.fixture
def house():
    make_company()
    bruno = make_person("Bruno Keller", role="lead")
    return SimpleNamespace(bruno=bruno, service=make_department(duty=bruno))


def test_a_ballot_is_taken_once_and_counted_once(house):
    round = make_round()
    assert believing.open_now(MONDAY + HOUR) == round
    assert not believing.has_drawn(round, house.bruno)
    ballot = take(round, house.bruno)
    assert believing.has_drawn(round, house.bruno)
    with pytest.raises(believing.AlreadyDrawn):
        take(round, house.bruno)
    assert believing.read_round(ballot.upper()) == round
    believing.cast(ballot, scores=scores(kept_date=2))
    with pytest.raises(believing.AlreadyCast):
        believing.cast(ballot, scores=scores())
    belief = Belief.objects.get()
    assert belief.scores["kept-date"] == 2
    assert kinds_of() == ["surveys.RoundOpened/1"]


def test_one_round_at_a_time_and_none_that_ends_before_it_begins(house):
    make_round()
    with pytest.raises(believing.RoundAlreadyOpen):
        make_round()
    with pytest.raises(believing.ClosesTooEarly):
        make_round(closes_at=MONDAY)
    with pytest.raises(believing.ClosesTooLate):
        make_round(closes_at=MONDAY + 400 * DAY)
    with pytest.raises(bank.NoSuchQuestionnaire):
        make_round(bank=77)


def test_a_round_ends_by_itself_and_takes_nothing_any_more(house):
    round = make_round()
    ballot = take(round, house.bruno)
    assert believing.sweep(MONDAY + 13 * DAY) == 0
    with pytest.raises(believing.RoundOver):
        believing.cast(ballot, scores=scores(), at=MONDAY + 14 * DAY)
    assert believing.sweep(MONDAY + 14 * DAY) == 1
    with pytest.raises(believing.RoundOver):
        believing.cast(ballot, scores=scores())
    with pytest.raises(believing.RoundOver):
        take(round, make_person("Carla Diaz"))
    with pytest.raises(believing.RoundOver):
        believing.close_round(round, by=CLOCK, at=MONDAY + 15 * DAY)
    assert believing.open_now(MONDAY + 14 * DAY) is None
    assert make_round(at=MONDAY + 15 * DAY, closes_at=MONDAY + 16 * DAY)


def test_only_those_who_work_here_take_part(house):
    gone = make_person("Eve Smith")
    Person.objects.filter(pk=gone.pk).update(left_at=MONDAY)
    with pytest.raises(believing.NotOnTheStaff):
        take(make_round(), Person.objects.get(pk=gone.pk))


def test_a_ballot_that_we_did_not_make_is_refused(house):
    ballot = take(make_round(), house.bruno)
    parts = ballot.split(".")
    forged = [
        "", "x", ballot[:-1], ballot + "a", ".".join([parts[0], "managers", *parts[2:]]),
        ".".join([*parts[:3], "a" * 26, parts[4]]), ".".join(["9" * 18, *parts[1:]]),
    ]  # fmt: skip
    for one in forged:
        with pytest.raises(believing.UnknownBallot):
            believing.cast(one, scores=scores())
        with pytest.raises(believing.UnknownBallot):
            believing.read_round(one)
    assert not Belief.objects.exists()


def test_a_ballot_of_a_round_that_is_no_more_is_refused(house):
    ballot = take(make_round(), house.bruno)
    Drawn.objects.all().delete()
    Round.objects.all().delete()
    with pytest.raises(believing.UnknownBallot):
        believing.read_round(ballot)


def test_a_ballot_with_answers_off_the_scale_can_be_filled_in_again(house):
    ballot = take(make_round(), house.bruno)
    with pytest.raises(bank.NotAsked):
        believing.cast(ballot, scores={**scores(), "respect": 9})
    believing.cast(ballot, scores=scores())


def test_level_and_department_stand_on_a_ballot_only_where_five_could_have_filled_it_in(house):
    staff(None, *["lead"] * 4)  # with Bruno, five
    four = staff(house.service, *["agent"] * 4)
    assert believing.group_of(four[0]) == (Level.OTHERS, None)
    five = staff(house.service, "agent")
    assert believing.group_of(five[0]) == (Level.FRONT, house.service.pk)
    assert believing.group_of(house.bruno) == (Level.LEADS, None)
    other = make_department("Billing", duty=house.bruno)
    five[0].departments.add(other)
    assert believing.group_of(five[0]) == (Level.FRONT, None)
    assert believing.group_of(four[0]) == (Level.FRONT, None)  # the fifth is no longer like them


def test_whoever_would_be_left_alone_without_a_name_takes_the_name_of_others_away(house):
    """A single manager among agents: if only the agents' ballots said so, the one that does not would be theirs."""
    agents = staff(house.service, *["agent"] * 6)
    (manager,) = staff(None, "manager")
    assert {believing.group_of(one).level for one in (*agents, manager, house.bruno)} == {Level.OTHERS}
    more = staff(None, "manager", "colleague", "administrator")
    assert believing.group_of(agents[0]) == (Level.FRONT, house.service.pk)
    assert {believing.group_of(one).level for one in (manager, house.bruno, *more)} == {Level.OTHERS}
    staff(None, "agent")  # the only one who serves in no department
    assert believing.group_of(agents[0]) == (Level.FRONT, None)


def test_a_company_of_few_writes_no_group_on_any_ballot(house):
    ballot = take(make_round(), house.bruno)
    assert re.match(r"\d+\.others\.0\.", ballot)


def test_no_row_of_a_belief_leads_to_a_person_a_moment_or_an_order():
    """The columns of the table, as the database has them: whoever adds one must change this test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'surveys_belief'"
        )
        assert dict(cursor.fetchall()) == {
            "id": "uuid", "ballot": "bytea", "level": "character varying", "scores": "jsonb",
            "round_id": "bigint", "department_id": "bigint",
        }  # fmt: skip
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'surveys_drawn'"
        )
        assert dict(cursor.fetchall()) == {"id": "bigint", "round_id": "bigint", "person_id": "bigint"}


def test_no_chain_of_keys_leads_from_one_belief_to_one_person():
    """Every path along which each row has one row at its end: what a belief names, and what that names in turn."""
    reached, waiting = set(), [Belief]
    while waiting:
        model = waiting.pop()
        if model in reached:
            continue
        reached.add(model)
        for field in model._meta.get_fields():
            forward = isinstance(field, models.ForeignKey) and not field.auto_created
            to_one = field.auto_created and field.one_to_one
            if (forward or to_one) and field.related_model is not None:
                waiting.append(field.related_model)
    # The department's duty owner is a person, but the department's: the same for everybody in it.
    assert Belief._meta.get_field("department").related_model in reached
    assert Drawn not in reached
    naming = [model for model in apps.get_models() for field in model._meta.get_fields()
              if isinstance(field, models.ForeignKey) and field.related_model is Belief]  # fmt: skip
    assert naming == []


def test_no_value_of_a_belief_stands_beside_a_person_in_any_table(house):
    """Nothing that is stored with a belief is stored anywhere else: neither its key, its hash, nor its transaction."""
    round = make_round()
    people = staff(house.service, *["agent"] * 6)
    ballots = [take(round, person) for person in people]
    for ballot in reversed(ballots):
        believing.cast(ballot, scores=scores())
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM surveys_belief")
        beliefs = {xmin for (xmin,) in cursor.fetchall()}
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'surveys_belief'"
        )
        tables = [table for (table,) in cursor.fetchall()]
        secrets = [str(one) for one in Belief.objects.values_list("pk", flat=True)]
        secrets += [bytes(one).hex() for one in Belief.objects.values_list("ballot", flat=True)]
        secrets += [piece for ballot in ballots for piece in ballot.split(".")[3:]]
        for table in tables:
            cursor.execute(f'SELECT xmin::text, t::text FROM "{table}" t')
            for xmin, row in cursor.fetchall():
                assert xmin not in beliefs, table
                assert not any(secret in row for secret in secrets), table
    assert not Record.objects.filter(kind__regex="Ballot|Belief|Drawn").exists()


def test_a_closed_round_is_shuffled_so_that_its_order_tells_nothing(house):
    round = make_round()
    people = staff(house.service, *["agent"] * 30)
    for number, person in enumerate(people):
        believing.cast(take(round, person), scores=scores(kept_date=number % 7 + 1))
    before = [one.scores["kept-date"] for one in in_place(Belief)]
    drawn = [one.person_id for one in in_place(Drawn)]
    believing.close_round(round, by=CLOCK, at=MONDAY + DAY)
    after = [one.scores["kept-date"] for one in in_place(Belief)]
    assert after != before
    assert sorted(after) == sorted(before)
    assert [one.person_id for one in in_place(Drawn)] != drawn
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM surveys_belief")
        assert cursor.fetchone() == (1,)
    assert kinds_of() == ["surveys.RoundOpened/1", "surveys.RoundClosed/1"]


def in_place(model):
    """The rows as they lie in the table."""
    return model.objects.raw(f"SELECT * FROM {model._meta.db_table} ORDER BY ctid")


def test_drawing_and_casting_refuse_to_share_a_transaction(house):
    round = make_round()
    with pytest.raises(RuntimeError), transaction.atomic():
        take(round, house.bruno)
    ballot = take(round, house.bruno)
    with pytest.raises(RuntimeError), transaction.atomic():
        believing.cast(ballot, scores=scores())


def close(round):
    return believing.close_round(round, by=CLOCK, at=MONDAY + 10 * DAY)


def test_results_come_when_the_round_is_over(house):
    round = make_round()
    with pytest.raises(tallying.StillOpen):
        believing.results(round)
    assert believing.results(close(round)).groups == ()


def test_results_by_level_and_department_with_small_groups_held_back(house):
    round = make_round()
    agents = staff(house.service, *["agent"] * 6)
    managers = staff(None, *["manager"] * 5)
    leads = [house.bruno, *staff(None, *["lead"] * 4)]
    say(round, agents, 6)
    say(round, leads[:1], 1)
    say(round, managers, 7, respect=None)
    take(round, leads[1])
    results = believing.results(close(round))
    assert (results.drawn, results.cast) == (13, 12)
    everybody = results.of()
    assert everybody.n == 12
    assert results.of(Level.LEADS) is None
    # The larger of the two levels is shown; the other is the rest with the lead in it.
    front = results.of(Level.FRONT)
    assert front.n == 6
    assert front.items["kept-date"].values == [6] * 6
    assert results.of(Level.MANAGERS) is None
    assert results.of(Level.FRONT, house.service.pk).n == 6
    assert results.held_back == 2
    assert everybody.items["kept-date"].counts == (1, 0, 0, 0, 0, 6, 5)


def test_a_question_that_few_answered_is_held_back_within_its_group(house):
    round = make_round()
    people = staff(house.service, *["agent"] * 8)
    staff(None, *["lead"] * 4)
    say(round, people[:4], 6)
    say(round, people[4:], 6, respect=None)
    group = believing.results(close(round)).of(Level.FRONT)
    assert group.n == 8
    assert "respect" not in group.items
    assert group.items["history"].n == 8


def test_results_take_few_queries_however_many_took_part(house, django_assert_num_queries):
    round = make_round()
    say(round, staff(house.service, *["agent"] * 12))
    closed = close(round)
    with django_assert_num_queries(2):
        believing.results(closed)


def test_a_ballot_names_nobody(house):
    round = make_round()
    person = staff(house.service, *["agent"] * 5)[0]
    staff(None, *["lead"] * 4)
    ballot = take(round, person)
    assert re.fullmatch(rf"{round.pk}\.front\.{house.service.pk}\.[a-z2-7]{{26}}\.[a-z2-7]{{32}}", ballot)
    others = [take(round, one) for one in Person.objects.exclude(pk=person.pk)]
    nonces = {one.split(".")[3] for one in [ballot, *others]}
    assert len(nonces) == 1 + len(others)
