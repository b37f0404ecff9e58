"""Which pages show themselves: what a shop of two does not need stays hidden until the facts ask for it."""

from __future__ import annotations

from upheld.people.models import Person
from upheld.surveys.models import Round
from upheld.surveys.suppressing import FEWEST


def beliefs() -> bool:
    """Whether asking staff what they believe can tell anything: enough work here, or a round was opened before."""
    return Person.objects.working_here()[:FEWEST].count() >= FEWEST or Round.objects.exists()
