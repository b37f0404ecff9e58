"""Moving a promise to another subject: two requests turned out to be one, or one to be two."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from upheld.journal import writing
from upheld.journal.facts import Actor, Subject
from upheld.promises import breaking
from upheld.promises.facts import PromiseMoved
from upheld.promises.models import Promise
from upheld.refusals import Refusal


class ThereAlready(Refusal):
    """The promise is about this already."""


@transaction.atomic
def move(promise: Promise, *, to: Subject, by: Actor, at: datetime) -> Promise:
    """The promise is about something else from now on; words, dates, keeper and outcome stay. A draft moves without a
    fact."""
    breaking.lock(promise)
    former = promise.subject
    if former == to:
        raise ThereAlready(_("The promise is about this already."))
    promise.subject_kind, promise.subject_id = to.kind, to.id
    promise.save(update_fields=["subject_kind", "subject_id"])
    if promise.made_at is not None:
        fact = PromiseMoved.of(promise, from_subject_id=former.id)
        writing.write(fact, by=by, at=at)
    return promise
