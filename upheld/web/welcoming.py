"""Letting in colleagues who choose their own password: the link, the letter that brings it, who has not come yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.channels import composing, sending
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address
from upheld.channels.models import Departure, Mailbox
from upheld.channels.own import OwnIds
from upheld.people import hiring, inviting
from upheld.people import queries as people
from upheld.people.hiring import AddressTaken
from upheld.people.models import Person


def link_for(person: Person) -> str:
    """The whole address at which this colleague chooses a password; it works once."""
    return f"{settings.PUBLIC_URL}{reverse('welcome', args=[inviting.word_for(person)])}"


def mailbox_that_sends() -> Mailbox | None:
    """The mailbox that letters to colleagues leave through, if any can."""
    return Mailbox.objects.filter(closed_at__isnull=True).exclude(smtp_host="").order_by("pk").first()


@transaction.atomic
def let_in(
    named: Sequence[tuple[str, str]], *, by_mail: Mailbox | None, by: Person, at: datetime
) -> list[Person]:
    """Hire those named (name, address), all or nobody: they serve, where everybody does. With a mailbox, each is sent
    their link."""
    departments = list(people.open_departments())
    hired = []
    for name, email in named:
        person = hiring.hire(name, role=Person.Role.AGENT, departments=departments[:1], by=by.actor, at=at)
        try:
            person.login = inviting.invite(person, email=email, at=at)
        except AddressTaken:
            raise AddressTaken(_("Somebody already signs in as %(email)s.") % {"email": email}) from None
        if by_mail:
            send_link(person, through=by_mail, by=by, at=at)
        hired.append(person)
    return hired


def send_link(person: Person, *, through: Mailbox, by: Person, at: datetime) -> Departure:
    """A short letter with the link, in the name of whoever lets them in."""
    assert person.login is not None  # whoever has a link has a login
    company = people.company()
    told = {"who": by.name, "name": person.first_name, "company": company.name, "link": link_for(person)}
    days = {"days": inviting.VALID_FOR.days}
    text = "\n\n".join(
        [
            _("Hello %(name)s,") % told,
            _("%(who)s lets you in where %(company)s answers its customers. Choose your password here:")
            % told,
            told["link"],
            _("The link works once, for %(days)s days.") % days,
        ]
    )
    domain = through.domain
    message_id = OwnIds(keys_for("message-id")).make(domain, ["welcome", signing.b62_encode(person.pk)])
    content = composing.answer(
        sender=Address(company.name, through.address), to=[Address(person.name, person.login.email)],
        subject=_("Your way in at %(company)s") % told, text=text, message_id=message_id, at=at,
    )  # fmt: skip
    return sending.queue(
        mailbox=through, kind=Departure.Kind.WELCOME, subject=person.subject, recipients=[person.login.email],
        message_id=message_id, content=content, leaves_at=at, by=by.actor, at=at,
    )  # fmt: skip


def colleagues(viewer: Person) -> list[dict[str, Any]]:
    """Everybody who works here, with the link of those who have not chosen a password yet."""
    rows = Person.objects.working_here().select_related("login").order_by("sort_key", "pk")[:200]
    return [
        {
            "name": one.name,
            "email": one.login.email if one.login else "",
            "me": one.pk == viewer.pk,
            "link": link_for(one) if one.login and not one.login.has_usable_password() else "",
        }
        for one in rows
    ]
