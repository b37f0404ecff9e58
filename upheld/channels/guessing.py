"""Which servers a mail address probably lives on: those of well-known providers by name, else the usual names.

Nobody is asked: only trying a server shows whether the guess is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upheld.channels.dialling import Server
from upheld.channels.models import Security

TLS, STARTTLS = Security.TLS, Security.STARTTLS


@dataclass(frozen=True)
class Guess:
    """Servers in the order in which they are worth trying, and what one must know about this provider."""

    incoming: tuple[Server, ...]
    outgoing: tuple[Server, ...]
    note: str = ""


@dataclass(frozen=True)
class Provider:
    """Somebody with whom many have their mail: their name, the domains that are theirs, their two servers."""

    name: str
    domains: tuple[str, ...]
    imap: str
    smtp: str
    smtp_port: int = 465
    note: str | Promise = ""

    def guess(self, user: str, password: str) -> Guess:
        """Their servers for this user."""
        protection = TLS if self.smtp_port == 465 else STARTTLS
        return Guess(
            (Server(self.imap, 993, TLS, user, password),),
            (Server(self.smtp, self.smtp_port, protection, user, password),),
            str(self.note),
        )


_APP_PASSWORD = _(
    "Your usual password does not work here: make an app password in the settings of your mail account, and enter it."
)
_SWITCH_ON = _("In the settings of your mail account, switch IMAP on first.")
_NO_PASSWORDS = _(
    "Microsoft lets programs in by passwords only where your administrator allows it. If it is refused, let the "
    "address forward to a mailbox elsewhere."
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "Google", ("gmail.com", "googlemail.com"), "imap.gmail.com", "smtp.gmail.com", note=_APP_PASSWORD
    ),
    Provider(
        "Microsoft", ("outlook.com", "outlook.de", "hotmail.com", "live.com", "msn.com"),
        "outlook.office365.com", "smtp.office365.com", 587, _NO_PASSWORDS,
    ),
    Provider(
        "Yahoo", ("yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.co.uk", "ymail.com"),
        "imap.mail.yahoo.com", "smtp.mail.yahoo.com", note=_APP_PASSWORD,
    ),
    Provider(
        "iCloud", ("icloud.com", "me.com", "mac.com"), "imap.mail.me.com", "smtp.mail.me.com", 587, _APP_PASSWORD
    ),
    Provider("AOL", ("aol.com",), "imap.aol.com", "smtp.aol.com", note=_APP_PASSWORD),
    Provider("Fastmail", ("fastmail.com", "fastmail.fm"), "imap.fastmail.com", "smtp.fastmail.com", note=_APP_PASSWORD),
    Provider("GMX", ("gmx.de", "gmx.net", "gmx.at", "gmx.ch"), "imap.gmx.net", "mail.gmx.net", 587, _SWITCH_ON),
    Provider("GMX (gmx.com)", ("gmx.com",), "imap.gmx.com", "mail.gmx.com", 587, _SWITCH_ON),
    Provider("WEB.DE", ("web.de",), "imap.web.de", "smtp.web.de", 587, _SWITCH_ON),
    Provider("T-Online", ("t-online.de", "magenta.de"), "secureimap.t-online.de", "securesmtp.t-online.de"),
    Provider("freenet", ("freenet.de",), "mx.freenet.de", "mx.freenet.de", 587),
    Provider("mailbox.org", ("mailbox.org",), "imap.mailbox.org", "smtp.mailbox.org"),
    Provider("Posteo", ("posteo.de", "posteo.net"), "posteo.de", "posteo.de"),
    Provider("Orange", ("orange.fr", "wanadoo.fr"), "imap.orange.fr", "smtp.orange.fr"),
    Provider("Free", ("free.fr",), "imap.free.fr", "smtp.free.fr"),
    Provider("La Poste", ("laposte.net",), "imap.laposte.net", "smtp.laposte.net"),
    Provider("Seznam", ("seznam.cz",), "imap.seznam.cz", "smtp.seznam.cz"),
    Provider("Zoho", ("zoho.com", "zohomail.com"), "imap.zoho.com", "smtp.zoho.com"),
    Provider("Zoho (Europe)", ("zohomail.eu",), "imap.zoho.eu", "smtp.zoho.eu"),
    # With these, companies have addresses under domains of their own.
    Provider("Gandi", (), "mail.gandi.net", "mail.gandi.net"),
    Provider("Hetzner", (), "mail.your-server.de", "mail.your-server.de"),
    Provider("Hostinger", (), "imap.hostinger.com", "smtp.hostinger.com"),
    Provider("Infomaniak", (), "mail.infomaniak.com", "mail.infomaniak.com"),
    Provider("IONOS (Germany)", (), "imap.ionos.de", "smtp.ionos.de"),
    Provider("IONOS (elsewhere)", (), "imap.ionos.com", "smtp.ionos.com"),
    Provider("one.com", (), "imap.one.com", "send.one.com"),
    Provider("OVH", (), "ssl0.ovh.net", "ssl0.ovh.net"),
    Provider("STRATO", (), "imap.strato.de", "smtp.strato.de"),
)  # fmt: skip


def guess(address: str, *, provider: str = "", password: str = "") -> Guess:
    """The servers to try for an address; by a provider's name, else by the address itself.

    Nothing for an address whose domain is none: a machine's own name or a number is nobody's mail provider.
    """
    domain = address.rpartition("@")[2].strip().lower().rstrip(".")
    known = next(
        (one for one in PROVIDERS if one.name == provider or (not provider and domain in one.domains)), None
    )
    if known is not None:
        return known.guess(address, password)
    if provider or not _is_a_domain(domain):
        return Guess((), ())
    incoming = _servers([(f"imap.{domain}", 993), (f"mail.{domain}", 993), (domain, 993),
                         (f"imap.{domain}", 143), (f"mail.{domain}", 143)], address, password)  # fmt: skip
    outgoing = _servers([(f"smtp.{domain}", 465), (f"mail.{domain}", 465), (f"smtp.{domain}", 587),
                         (f"mail.{domain}", 587), (domain, 587)], address, password)  # fmt: skip
    return Guess(incoming, outgoing)


def names() -> list[str]:
    """The providers by name, for a list to choose from."""
    return sorted((one.name for one in PROVIDERS), key=str.casefold)


def _servers(places: Sequence[tuple[str, int]], user: str, password: str) -> tuple[Server, ...]:
    return tuple(
        Server(host, port, TLS if port in (993, 465) else STARTTLS, user, password) for host, port in places
    )


def _is_a_domain(domain: str) -> bool:
    if "." not in domain or domain.startswith("[") or len(domain) > 253:
        return False
    try:
        ip_address(domain)
    except ValueError:
        return True
    return False
