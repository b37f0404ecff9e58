"""What a notice says: one sentence to the person whom it concerns, made from the fact and the names of today.

A timeline stands below its case or promise and need not say whose it is; a notice stands alone.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from upheld.cases import facts as cases
from upheld.channels import facts as channels
from upheld.findings import facts as findings
from upheld.journal.facts import Fact, Names
from upheld.promises import facts as promises
from upheld.surveys import facts as surveys


def told(fact: Fact, names: Names) -> str:
    """The sentence for one notice."""
    if isinstance(fact, promises.PromiseFact):
        return _of_a_promise(fact, names)
    match fact:
        case promises.ClockDueSoon():
            return _("Due soon: %(measured)s.") % {"measured": fact.measured}
        case promises.ClockMissed():
            return _("Our standard was missed: %(measured)s.") % {"measured": fact.measured}
        case cases.CaseOpened():
            return _("%(customer)s wrote, and the case is yours.") % {
                "customer": names("customer", fact.customer)
            }
        case cases.MessageReceived():
            return _("%(customer)s wrote again.") % {"customer": names("customer", fact.customer)}
        case cases.CustomerChased():
            return {
                "answer": _("%(customer)s had to ask again: nobody has answered. Speak first."),
                "promise": _("%(customer)s had to ask again: a promise is owed. Speak first."),
                "both": _("%(customer)s had to ask again: an answer and a promise are owed. Speak first."),
            }[fact.owed] % {"customer": names("customer", fact.customer)}
        case cases.CaseHandedOver():
            return _("A case is yours from now on; before, %(former)s owned it.") % {
                "former": names("person", fact.former)
            }
        case cases.AnswerUndelivered():
            return {
                "failed": _("An answer could not be sent."),
                "bounced": _("An answer came back: it was not delivered."),
            }.get(fact.why, _("It is not certain that an answer left. A person decides."))
        case surveys.FollowUpOpened():
            return _("%(customer)s was served below what they expected: go back to them.") % {
                "customer": names("customer", fact.customer)
            }
        case channels.LetterOpened():
            return _("A letter needs a person's attention.")
        case findings.FindingRaised() | findings.FindingRouted():
            return _("A finding came to %(department)s, and it is yours to answer.") % {
                "department": names("department", fact.department)
            }
        case findings.FindingHandedOver():
            return _("A finding is yours to answer; before, %(former)s owned it.") % {
                "former": names("person", fact.former)
            }
        case findings.FindingAnswered():
            return {
                "changed": _("Something has changed because of what you raised."),
                "will-change": _("Something will change because of what you raised."),
                "passed-on": _("The praise that you raised was passed on."),
            }.get(fact.change, _("What you raised is answered: it stays as it is, for a reason."))
    return fact.sentence(names)


def _of_a_promise(fact: promises.PromiseFact, names: Names) -> str:
    words = {"customer": names("customer", fact.customer), "keeper": names("person", fact.keeper)}
    match fact:
        case promises.PromiseMade():
            return _("%(customer)s was promised something, and you keep it.") % words
        case promises.PromiseHandedOver():
            return _("A promise to %(customer)s is yours to keep from now on.") % words
        case promises.PromiseDueSoon():
            return _("Due soon: a promise to %(customer)s. %(keeper)s keeps it.") % words
        case promises.PromiseBroken():
            return _("Broken: a promise to %(customer)s. %(keeper)s keeps it.") % words
    return fact.sentence(names)
