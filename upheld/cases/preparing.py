"""What is looked up once for all letters that are opened together: who we are, whom we know, who owns what comes next.

A desk lives as long as the transaction in which its letters are opened, and whoever does something keeps it up. It is
handed down, never kept: the next letters find a fresh one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, prefetch_related_objects

from upheld.cases import awaiting, chasing, owning
from upheld.cases.models import MESSAGE_ID, Case, Message
from upheld.channels.letter import Letter
from upheld.channels.models import Mailbox
from upheld.channels.opening import Found
from upheld.customers.meeting import Known
from upheld.journal.facts import Actor, Subject
from upheld.people import queries as people_queries
from upheld.people.models import Company, Department
from upheld.promises import clocks
from upheld.promises.clocks import Planner
from upheld.promises.models import StandardClock

A_DAY = timedelta(days=1)


class Desk:
    """Everything at hand for opening letters at one moment; what nobody needs is not looked up."""

    def __init__(self, letters: Sequence[Letter] = (), *, at: datetime) -> None:
        self.at = at
        self.outcomes: list[Found] = []
        self.acknowledgements: list[Message] = []
        self.clocks: list[tuple[StandardClock, Subject, Actor]] = []
        self._letters = letters
        self._mailboxes: dict[int, Mailbox] = {}
        self._departments: dict[int, Department] = {}
        self._rotas: dict[int, owning.Rota] = {}
        self._planners: dict[int, Planner] = {}

    @cached_property
    def company(self) -> Company:
        """Who we are."""
        return people_queries.company()

    @cached_property
    def first_department(self) -> Department | None:
        """Whose letters are that came through no mailbox: files, and a form without one."""
        return Department.objects.filter(closed_at__isnull=True).order_by("pk").first()

    @cached_property
    def our_addresses(self) -> frozenset[str]:
        """The addresses of all mailboxes of ours, in lower case."""
        return frozenset(Mailbox.objects.values_list("address", flat=True))

    @cached_property
    def known(self) -> Known:
        """The customers who wrote these letters, and those to whom they want the answers."""
        return Known(self._addresses)

    @cached_property
    def names_taken(self) -> set[str]:
        """Those of the letters' Message-IDs under which a letter came before."""
        names = {(letter.message_id or "")[:MESSAGE_ID] for letter in self._letters} - {""}
        came = Message.objects.filter(message_id__in=names, way=Message.Way.IN)
        return set(came.values_list("message_id", flat=True))

    @cached_property
    def acknowledged(self) -> Counter[str]:
        """How many acknowledgements went to each of the letters' addresses within a day."""
        lately = Message.objects.filter(
            way=Message.Way.AUTOMATIC, answer_to__in=self._addresses, at__gt=self.at - A_DAY
        )
        counted = lately.order_by().values_list("answer_to").annotate(Count("pk"))
        return Counter(dict(counted))

    def share(self, mailbox: Mailbox) -> Mailbox:
        """The mailbox as the other letters have it, with its department and hours: they are looked up once."""
        known = self._mailboxes.setdefault(mailbox.pk, mailbox)
        if known is mailbox:
            department = self._departments.setdefault(mailbox.department_id, mailbox.department)
            mailbox.department = department
            prefetch_related_objects([department], "calendar__frames", "calendar__closed_days")
        return known

    def at_home(self, case: Case) -> Case:
        """The case with its department as it stands here, where a letter came for that one."""
        if department := self._departments.get(case.department_id):
            case.department = department
        return case

    def owner_for(self, department: Department) -> owning.Choice:
        """Who owns the next case of this department."""
        rota = self._rotas.get(department.pk)
        if rota is None:
            rota = self._rotas[department.pk] = owning.Rota(department, at=self.at)
        return rota.next()

    def clock_for(self, department: Department, *, since: datetime) -> StandardClock | None:
        """The first-answer clock of a case that opens now, if somebody waits since then; None without a standard."""
        planner = self._planners.get(department.pk)
        if planner is None:
            planner = self._planners[department.pk] = Planner(awaiting.FIRST_ANSWER, department)
        return planner.plan(since)

    def start_clocks(self) -> None:
        """The clocks of cases that were opened here run from now on: before anybody looks for one of them."""
        if self.clocks:
            clocks.begin_all(self.clocks)
            self.clocks = []

    @cached_property
    def addendum(self) -> timedelta:
        """How soon after the one before it a letter is added to it."""
        return chasing.addendum()

    @cached_property
    def _addresses(self) -> set[str]:
        named = (one for letter in self._letters for one in (letter.sender, letter.answer_to) if one)
        return {one.address[:320] for one in named}
