"""The letter that asks: a machine sends it and it says so. Plain links, none of which changes anything when opened.

It comes from the mailbox that the case was dealt with in. A customer who answers the letter in words, instead of
choosing a level, has written to their case, where a person reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from upheld.cases import numbering, tokens, wording
from upheld.cases.models import Case
from upheld.channels import composing, sending
from upheld.channels.keys import keys_for
from upheld.channels.letter import Address
from upheld.channels.models import Departure, Mailbox
from upheld.channels.own import OwnIds
from upheld.journal import writing
from upheld.journal.facts import CLOCK
from upheld.people import queries as people_queries
from upheld.people.models import Company
from upheld.surveys import bank as banks
from upheld.surveys import ladders, linking
from upheld.surveys.facts import InvitationSent
from upheld.surveys.models import LEVELS, REST, VALID, Decision, Invitation, Kind


@dataclass(frozen=True)
class Link:
    """A link and the words that it stands under."""

    words: str
    address: str


@dataclass(frozen=True)
class Words:
    """A letter before it is text or HTML: what stands above the links, the links, and what stands below."""

    subject: str
    above: tuple[str, ...]
    links: tuple[Link, ...]
    below: tuple[str, ...]
    end: Link

    @property
    def text(self) -> str:
        """As plain text."""
        links = "\n".join(f"- {link.words}: {link.address}" for link in self.links)
        return "\n\n".join([*self.above, links, *self.below, f"{self.end.words}: {self.end.address}"])

    @property
    def html(self) -> str:
        """The same as HTML, without pictures: nothing tells us that it was opened."""
        rows = format_html_join(
            "\n", '<li><a href="{}">{}</a></li>', ((link.address, link.words) for link in self.links)
        )
        end = format_html('<p><a href="{}">{}</a></p>', self.end.address, self.end.words)
        above, below = _paragraphs(self.above), _paragraphs(self.below)
        return format_html("{}\n<ul>\n{}\n</ul>\n{}{}", above, rows, below, end)


def invite(
    decision: Decision, *, mailbox: Mailbox, address: str, bank: int | None, about: Case | None, at: datetime
) -> Invitation:
    """Ask what was decided, by a letter to this address; `about` is the case whose department it counts for.

    The database refuses a second question to one customer within thirty days; whoever calls says what that means.
    """
    verdict = decision.kind == Kind.VERDICT
    invitation = Invitation.objects.create(
        decision=decision,
        customer=decision.customer,
        kind=decision.kind,
        case=decision.case,
        department=about.department if about else None,
        pair=decision.pair,
        ladder=ladders.in_force(at) if verdict else None,
        bank=bank,
        asked_at=at,
        resting=TimestamptzRange(at, at + REST),
        expires_at=at + VALID,
    )
    invitation.departure = _letter(invitation, mailbox, address, at=at)
    invitation.save(update_fields=["departure"])
    fact = InvitationSent(
        invitation=invitation.pk,
        customer=invitation.customer_id,
        case=invitation.case_id,
        question=invitation.kind,
    )
    writing.write(fact, by=CLOCK, at=at)
    return invitation


def _letter(invitation: Invitation, mailbox: Mailbox, address: str, *, at: datetime) -> Departure:
    company = people_queries.company()
    customer, case = invitation.customer, invitation.case
    language = wording.language_for(customer)
    zone = customer.zone or (case.department.calendar.zone if case else mailbox.department.calendar.zone)
    with translation.override(language):
        until = wording.moment(invitation.expires_at, zone, language)
        words = (
            about_a_case(invitation, case, company, until) if case else _questions(invitation, company, until)
        )
    message_id = OwnIds(keys_for("message-id")).make(mailbox.domain, ["invitation", str(invitation.pk)])
    content = composing.notification(
        sender=Address(company.name, mailbox.address), to=Address("", address), subject=words.subject,
        text=words.text, html=words.html, message_id=message_id, language=language, at=at,
        reply_to=tokens.reply_address(case.number, mailbox) if case else mailbox.address,
    )  # fmt: skip
    return sending.queue(
        mailbox=mailbox, kind=Departure.Kind.INVITATION, subject=invitation.subject, recipients=[address],
        message_id=message_id, content=content, leaves_at=at, by=CLOCK, at=at,
    )  # fmt: skip


def about_a_case(invitation: Invitation, case: Case, company: Company, until: str) -> Words:
    """What the letter that asks for a verdict says. Neither row needs to be stored: settings show an example."""
    number = numbering.spoken(case.number, company)
    about = case.subject_line or _("your letter")
    word, ladder = linking.word_for(invitation), invitation.ladder
    if ladder is None:
        raise ValueError("A verdict is given on a ladder.")
    return Words(
        subject=_("How were you served? “%(about)s” [%(number)s]") % {"about": about, "number": number},
        above=(
            _automatic(company),
            _("Your request “%(about)s”, number %(number)s, is closed. How was the service that you received?")
            % {"about": about, "number": number},
            _("Choose the line that fits best. Nothing is sent yet: you see your choice first and may add words."),
        ),
        links=tuple(
            Link(ladder.label(level), _address("verdict_level", word, level)) for level in reversed(LEVELS)
        ),
        below=(
            _("You can answer once, until %(until)s.") % {"until": until},
            _("If anything is left to do, simply answer this letter: a person reads it."),
            _("For the next thirty days we ask you nothing else."),
            company.name,
        ),
        end=_spare_me(word),
    )  # fmt: skip


def _questions(invitation: Invitation, company: Company, until: str) -> Words:
    link = Link(_("To the questions"), _address("questions", linking.word_for(invitation)))
    n = len(banks.items(invitation.bank or banks.SHORT))
    if invitation.kind == Kind.EXPECTATION:
        subject = _("What do you expect of good service?")
        about = _(
            "You were drawn at random from the customers of %(company)s. We would like to know what you expect of a "
            "company that you would be glad to use: any company, not ours. These are %(n)s short questions."
        )
    else:
        subject = _("What did you receive from %(company)s?") % {"company": company.name}
        about = _(
            "Some time ago you told us what you expect of a company. Now we would like to know what you received "
            "from %(company)s. These are the same %(n)s short questions."
        )
    return Words(
        subject=subject,
        above=(_automatic(company), about % {"company": company.name, "n": n}),
        links=(link,),
        below=(
            _("You can answer once, until %(until)s.") % {"until": until},
            _("You owe us no answer, and nothing changes for you without one."),
            _("For the next thirty days we ask you nothing else."),
            company.name,
        ),
        end=_spare_me(linking.word_for(invitation)),
    )


def _spare_me(word: str) -> Link:
    return Link(_("Would you rather not be asked?"), _address("sparing", word))


def _automatic(company: Company) -> str:
    return _(
        "This is an automatic letter from %(company)s: a machine sends it, and people read your answer."
    ) % {"company": company.name}


def _address(name: str, *args: object) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)


def _paragraphs(lines: tuple[str, ...]) -> str:
    return format_html_join("\n", "<p>{}</p>", ((line,) for line in lines))
