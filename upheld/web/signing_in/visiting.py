"""From where somebody comes who tries the door or writes by the form: what their tries and letters are counted by."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's network address. Behind a proxy of ours it is the last in X-Forwarded-For: a visitor may write all
    the others."""
    ours = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.SECURE_PROXY_SSL_HEADER:
        return ours
    try:
        return str(ip_address(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()))
    except ValueError:
        return ours
