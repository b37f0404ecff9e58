"""Passwords on their way in: typed where nobody sees them, or handed over by a script; never among the words.

What stands among a command's words is read by everybody on the machine who lists its processes.
"""

from __future__ import annotations

import getpass
import os
import sys

from upheld.refusals import Refusal


class TwoPasswords(Refusal):
    """The two passwords differ."""


class NoPassword(Refusal):
    """There is no password: nobody is at the terminal to type it."""


def line() -> str:
    """One line of the standard input. Called again, it gives the next one."""
    given = sys.stdin.readline()
    if not given:
        raise NoPassword("There is no password on the standard input: write it as one line.")
    return given.rstrip("\r\n")


def typed(prompt: str, *, else_: str) -> str:
    """What somebody types; with nobody at the terminal, a refusal that says what to do `else_`."""
    if not sys.stdin.isatty():
        raise NoPassword(f"Nobody is at the terminal to type the password: {else_}.")
    return getpass.getpass(f"{prompt}: ")


def chosen(*, from_stdin: bool) -> str:
    """A new password: typed twice, or one line of the standard input."""
    if from_stdin:
        return line()
    first = typed("Password", else_="use --password-stdin")
    if typed("The same again", else_="use --password-stdin") != first:
        raise TwoPasswords
    return first


def of_a_server(prompt: str, *, from_stdin: bool, variable: str, option: str) -> str:
    """One that exists already: a line of the standard input, else the variable's, else typed."""
    kept = os.environ.pop(variable, "")  # no process that is started from here on needs it
    if from_stdin:
        return line()
    return kept or typed(prompt, else_=f"use {option} or set {variable}")
