"""Trying settings before they are kept: one sentence each, for somebody who has never heard of the protocols."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upheld.channels import dialling, explaining
from upheld.channels.dialling import Server
from upheld.channels.folders import Folder, NotHandedOut

PATIENCE = 10.0  # seconds; somebody is waiting before the page


@dataclass(frozen=True)
class Outcome:
    """Whether it worked, and what to tell. After a good try of a folder, `uid_validity` and `uid_next` say where it
    stands: given to `connecting.connect`, every letter from that moment on counts as new."""

    ok: bool
    sentence: str
    uid_validity: int | None = None
    uid_next: int | None = None


def try_imap(server: Server, *, folder: str = "INBOX", patience: float = PATIENCE) -> Outcome:
    """Log in and open the folder; changes nothing there."""
    refused = _not_to_be_tried(server)
    if refused:
        return refused
    try:
        with dialling.imap(server, patience=patience) as box:
            opened = Folder(box, folder)
            count = len(opened.uids())
    except (*explaining.LINE_ERRORS, NotHandedOut) as error:
        return Outcome(False, explaining.explain(error, server, folder=folder))
    sentence = ngettext(
        "It works: %(folder)s holds %(count)d letter.", "It works: %(folder)s holds %(count)d letters.", count
    ) % {"folder": folder, "count": count}
    return Outcome(True, sentence, opened.uid_validity, opened.uid_next)


def try_smtp(server: Server, *, sender: str, patience: float = PATIENCE) -> Outcome:
    """Log in and announce a letter from `sender`, without sending one."""
    refused = _not_to_be_tried(server)
    if refused:
        return refused
    try:
        with dialling.smtp(server, name=sender.rpartition("@")[2], patience=patience) as line:
            code, said = line.mail(sender)
            line.rset()
            line.quit()
    except explaining.LINE_ERRORS as error:
        return Outcome(False, explaining.explain(error, server))
    if code != 250:
        words = {"host": server.host, "sender": sender, "said": f"{code} {explaining.words_of(said)}"}
        return Outcome(False, _("%(host)s takes no letters from %(sender)s: %(said)s") % words)
    return Outcome(
        True, _("It works: %(host)s takes letters from %(sender)s.") % {"host": server.host, "sender": sender}
    )


def _not_to_be_tried(server: Server) -> Outcome | None:
    """A password is not even tried on a line that others can listen to."""
    if not server.host.strip():
        return Outcome(False, _("Enter the name of the server."))
    if server.is_open_to_others:
        return Outcome(
            False, _("Without protection the password could be read on its way: choose TLS or STARTTLS.")
        )
    return None
