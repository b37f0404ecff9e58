"""Cases that may be one matter, as the case's page asks about them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from upheld.cases import likening, numbering
from upheld.cases.models import Case
from upheld.people.models import Company, Person


def offered(case: Case, viewer: Person, company: Company) -> list[dict[str, Any]]:
    """The cases that this one may be the same matter as, for somebody to say so or otherwise."""
    asked = likening.offers(case)
    seen = Case.objects.visible_to(viewer).filter(pk__in=[one.other_id for one in asked])
    visible = set(seen.values_list("pk", flat=True)) if asked else set()
    return [
        {
            "pk": one.pk,
            "who": one.other.customer.name.split(" ", 1)[0],
            "url": reverse("case", args=[one.other.number]),
            "number": numbering.spoken(one.other.number, company),
            "title": one.other.subject_line or _("(no subject)"),
            "closed": not one.other.is_open,
        }
        for one in asked
        if one.other_id in visible
    ]
