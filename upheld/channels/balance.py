"""The account of a mailbox: what the server has for us, and what became of every letter that is here."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from upheld.channels.models import Arrival, Mailbox


@dataclass(frozen=True)
class Balance:
    """Counts of letters. `on_server` is None until somebody has looked; `gone` have left the server's folder since
    they came here, as letters do when people tidy up."""

    on_server: int | None
    gone: int
    filed: int
    duplicates: int
    noted: int
    attention: int
    unopened: int

    @property
    def here(self) -> int:
        """Every letter that came, each under exactly one heading."""
        return self.filed + self.duplicates + self.noted + self.attention + self.unopened

    @property
    def expected(self) -> int | None:
        """What should be here: what the server has for us, and what it had."""
        return None if self.on_server is None else self.on_server + self.gone

    @property
    def is_even(self) -> bool:
        """Nothing is missing and nothing is here twice."""
        return self.expected == self.here


def balance(mailbox: Mailbox) -> Balance:
    """The account as of the last look; letters that came in another way than by fetching are not in it."""
    mailbox.refresh_from_db(fields=["on_server", "gone"])
    return _account(mailbox, Arrival.Way.IMAP, on_server=mailbox.on_server, gone=mailbox.gone)


def handed_over(mailbox: Mailbox) -> Balance:
    """The account of the letters that a mail server handed over: all of them are here, for that is what it was told."""
    return _account(mailbox, Arrival.Way.LISTENER, on_server=None, gone=0)


def _account(mailbox: Mailbox, way: Arrival.Way, *, on_server: int | None, gone: int) -> Balance:
    ours = Arrival.objects.filter(mailbox=mailbox, way=way)
    counts = dict(ours.values_list("outcome").annotate(Count("pk")).order_by())
    return Balance(
        on_server=on_server,
        gone=gone,
        filed=counts.get(Arrival.Outcome.FILED.value, 0),
        duplicates=counts.get(Arrival.Outcome.DUPLICATE.value, 0),
        noted=counts.get(Arrival.Outcome.NOTED.value, 0),
        attention=counts.get(Arrival.Outcome.ATTENTION.value, 0),
        unopened=counts.get("", 0),
    )
