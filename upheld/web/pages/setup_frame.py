"""The frame of the five questions: which one this is, the way back and forward, and what is answered already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.channels.models import Mailbox
from upheld.people.models import Company, Login
from upheld.promises.queries import standards_in_force
from upheld.web.shell import render_bare


@dataclass(frozen=True)
class Question:
    """One of the five: its place, its name, and whether it has been answered."""

    place: str
    label: str
    done: bool

    @property
    def url(self) -> str:
        """Where it is asked."""
        return reverse(self.place)


def questions() -> list[Question]:
    """The five, in order. Hours are answered from the start; whoever begins is the first who works here."""
    return [
        Question("setup_company", _("Company"), Company.objects.exists()),
        Question("setup_mailbox", _("Mailbox"), Mailbox.objects.filter(closed_at__isnull=True).exists()),
        Question("setup_people", _("People"), Login.objects.count() > 1),
        Question("setup_hours", _("Opening hours"), False),
        Question("setup_answers", _("Answers"), bool(standards_in_force())),
    ]


def ask(
    request: HttpRequest, template: str, context: dict[str, Any], *, place: str, status: int = 200
) -> HttpResponse:
    """A page with one question. Before anybody can sign in there is no way to the others."""
    all_of_them = questions()
    number = next(at for at, one in enumerate(all_of_them, 1) if one.place == place)
    begun = request.user.is_authenticated
    everything = {
        "questions": all_of_them,
        "number": number,
        "begun": begun,
        "back": all_of_them[number - 2].url if begun and number > 1 else None,
        "forward": after(place),
        **context,
    }
    return render_bare(request, template, everything, status=status)


def after(place: str) -> str:
    """The address of what comes after a question."""
    order = ["setup_company", "setup_mailbox", "setup_people", "setup_hours", "setup_answers", "setup_done"]
    return reverse(order[order.index(place) + 1])
