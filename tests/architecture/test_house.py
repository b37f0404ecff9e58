"""The house's laws that imports do not show: no upward foreign key, no clock read in a verb, no signals."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import upheld
from upheld.journal.facts import Fact
from upheld.refusals import Refusal
from upheld.web.facts import FACTS

HOUSE = Path(upheld.__file__).parent
FLOORS = {
    "refusals": 1, "clock": 2, "methods": 2, "cluster": 2, "questions": 2, "journal": 3, "people": 4, "customers": 5,
    "promises": 6, "channels": 6, "cases": 7, "surveys": 8, "findings": 9, "notices": 11, "measures": 12, "web": 15,
    "demo": 16, "config": 17,
}  # fmt: skip
DOORS = ("jobs.py", "fetching.py", "speaking.py", "watching.py")
"""Modules below the roof that may look at the clock: where the outside world begins."""


def sources(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of these rooms (all, if none is named), tests and migrations apart."""
    for path in sorted(HOUSE.rglob("*.py")):
        room = path.relative_to(HOUSE).parts[0]
        if {"tests", "migrations"} & set(path.parts) or (rooms and room not in rooms):
            continue
        yield path, ast.parse(path.read_text())


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(HOUSE)}:{getattr(node, 'lineno', 1)}"


def test_every_room_has_its_floor_and_says_what_it_is_for():
    rooms = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert rooms | {"refusals"} == set(FLOORS)
    for room in rooms:
        assert (importlib.import_module(f"upheld.{room}").__doc__ or "").strip(), room


def test_every_module_has_a_docstring_in_the_trades_words():
    silent = [str(path.relative_to(HOUSE)) for path, tree in sources() if not ast.get_docstring(tree)]
    assert silent == []


def test_no_foreign_key_leads_upward():
    upward = []
    for model in apps.get_models():
        room = model.__module__.split(".")
        if room[0] != "upheld":
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or not target.__module__.startswith("upheld."):
                continue
            if FLOORS[target.__module__.split(".")[1]] > FLOORS[room[1]]:
                upward.append(f"{model.__name__}.{field.name}")
    assert upward == []


@pytest.mark.parametrize("call", ["now", "utcnow", "today", "localtime"])
def test_no_verb_reads_the_clock(call):
    below = [room for room, floor in FLOORS.items() if floor <= FLOORS["measures"] and room != "cluster"]
    reads = [
        where(path, node)
        for path, tree in sources(*below)
        if path.name not in DOORS
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == call
    ]
    assert reads == []


def test_nothing_happens_by_signal_or_in_a_save():
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.dispatch", "django.db.models.signals")
            ):
                found.append(where(path, node))
            if (
                isinstance(node, ast.FunctionDef)
                and node.name in ("save", "delete")
                and path.name == "models.py"
            ):
                found.append(where(path, node))
    assert found == []


def test_there_is_no_drawer_for_everything():
    banned = {"common", "utils", "core", "services", "helpers", "misc", "managers"}
    assert [str(path) for path in HOUSE.rglob("*") if path.stem in banned] == []


def test_pages_fetch_through_the_viewers_rights():
    bare = [
        where(path, node)
        for path, tree in sources("web")
        if "pages" in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".objects.get")
    ]
    assert bare == []


def test_every_task_that_a_verb_names_exists():
    from procrastinate.contrib.django import app

    named = {
        node.args[0].value
        for _path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "configure_task"
        and isinstance(node.args[0], ast.Constant)
    }
    assert named
    assert named <= set(app.tasks)


def every_class(base: type) -> list[type]:
    for module in pkgutil.walk_packages(upheld.__path__, "upheld."):
        if ".tests" not in module.name and ".migrations" not in module.name and "wsgi" not in module.name:
            importlib.import_module(module.name)
    found, waiting = [], [base]
    while waiting:
        children = waiting.pop().__subclasses__()
        found += [
            child
            for child in children
            if child.__module__.startswith("upheld.") and ".tests." not in child.__module__
        ]
        waiting += children
    return found


def test_the_roof_lists_every_fact_and_each_has_a_sentence():
    facts = [fact for fact in every_class(Fact) if "kind" in vars(fact) and fact.__name__ != "UnknownFact"]
    assert {fact.kind for fact in facts} == {fact.kind for fact in FACTS}
    assert [
        fact.__name__
        for fact in FACTS
        if "sentence" not in {name for c in fact.__mro__[:-2] for name in vars(c)}
    ] == []


def test_facts_hold_no_free_text():
    words = {"name", "email", "text", "words", "subject_line", "address", "phone"}
    fields = {
        f"{fact.__name__}.{field}"
        for fact in FACTS
        for field in inspect.signature(fact).parameters
        if field in words
    }
    assert fields == set()


def test_every_refusal_has_a_test():
    """By its name, in the rooms; the command's own are tested by what it prints and the code it ends with."""
    tests = "\n".join(
        path.read_text() for root in (HOUSE, HOUSE.parent / "tests") for path in root.rglob("test_*.py")
    )
    untested = [
        f"{refusal.__module__}.{refusal.__name__}"
        for refusal in every_class(Refusal)
        if refusal.__module__.split(".")[1] != "config"
        and refusal.__name__ not in tests
        and not refusal.__subclasses__()
    ]
    assert untested == []
