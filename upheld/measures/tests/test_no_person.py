"""No person is a row: no measure is asked about a person, gives one, or counts by one."""

import ast
import importlib
import inspect
import pkgutil
import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from upheld import measures

MODULES = [importlib.import_module(f"upheld.measures.{m.name}") for m in pkgutil.iter_modules(measures.__path__)
           if m.name != "tests"]  # fmt: skip
PERSON = re.compile(r"\b(Person|Login|Actor)\b")
WORDS = {"person", "people", "keeper", "owner", "author", "agent", "staff", "colleague", "login", "drafted_by_id",
         "settled_by_id", "closed_by_id", "by_id", "actor"}  # fmt: skip
"""Names under which the ledger and the cases know a member of staff."""


def words_of(name):
    plain = name.lower().removesuffix("_id")
    return {plain, name.lower(), *plain.split("__")}


def mine(module, kind):
    return [one for _n, one in inspect.getmembers(module, kind) if one.__module__ == module.__name__]


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_no_function_is_asked_about_a_person(module):
    functions = mine(module, inspect.isfunction)
    functions += [f for c in mine(module, inspect.isclass) for _n, f in inspect.getmembers(c, inspect.isfunction)
                  if f.__module__ == module.__name__]  # fmt: skip
    for function in functions:
        for name in inspect.signature(function).parameters:
            assert name == "viewer" or not words_of(name) & WORDS, f"{function.__qualname__}({name})"
        for name, hint in function.__annotations__.items():
            assert name == "viewer" or not PERSON.search(str(hint)), f"{function.__qualname__}: {hint}"


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_no_result_holds_a_person(module):
    for result in filter(is_dataclass, mine(module, inspect.isclass)):
        for field in fields(result):
            assert not words_of(field.name) & WORDS, f"{result.__name__}.{field.name}"
            assert not PERSON.search(str(field.type))


@pytest.mark.parametrize("module", MODULES, ids=lambda m: m.__name__)
def test_nothing_is_filtered_or_grouped_by_a_person(module):
    tree = ast.parse(Path(module.__file__).read_text())
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            names = [node.value] if node.value.isidentifier() else []
        elif isinstance(node, ast.keyword) and node.arg:
            names = [node.arg]
        elif isinstance(node, ast.Attribute):
            names = [node.attr]
        for name in names:
            assert not words_of(name) & WORDS, f"{module.__name__}:{node.lineno}: {name}"


def test_the_measures_are_found():
    assert {"upheld.measures.promises_kept", "upheld.measures.first_answer"} <= {m.__name__ for m in MODULES}
