"""The documents are complete and lead somewhere: what the code has stands in them, and what they name is there."""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import pytest

from upheld.channels import printing
from upheld.config import command
from upheld.people.models import Person
from upheld.promises import words
from upheld.promises.models import State
from upheld.web.facts import FACTS

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
REFERENCE = ROOT / "docs/reference"

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
_VARIABLE = re.compile(r"\b(?:UPHELD_[A-Z0-9_]+|DATABASE_URL)\b")
_ROW = re.compile(r"^\| `([^`]+)`", re.MULTILINE)


def prose(page: Path) -> str:
    """A page without its examples, in which brackets mean something else."""
    return _CODE.sub("", _FENCE.sub("", page.read_text()))


def anchors(page: Path) -> set[str]:
    """The words by which a page's headings are found."""
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next one of its rank."""
    found = re.search(
        rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", page.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found, f"{page.name} has no section “{heading}”"
    return found[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    lost = []
    for target in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_page_has_one_title(page: Path) -> None:
    assert len(re.findall(r"^# ", _FENCE.sub("", page.read_text()), re.MULTILINE)) == 1


def test_every_page_can_be_found_from_the_readme() -> None:
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in found:
            continue
        found.add(page)
        targets = [target.partition("#")[0] for target in _LINK.findall(prose(page))]
        there = [(page.parent / target).resolve() for target in targets if target]
        waiting += [one for one in there if one.suffix == ".md" and one.exists()]
        waiting += [one for folder in there if folder.is_dir() for one in folder.glob("*.md")]
    assert set(PAGES) - found == set()


def test_every_program_of_ours_in_an_example_can_be_run() -> None:
    missing = []
    for page in PAGES:
        named = re.findall(r"(?<![\w./$}])bin/[a-z-]+", page.read_text())
        missing += [f"{page.name}: {one}" for one in named if not os.access(ROOT / one, os.X_OK)]
    assert missing == []


def parsers(
    parser: argparse.ArgumentParser, name: str = "upheld"
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every subcommand that can be asked for, with its whole name."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    for action in below:
        for word, child in action.choices.items():
            yield from parsers(child, f"{name} {word}")
    if not below:
        yield name, parser


@lru_cache
def commands() -> dict[str, argparse.ArgumentParser]:
    return dict(parsers(command.parser()))


def documented() -> dict[str, str]:
    """The sections of the page about the command, by the words before their first argument."""
    page = REFERENCE / "command.md"
    headings = re.findall(r"^## (upheld .+)$", page.read_text(), re.MULTILINE)
    return {" ".join(re.findall(r"^[a-z -]+", heading)[0].split()): heading for heading in headings}


def test_the_command_is_documented_and_nothing_else() -> None:
    assert set(documented()) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_subcommand_is_documented_with_its_options_and_no_others(name: str) -> None:
    told = section(REFERENCE / "command.md", documented()[name])
    actions = [one for one in commands()[name]._actions if not isinstance(one, argparse._HelpAction)]
    options = {word for one in actions for word in one.option_strings}
    assert set(re.findall(r"^\| `(--?[a-z-]+)`", told, re.MULTILINE)) == options
    for one in actions:
        for choice in one.choices or ():
            assert f"`{choice}`" in told
        row = next((line for line in told.splitlines() if line.startswith(f"| `{one.option_strings[0]}`")), "") \
            if one.option_strings else ""  # fmt: skip
        if one.default is not None and not isinstance(one.default, (bool, list)):
            assert f"`{one.default}`" in row
        if one.required and one.option_strings:
            assert "required" in row


def spoken() -> Iterator[tuple[str, list[str]]]:
    """Every line of an example, and every word in code, that asks for the command `upheld`."""
    for page in PAGES:
        text = page.read_text()
        said = [line for _kind, body in _FENCE.findall(text) for line in body.splitlines()]
        said += [code.strip("`") for code in _CODE.findall(_FENCE.sub("", text))]
        for line in said:
            words_ = line.strip().removeprefix("$ ").removeprefix(".venv/bin/")
            if words_.startswith("upheld ") and not words_.startswith(("upheld =", "upheld manage")):
                yield (
                    f"{page.name}: {line.strip()}",
                    words_.split(" #")[0].split(" <")[0].split(" |")[0].split(),
                )


def test_no_page_asks_for_a_subcommand_or_an_option_that_is_not_there() -> None:
    wrong = []
    for where, said in spoken():
        name = next((one for one in commands() if said[: len(one.split())] == one.split()), None)
        known = {word for one in commands()[name]._actions for word in one.option_strings} if name else set()
        asked = {re.split("[=`]", word)[0] for word in said if word.startswith("--")}
        if name is None or not asked <= known:
            wrong.append(where)
    assert wrong == []


def environment_names() -> set[str]:
    """The names that the code reads from or hands on through the environment, wherever they stand as strings."""
    found = set()
    for path in (ROOT / "upheld").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if _VARIABLE.fullmatch(node.value) else set()
    return found


def test_every_setting_is_documented_and_no_other() -> None:
    told = set(_ROW.findall((REFERENCE / "settings.md").read_text()))
    assert told == environment_names()


def test_no_page_names_a_setting_that_nothing_reads() -> None:
    for page in PAGES:
        named = set(_VARIABLE.findall(page.read_text()))
        assert named <= environment_names() | {"UPHELD_TEST_POSTGRES"}, page.name


def test_every_kind_of_fact_is_documented_with_its_fields() -> None:
    page = REFERENCE / "facts.md"
    rows = dict(
        re.findall(r"^\| `([a-z_]+\.[A-Za-z]+/\d+)` \|.*\| ([^|]+) \|$", page.read_text(), re.MULTILINE)
    )
    assert set(rows) == {fact.kind for fact in FACTS}
    for fact in FACTS:
        own = re.findall(r"`([a-z_]+)`", rows[fact.kind])
        names = [field.name for field in fields(fact)]
        shared = names[: len(names) - len(own)]
        assert names == shared + own, fact.kind
        sections = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
        above = next(one for one in sections if f"| `{fact.kind}` |" in one)
        assert all(f"`{name}`" in above for name in shared), fact.kind


def test_the_json_of_a_letter_is_documented_key_by_key_and_its_example_is_true() -> None:
    page = (REFERENCE / "read-letter.md").read_text()
    examples = _FENCE.findall(page)
    letter = next(body for kind, body in examples if not kind and body.startswith("From:"))
    shown = json.loads(next(body for kind, body in examples if kind == "json"))
    read = printing.as_json(letter.encode())
    assert _ROW.findall(page) == list(read)
    assert shown == read
    assert list(shown) == list(read)


def test_every_state_of_a_promise_is_told_in_both_words() -> None:
    page = (ROOT / "docs/concepts/promises.md").read_text()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("|")
    ]
    table = {cells[0]: cells for cells in rows if cells[0] in State.values}
    assert set(table) == set(State.values)
    for state in State:
        assert table[state.value][1] == str(words.STAFF[state])
        if state is not State.DRAFT:  # no customer ever sees one
            assert table[state.value][2].startswith(str(words.CUSTOMER[state]))


def test_every_role_has_its_row() -> None:
    page = (ROOT / "docs/concepts/rights.md").read_text()
    told = re.findall(r"^\| ([a-z ]+) \|", page, re.MULTILINE)
    assert told[1:] == [str(label).lower() for label in Person.Role.labels]


def test_every_measure_is_defined_in_the_words_of_its_page() -> None:
    from upheld.measures import first_answer, promises_kept

    page = " ".join((REFERENCE / "measures.md").read_text().split())
    for measure in (promises_kept, first_answer):
        assert str(measure.DEFINITION).split(". ")[0] in page


def test_examples_of_the_shell_can_be_read_by_a_shell() -> None:
    for page in PAGES:
        for kind, body in _FENCE.findall(page.read_text()):
            if kind in ("sh", "bash"):
                shlex.split(body, comments=True)
