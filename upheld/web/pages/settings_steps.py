"""What a desk needs before it runs, in the order in which it is set up, and whether letters can come in already."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.channels import endpoints
from upheld.channels.models import Mailbox
from upheld.people import queries as people
from upheld.people.models import Company, Department, Person
from upheld.promises.queries import standards_in_force
from upheld.web import week


@dataclass(frozen=True)
class Step:
    """One thing to set up: its place and address, whether it is done, and what there is or what is missing."""

    place: str
    label: str
    done: bool
    sentence: str
    lies: str = ""

    @property
    def url(self) -> str:
        """Where it is done: a page further in, or its place."""
        return self.lies or reverse(self.place)


def steps() -> list[Step]:
    """A company that is not divided: the five questions. One that is, or has not begun so: each needs only those before
    it: who is on duty comes before the department, its standard before its letters."""
    if alone := people.only_department():
        return [_company(), _mailboxes(), _people(alone), _hours(alone), _standard(alone)]
    return [_company(), _people(), _departments(), _standard(), _mailboxes()]


def next_of(all_steps: list[Step]) -> Step | None:
    """The first that is missing."""
    return next((step for step in all_steps if not step.done), None)


def letters(all_steps: list[Step]) -> str:
    """One sentence on when letters come in."""
    boxes = list(_connected())
    troubled = next((box for box in boxes if box.trouble), None)
    if troubled:
        told = {"address": troubled.address, "trouble": troubled.trouble}
        return _("Letters to %(address)s do not come in: %(trouble)s") % told
    if any(box.looked_at or not box.imap_host for box in boxes):
        return _("Letters come in.")
    if boxes:
        return _("Letters come in as soon as the mailbox has been looked into, within a minute.")
    if any(not step.done for step in all_steps if step.place == "settings_departments"):
        return _("Letters can come in once there is a department and a mailbox is connected to it.")
    return _("Letters can come in once a mailbox is connected.")


def _connected() -> list[Mailbox]:
    """Those that letters are fetched from, and where a mail server hands letters over, all of them."""
    boxes = Mailbox.objects.filter(closed_at__isnull=True).order_by("address")
    return list(boxes if endpoints.in_words() else boxes.exclude(imap_host=""))


def _company() -> Step:
    company = Company.objects.first()
    sentence = (
        _("%(name)s, by the clock of %(zone)s.") % {"name": company.name, "zone": company.zone}
        if company
        else _("Say whose desk this is, and in which time zone.")
    )
    return Step("settings_company", _("Company"), company is not None, sentence)


def _people(alone: Department | None = None) -> Step:
    serving = Person.objects.working_here().filter(
        role__in=[Person.Role.AGENT, Person.Role.LEAD], login__isnull=False
    )
    count = serving.count()
    astray = serving.filter(departments__isnull=True).order_by("sort_key").first()
    if alone and not count:
        sentence = _("Let in somebody who answers customers: whoever only sets up reads no letters.")
    elif alone and astray:
        sentence = _("%(who)s sees no letters yet: open their page and save it.") % {"who": astray.name}
        lies = reverse("settings_person", args=[astray.pk])
        return Step("settings_people", _("People"), False, sentence, lies=lies)
    elif not count:
        sentence = _("Let in an agent or a team lead: administrators read no letters.")
    elif astray and Department.objects.filter(closed_at__isnull=True).exists():
        sentence = _("Put %(who)s into a department: without one, nobody's letters are theirs.") % {
            "who": astray.name
        }
        lies = reverse("settings_person", args=[astray.pk])
        return Step("settings_people", _("People"), False, sentence, lies=lies)
    else:
        sentence = ngettext(
            "%(n)s colleague can answer customers.", "%(n)s colleagues can answer customers.", count
        ) % {"n": count}
    return Step("settings_people", _("People"), bool(count), sentence)


def _departments() -> Step:
    count = Department.objects.filter(closed_at__isnull=True).count()
    sentence = (
        ngettext(
            "%(n)s department, with its hours and somebody on duty.",
            "%(n)s departments, with their hours and somebody on duty.",
            count,
        )
        % {"n": count}
        if count
        else _("Open one: its hours, and who is on duty when nobody is present.")
    )
    return Step("settings_departments", _("Departments"), bool(count), sentence)


def _hours(alone: Department) -> Step:
    drawn = week.draw(week.weekly_of(alone.calendar))
    sentence = _("%(hours)s, by the clock of %(zone)s.") % {
        "hours": drawn.sentence[:1].upper() + drawn.sentence[1:], "zone": alone.calendar.zone
    }  # fmt: skip
    return Step("settings_hours", _("Opening hours"), True, sentence)


def _standard(alone: Department | None = None) -> Step:
    done = bool(standards_in_force())
    if alone:
        sentence = (
            _("Every letter gets a date by which it is answered.")
            if done
            else _("Say how soon you answer: it gives each letter the date by which it is answered.")
        )
        lies = reverse("settings_hours") + "#first-answer"
        return Step("settings_hours", _("First answer"), done, sentence, lies=lies)
    sentence = (
        _("Every letter gets a date by which it is answered.")
        if done
        else _("Set it below the departments: it gives each letter the date by which it is answered.")
    )
    return Step(
        "settings_departments",
        _("First answer"),
        done,
        sentence,
        lies=reverse("settings_departments") + "#first-answer",
    )


def _mailboxes() -> Step:
    connected = _connected()
    mute = next((box for box in connected if not box.smtp_host), None)
    troubled = next((box for box in connected if box.trouble), None)
    if not connected:
        sentence = _("Connect one: letters come and leave through it.")
    elif troubled:
        sentence = f"{troubled.address}: {troubled.trouble}"
    elif mute:
        sentence = _("Name the server that letters leave through, for %(address)s.") % {
            "address": mute.address
        }
    else:
        sentence = _("Letters come and leave through: %(addresses)s.") % {
            "addresses": ", ".join(box.address for box in connected)
        }
    done = bool(connected) and mute is None and troubled is None
    bad = troubled or mute
    lies = reverse("settings_mailbox", args=[bad.pk]) if bad else ""
    return Step("settings_mailboxes", _("Mailboxes"), done, sentence, lies=lies)
