"""The company's name for the head of the sign-in pages."""

from __future__ import annotations

from django import template

from upheld.people import queries

register = template.Library()


@register.simple_tag
def company_name() -> str:
    """Whose installation this is."""
    return queries.company().name
