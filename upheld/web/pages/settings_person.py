"""One colleague: their name, role and departments, their way in, a new password, and leaving."""

from __future__ import annotations

from axes import utils as axes
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from upheld.cases.models import Case
from upheld.people import hiring
from upheld.people import queries as people
from upheld.people.models import Person
from upheld.promises.models import Promise
from upheld.refusals import Refusal
from upheld.web import welcoming
from upheld.web.doors import StaffRequest, door
from upheld.web.pages.settings_people_forms import ColleagueForm, PasswordForm, WayInForm
from upheld.web.pages.settings_places import show


@door("sets_up")
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """What a colleague is called, what they do and where; posted, it is changed."""
    person = _person(pk)
    form = _colleague(person, request)
    if request.method == "POST" and form.is_valid() and _may_stop_serving(form, person):
        said = form.cleaned_data
        try:
            changed = hiring.change(
                person, name=said["name"], role=said["role"], departments=form.chosen,
                sets_up_too=said["sets_up_too"], by=request.person.actor, at=request.at,
            )  # fmt: skip
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            mine = person == request.person and not changed.sets_up
            return redirect("today") if mine else redirect("settings_person", pk=pk)
    return _show(request, person, colleague=form)


@door("sets_up")
@require_POST
def password(request: StaffRequest, pk: int) -> HttpResponse:
    """Another password for somebody who forgot theirs. One's own is changed where one signs in."""
    person = _person(pk)
    if person == request.person:
        return redirect("account_change_password")
    email = person.login.email if person.login else ""
    form = PasswordForm(request.POST, email=email)
    if form.is_valid():
        try:
            hiring.new_password(person, form.cleaned_data["password"], by=request.person.actor, at=request.at)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            axes.reset(username=email)  # what locked them out was the old one
            messages.success(request, _("%(who)s has a new password.") % {"who": person.name})
        return redirect("settings_person", pk=pk)
    return _show(request, person, password=form)


@door("sets_up")
@require_POST
def way_in(request: StaffRequest, pk: int) -> HttpResponse:
    """An address and a first password for somebody who could not sign in yet."""
    person, form = _person(pk), WayInForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            hiring.let_in(person, email=said["email"], password=said["password"], at=request.at)
        except hiring.AddressTaken as refusal:
            form.add_error("email", refusal.sentence)
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return redirect("settings_person", pk=pk)
        else:
            messages.success(request, _("%(who)s can sign in now.") % {"who": person.name})
            return redirect("settings_person", pk=pk)
    return _show(request, person, way_in=form)


@door("sets_up")
@require_POST
def send_link(request: StaffRequest, pk: int) -> HttpResponse:
    """The link by which they choose a password, by mail."""
    person, box = _person(pk), welcoming.mailbox_that_sends()
    if person == request.person or person.login is None or box is None:
        messages.error(request, _("No letter can be sent to them: hand them the link yourself."))
    else:
        welcoming.send_link(person, through=box, by=request.person, at=request.at)
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": person.login.email})
    return redirect("settings_person", pk=pk)


@door("sets_up")
@require_POST
def leave(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody leaves: no more signing in, no more new cases. What they hold is handed on by rule."""
    person = _person(pk)
    if person == request.person:
        messages.error(request, _("Somebody else must say that you leave."))
        return redirect("settings_person", pk=pk)
    try:
        hiring.leave(person, by=request.person.actor, at=request.at)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("settings_person", pk=pk)
    messages.success(request, _("%(who)s has left and cannot sign in any more.") % {"who": person.name})
    return redirect("settings_people")


def _person(pk: int) -> Person:
    rows = Person.objects.working_here().select_related("login").prefetch_related("departments")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _colleague(person: Person, request: StaffRequest | None = None) -> ColleagueForm:
    known = {
        "name": person.name,
        "role": person.role,
        "sets_up_too": person.sets_up_too,
        "departments": [one.pk for one in person.departments.all()],
    }
    data = request.POST if request is not None and request.method == "POST" else None
    return ColleagueForm(data, known=person, initial=known)


def _may_stop_serving(form: ColleagueForm, person: Person) -> bool:
    """A case whose owner may not read it would be nobody's: it gets another owner first."""
    role, (cases, promises) = form.cleaned_data["role"], _held(person)
    if role == Person.Role.ADMINISTRATOR and (cases or promises):
        form.add_error(
            "role", _("Administrators read no letters. %(held)s") % {"held": _told(cases, promises)}
        )
    elif role == Person.Role.COLLEAGUE and cases:
        form.add_error("role", _("Colleagues answer no letters. %(held)s") % {"held": _told(cases, 0)})
    return form.is_valid()


def _held(person: Person) -> tuple[int, int]:
    """Open cases that they own, promises that they keep and that are still owed."""
    return (
        Case.objects.open().filter(owner=person).count(),
        Promise.objects.owed().filter(keeper=person).count(),
    )


def _told(cases: int, promises: int) -> str:
    owned = ngettext("%(n)s open case", "%(n)s open cases", cases) % {"n": cases}
    kept = ngettext("%(n)s promise", "%(n)s promises", promises) % {"n": promises}
    held = {"held": _("%(one)s and %(other)s") % {"one": owned, "other": kept} if promises else owned}
    return _("They still hold %(held)s: a colleague takes over first.") % held


def _show(
    request: StaffRequest,
    person: Person,
    *,
    colleague: ColleagueForm | None = None,
    password: PasswordForm | None = None,
    way_in: WayInForm | None = None,
) -> HttpResponse:
    cases, promises = _held(person)
    context = {
        "one": person,
        "colleague": colleague or _colleague(person),
        "password": password or PasswordForm(email=""),
        "way_in": way_in or WayInForm(),
        "is_me": person == request.person,
        "link": welcoming.link_for(person) if person.login and person != request.person else "",
        "new_here": person.login is not None and not person.login.has_usable_password(),
        "sends": welcoming.mailbox_that_sends() is not None,
        "rights_differ": people.rights_differ(),
        "cases": cases,
        "promises": promises,
        "duties": [one.name for one in person.on_duty_for.order_by("sort_key")],
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "settings_person.html", context, here="settings_people", status=status)


urlpatterns: list[URLPattern] = [
    path("settings/people/<int:pk>", page, name="settings_person"),
    path("settings/people/<int:pk>/password", password, name="settings_person_password"),
    path("settings/people/<int:pk>/link", send_link, name="settings_person_link"),
    path("settings/people/<int:pk>/way-in", way_in, name="settings_person_way_in"),
    path("settings/people/<int:pk>/leaving", leave, name="settings_people_leaving"),
]
