"""To be written."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path


def page(request: HttpRequest, word: str) -> HttpResponse:
    raise Http404


urlpatterns: list[URLPattern] = [path("c/<str:word>", page, name="own_page")]
