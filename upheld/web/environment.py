"""How our pages are rendered: Jinja2 with translations, addresses by name, and the few words every page needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from upheld.promises import words
from upheld.promises.models import State
from upheld.web.lettering import lettered


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address of a page by its name."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def promise_word(state: str, audience: str = "us") -> str:
    """A promise's state in one word: ours, or the customer's."""
    table = words.CUSTOMER if audience == "customer" else words.STAFF
    return str(table[State(state)])


def environment(**options: Any) -> Environment:
    """Strict: a name that a view forgot is an error in a test, not a hole in a page."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    env = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options)  # noqa: S701
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]

    @lru_cache(maxsize=32)
    def keys_in(_language: str | None) -> Markup:
        dialog: Markup = env.get_template("ui/overlays.html").module.keys_dialog()  # type: ignore[attr-defined]
        return dialog

    env.globals["keys_dialog"] = lambda: keys_in(get_language())  # on every page the same
    env.globals.update(static=static, url=url, promise_word=promise_word, lettered=lettered)
    return env
