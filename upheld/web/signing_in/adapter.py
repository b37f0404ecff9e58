"""Who may come in: those whom the company let in; nobody signs up by themselves. Signing in is coming to work."""

from __future__ import annotations

import contextlib

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from upheld.people import attending, queries
from upheld.people.models import Login


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Logins are made by the company; there is no sign-up page to find."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def login(self, request: HttpRequest, user: Login) -> None:
        """Whoever signs in has come to work: new cases may be theirs."""
        super().login(request, user)
        if person := queries.person_of(user):
            attending.come(person, at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        """Whoever signs out goes home."""
        user = request.user
        person = queries.person_of(user) if isinstance(user, Login) else None
        super().logout(request)
        if person:
            with contextlib.suppress(attending.NotHere):
                attending.leave(person, at=timezone.now())
