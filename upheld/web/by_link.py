"""Pages that whoever holds a link may open: the word in the address is the key, so it must not travel on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from upheld.people import queries as people
from upheld.web.shell import render_bare


def private(response: HttpResponse) -> HttpResponse:
    """Neither sent on to other sites, nor kept on a shared machine, nor searched for."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def said(
    request: HttpRequest, sentence: str, paragraph: str = "", *, call: bool = False, status: int = 200
) -> HttpResponse:
    """A few words where a question stood; `call` adds the company's telephone, if it told us one."""
    words = {
        "sentence": sentence,
        "paragraph": paragraph,
        "phone": people.company().phone if call else "",
    }
    return private(render_bare(request, "questions_said.html", words, status=status))
