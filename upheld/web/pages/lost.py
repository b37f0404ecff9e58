"""What is not there, what is not allowed, and our own faults: said plainly, with a way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from upheld.web.shell import render_bare


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing here, or nothing for this viewer: the same words, so that nobody learns which."""
    return _say(request, 404, _("There is no such page for you."), _("The address may be mistyped."))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A form whose token was too old, usually."""
    return _say(
        request,
        403,
        _("This form was open for too long."),
        _("Go back, load the page again, and send it again."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault; what the customer sent is safe."""
    return _say(
        request, 500, _("Something broke on our side."), _("Nothing that was stored is lost. Try it again.")
    )


def _say(request: HttpRequest, code: int, sentence: str, paragraph: str) -> HttpResponse:
    words = {"code": code, "sentence": sentence, "paragraph": paragraph}
    return render_bare(request, "lost.html", words, status=code)
