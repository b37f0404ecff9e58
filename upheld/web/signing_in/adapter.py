"""Who may come in: those whom the company let in, and nobody by their own registration."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    """Logins are made by the company; there is no sign-up page to find."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
