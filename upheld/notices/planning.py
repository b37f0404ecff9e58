"""Whom the house calls when it is unwell: addresses, and the page of another program."""

from __future__ import annotations

import contextlib
import secrets as randomness
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.channels import admitting, composing, secrets
from upheld.channels.models import Mailbox
from upheld.journal import writing
from upheld.journal.facts import Actor
from upheld.notices.facts import AlarmsDirected
from upheld.notices.models import AlarmPlan
from upheld.refusals import Refusal

MOST = 20


class BadAddress(Refusal):
    """This is no address to which a letter can go."""


class OurOwnAddress(Refusal):
    """A letter to a mailbox that we fetch would come back as a customer's."""


class TooMany(Refusal):
    """A few people are called, not everybody."""


class BadPlace(Refusal):
    """This is no address of a page that can be called."""


def plan() -> AlarmPlan:
    """Whom to call; nobody, before anybody has said so."""
    return AlarmPlan.objects.first() or AlarmPlan()


@transaction.atomic
def call(addresses: Sequence[str], *, webhook: str, by: Actor, at: datetime) -> AlarmPlan:
    """Say whom to call from now on. A webhook gets a secret of its own, kept for as long as its address stays."""
    wanted = list(dict.fromkeys(one.strip() for one in addresses if one.strip()))
    if len(wanted) > MOST:
        raise TooMany(_("Name at most %(most)s addresses.") % {"most": MOST})
    for one in wanted:
        if not composing.address_ok(one):
            raise BadAddress(
                _("%(address)s is not an address that a letter can be sent to.") % {"address": one}
            )
        if _is_ours(one):
            raise OurOwnAddress(
                _("%(address)s is fetched by Upheld itself: nobody would hear of it.") % {"address": one}
            )
    place = webhook.strip()
    if place:
        _refuse_place(place)
    row = AlarmPlan.objects.select_for_update().first() or AlarmPlan()
    if place != row.webhook:
        row.secret = secrets.seal(randomness.token_urlsafe(32)) if place else b""
    row.addresses, row.webhook = wanted, place
    row.save()
    writing.write(AlarmsDirected(addresses=len(wanted), webhook=bool(place)), by=by, at=at)
    return row


def _is_ours(address: str) -> bool:
    """Whether a letter to it comes back to us: a mailbox of ours, with a +word or without."""
    with contextlib.suppress(admitting.NotOurs):
        return bool(admitting.recognise(address))
    return Mailbox.objects.filter(address=address.lower()).exists()


def _refuse_place(place: str) -> None:
    parts = _parts_of(place)
    if parts is None or parts.scheme not in ("https", "http") or parts.username or parts.password:
        raise BadPlace(_("Give the whole address of the page, such as https://alarms.example/upheld."))
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise BadPlace(_("Only a page on this machine may be called without https."))


def _parts_of(place: str) -> SplitResult | None:
    """The address taken apart; None for one that cannot be called as it stands, with a gap or a sign in it that no
    address holds."""
    try:
        parts = urlsplit(place)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0) and len(place) <= 500
    except ValueError:
        return None
    writable = place.isprintable() and " " not in place and f"{parts.path}{parts.query}".isascii()
    return parts if sound and writable else None
