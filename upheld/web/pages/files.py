"""Files of letters, the letters themselves as they came, and a letter's own HTML in a frame that can do nothing.

Everything here was written by strangers. Only pictures that cannot run anything are drawn by the browser, all else is
saved; each answer says for itself what it may load.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from upheld.cases import queries as cases
from upheld.cases.models import Case, Message
from upheld.channels import blobs
from upheld.channels.models import Arrival, File
from upheld.refusals import Refusal
from upheld.web.attention import arrivals_for
from upheld.web.doors import StaffRequest, door
from upheld.web.shell import render_bare
from upheld.web.timeline import PICTURES

NOTHING = "default-src 'none'; sandbox"
FRAME = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""No scripts twice over. Of our own origin only so that its pictures come with the reader's rights."""
_CID = re.compile(r'(<img\b[^>]*?\s)src="cid:([^"]{1,300})"', re.IGNORECASE)
_REMOTE = re.compile(r'\sdata-remote-src="(https?://[^"]*)"', re.IGNORECASE)


@door("staff")
@require_GET
def file(request: StaffRequest, pk: int, name: str) -> HttpResponseBase:
    """An attachment. The name in the address is for people; the number decides."""
    found = cases.file_for(request.person, pk)
    if found is None:
        raise Http404
    try:
        content = blobs.open(found.sha256)
    except Refusal as refusal:
        return _not_there(request, refusal)
    picture = found.type.lower() in PICTURES
    response = FileResponse(
        content,
        as_attachment=not picture,
        filename=found.name,
        content_type=found.type.lower() if picture else "application/octet-stream",
    )
    response["Content-Security-Policy"] = NOTHING
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@door("staff")
@require_GET
def raw_letter(request: StaffRequest, pk: int) -> HttpResponse:
    """A letter as it came, byte for byte. One that is on no case yet is for those who look after such letters."""
    arrival = Arrival.objects.select_related("raw").filter(pk=pk).first()
    if arrival is None or not _may_read(request, arrival):
        raise Http404
    response = HttpResponse(bytes(arrival.raw.content), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="letter-{arrival.pk}.eml"'
    response["Content-Security-Policy"] = NOTHING
    return response


@door("staff")
@require_GET
@xframe_options_sameorigin
def letter_frame(request: StaffRequest, pk: int) -> HttpResponse:
    """A letter's own HTML, cleaned, for a frame without scripts and forms. Pictures from afar stay there."""
    message = cases.message_for(request.person, pk)
    if message is None or not message.html:
        raise Http404
    body, blocked = framed(message.html, _inline(message))
    page = render_to_string("case/frame.html", {"body": mark_safe(body), "blocked": blocked})  # noqa: S308
    response = HttpResponse(page)
    response["Content-Security-Policy"] = FRAME
    return response


def framed(html: str, inline: Mapping[str, str]) -> tuple[str, int]:
    """The HTML with its own pictures shown, and how many pictures from afar are named instead of loaded."""

    def place(match: re.Match[str]) -> str:
        address = inline.get(match[2].strip("<>").lower())
        return f'{match[1]}src="{address}"' if address else match[1]

    shown = _CID.sub(place, html)
    return shown, len(_REMOTE.findall(shown))


def _inline(message: Message) -> dict[str, str]:
    letter = message.arrival or message.departure
    files = letter.files.exclude(content_id="").filter(stored_at__isnull=False) if letter else []
    return {
        one.content_id.strip("<>").lower(): _address(one) for one in files if one.type.lower() in PICTURES
    }


def _address(file: File) -> str:
    return reverse("file", args=[file.pk, "picture"])


def _may_read(request: StaffRequest, arrival: Arrival) -> bool:
    seen = Case.objects.visible_to(request.person).filter(messages__arrival=arrival)
    if Message.objects.filter(arrival=arrival).exists():
        return seen.exists()
    return arrivals_for(request.person).filter(pk=arrival.pk).exists()


def _not_there(request: StaffRequest, refusal: Refusal) -> HttpResponse:
    words = {"code": 404, "sentence": _("This file cannot be opened now."), "paragraph": refusal.sentence}
    return render_bare(request, "lost.html", words, status=404)


urlpatterns: list[URLPattern] = [
    path("files/<int:pk>/<str:name>", file, name="file"),
    path("letters-in/<int:pk>.eml", raw_letter, name="raw_letter"),
    path("messages/<int:pk>/frame", letter_frame, name="letter_frame"),
]
