"""Every string of the pages can be taken out for translators, and none is glued together before it is."""

from __future__ import annotations

import ast
from pathlib import Path

from babel.messages.extract import extract_from_dir

import upheld

HOUSE = Path(upheld.__file__).parent
MARKS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
}


def test_every_page_and_module_gives_its_strings_to_translators():
    methods = [("web/templates/**.html", "jinja2"), ("**.py", "python")]
    options = {"web/templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
    found = list(extract_from_dir(str(HOUSE), methods, options, keywords=MARKS))
    files = {name for name, *_rest in found}
    assert len(found) > 800
    assert {"web/templates/today.html", "web/templates/case/head.html", "cases/closing.py"} <= files


def test_no_translated_string_is_put_together_first():
    """`_(f"...")` would ask the catalogue for words that are never in it."""
    glued = []
    for path in HOUSE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.JoinedStr) or (
                    isinstance(first, ast.BinOp) and not isinstance(first.op, ast.Add)
                ):
                    glued.append(f"{path.relative_to(HOUSE)}:{node.lineno}")
    assert glued == []
