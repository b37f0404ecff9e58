"""The `upheld` command: what can be asked of it, and which module answers.

The modules are loaded when they are asked for: reading a letter needs neither Django nor a database.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from upheld.config import terminal
from upheld.refusals import Refusal

ROLES = ("agent", "lead", "colleague", "manager", "administrator")
SECURITIES = ("tls", "starttls", "none")
PASTS = ("leave", "silent", "answer")
PORT = 8000


def main(words: list[str] | None = None) -> int:
    """Do what the words ask; the code for the shell: 0 well, 1 something is wrong, 2 it could not be done."""
    words = sys.argv[1:] if words is None else words
    arguments = parser().parse_args(words[:1] if words[:1] == ["manage"] else words)
    if words[:1] == ["manage"]:
        arguments.words = words[1:]  # Django's options are not ours to know
    module, _colon, function = str(arguments.answered_by).partition(":")
    try:
        return int(getattr(import_module(f"upheld.config.{module}"), function)(arguments))
    except Refusal as no:
        terminal.remark(f"upheld: {no.sentence}")
        return 2
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        return 1
    except (OSError, EOFError) as no:  # a folder of somebody else's, a full disk, a terminal that hung up
        terminal.remark(f"upheld: {_trouble(no)}.")
        return 2
    except KeyboardInterrupt:
        return 130


def _trouble(no: OSError | EOFError) -> str:
    if isinstance(no, EOFError):
        return "The input ended before it was complete"
    words = no.strerror or str(no)
    return f"{os.fspath(no.filename)}: {words}" if isinstance(no.filename, str | os.PathLike) else words


def parser() -> argparse.ArgumentParser:
    """Every subcommand with its options."""
    top = argparse.ArgumentParser(
        prog="upheld",
        description="Customer service that keeps its word: letters, owners, promises, and a clock.",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _serving(commands)
    _letters(commands)
    _people(commands)
    _mailboxes(commands)
    _looking_after(commands)
    return top


def _serving(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    serve = commands.add_parser("serve", help="start everything and serve the pages until stopped")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    serve.add_argument("--port", type=_port, default=PORT, help="port of the pages (default: %(default)s)")
    serve.add_argument(
        "--live-port", type=_port, help="port of the live news (default: the one after the pages')"
    )
    serve.add_argument(
        "--workers", type=_positive, default=2, help="processes for the pages (default: %(default)s)"
    )
    serve.set_defaults(answered_by="serving:run")

    demo = commands.add_parser("demo", help="serve a believable company with data of its own, to look at")
    demo.add_argument("--host", default="127.0.0.1", help=argparse.SUPPRESS)
    demo.add_argument(
        "--port", type=_port, default=PORT, help="port of the pages; a taken one is passed over"
    )
    demo.add_argument(
        "--fresh", action="store_true", help="throw the earlier demo's data away and build it anew"
    )
    demo.set_defaults(answered_by="demonstrating:run")


def _letters(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    take_in = commands.add_parser(
        "take-in", help="take letters from files into cases; nothing is sent for them"
    )
    take_in.add_argument(
        "paths", nargs="+", metavar="PATH", help="a letter (.eml), an mbox, a Maildir or a folder of them"
    )
    take_in.add_argument(
        "--mailbox", metavar="ADDRESS", help="the mailbox of ours that the letters belong to"
    )
    take_in.set_defaults(answered_by="taking_in:run")

    read = commands.add_parser("read-letter", help="print what Upheld reads in a letter; needs no database")
    read.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    read.add_argument("files", nargs="+", metavar="FILE", help="a letter; - is the standard input")
    read.set_defaults(answered_by="reading_letters:run")


def _people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    person = commands.add_parser("person", help="the people who may sign in").add_subparsers(
        required=True, metavar="WHAT"
    )
    add = person.add_parser("add", help="write a colleague down and let them in")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--email", required=True, help="the address they sign in with")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--department", action="append", default=[], help="by name; may be given several times")
    add.add_argument(
        "--password-stdin", action="store_true", help="read the password from the standard input"
    )
    add.set_defaults(answered_by="administering:add_person")

    password = person.add_parser("password", help="give somebody who forgot theirs a new password")
    password.add_argument("email", metavar="EMAIL", help="the address they sign in with")
    password.add_argument(
        "--password-stdin", action="store_true", help="read the password from the standard input"
    )
    password.set_defaults(answered_by="administering:renew_password")


def _mailboxes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    mailbox = commands.add_parser("mailbox", help="the addresses that letters come to").add_subparsers(
        required=True, metavar="WHAT"
    )
    add = mailbox.add_parser("add", help="try a mailbox's servers and connect it")
    add.add_argument("address", metavar="ADDRESS")
    add.add_argument("--department", required=True, help="by name: whose people take its letters")
    add.add_argument("--name", help="what stands beside the address (default: the department's)")
    _server(add, "imap", "that letters are fetched from", security="tls")
    add.add_argument("--folder", default="INBOX", help="folder to fetch from (default: %(default)s)")
    add.add_argument(
        "--past", choices=PASTS, default="leave", help="letters already there (default: %(default)s)"
    )
    _server(add, "smtp", "that letters leave through", security="starttls")
    add.add_argument("--no-try", action="store_true", help="keep it without asking its servers first")
    add.set_defaults(answered_by="mailboxes:add")

    every = mailbox.add_parser("list", help="say how each mailbox stands")
    every.set_defaults(answered_by="mailboxes:show")


def _server(parser: argparse.ArgumentParser, kind: str, what: str, *, security: str) -> None:
    parser.add_argument(f"--{kind}-host", required=kind == "imap", help=f"the server {what}")
    parser.add_argument(f"--{kind}-port", type=_port, help="its port (default: the usual one)")
    parser.add_argument(
        f"--{kind}-security", choices=SECURITIES, default=security, help="default: %(default)s"
    )
    parser.add_argument(f"--{kind}-user", help="who to sign in as")
    parser.add_argument(
        f"--{kind}-password-stdin", action="store_true", help="read the password from the standard input"
    )


def _looking_after(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    health = commands.add_parser("health", help="say whether all is well; code 1 when something is not")
    health.set_defaults(answered_by="health:run")

    move = commands.add_parser("move-files", help="copy the attachments to another folder or object store")
    move.add_argument("--from", dest="source", metavar="PLACE", help="default: where they are kept now")
    move.add_argument(
        "--to", dest="target", metavar="PLACE", required=True, help="a folder or s3://bucket/prefix"
    )
    move.set_defaults(answered_by="moving:run")

    migrate = commands.add_parser("migrate", help="bring the database's tables to this version")
    migrate.set_defaults(answered_by="administering:migrate")

    manage = commands.add_parser("manage", help="Django's own commands, on this installation")
    manage.set_defaults(answered_by="administering:manage")


def _positive(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _port(word: str) -> int:
    number = int(word)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("from 1 to 65535")
    return number


if __name__ == "__main__":
    sys.exit(main())
