"""`upheld mailbox add`, `upheld mailbox list`: mailboxes for scripts, and for those who have no browser at hand."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module

from upheld.config import passwords, terminal
from upheld.config.administering import installation

IMAP_PASSWORD = "UPHELD_IMAP_PASSWORD"  # noqa: S105
SMTP_PASSWORD = "UPHELD_SMTP_PASSWORD"  # noqa: S105
PORTS = {
    "imap": {"tls": 993, "starttls": 143, "none": 143},
    "smtp": {"tls": 465, "starttls": 587, "none": 25},
}


def add(arguments: Namespace) -> int:
    """Connect a mailbox once both of its servers have answered; code 2 and nothing kept when one does not."""
    said = vars(arguments)
    incoming = _server(said, "imap", user=arguments.imap_user or arguments.address, variable=IMAP_PASSWORD)
    outgoing = _server(said, "smtp", user=arguments.smtp_user or "", variable=SMTP_PASSWORD)
    with installation():
        linking = import_module("upheld.config.linking")
        box, tried = linking.link(
            arguments.address,
            department=arguments.department,
            name=arguments.name,
            incoming=incoming,
            outgoing=outgoing,
            folder=arguments.folder,
            past=arguments.past,
            trying_first=not arguments.no_try,
        )
    for sentence in tried:
        terminal.say(sentence)
    terminal.say(f"Connected: {box.address}. Its letters go to {box.department.name}.")
    if outgoing is None:
        terminal.remark("upheld: no server is set for letters that leave: nobody can be answered yet.")
    return 0


def show(arguments: Namespace) -> int:
    """One line a mailbox: its address, its department and how it stands."""
    with installation():
        for line in import_module("upheld.config.linking").lines():
            terminal.say(line)
    return 0


def _server(said: dict[str, object], kind: str, *, user: str, variable: str) -> dict[str, object] | None:
    """What was said of one server, as `dialling.Server` wants it; none without a host."""
    if not said[f"{kind}_host"]:
        return None
    security = str(said[f"{kind}_security"])
    password = ""
    if user:
        password = passwords.of_a_server(
            f"Password of {user} at {said[f'{kind}_host']}",
            from_stdin=bool(said[f"{kind}_password_stdin"]),
            variable=variable,
            option=f"--{kind}-password-stdin",
        )
    port = said[f"{kind}_port"] or PORTS[kind][security]
    return {
        "host": said[f"{kind}_host"], "port": port, "security": security, "user": user, "password": password
    }  # fmt: skip
