"""Every address of the house: the door, which is a library's, and our pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

handler404 = "upheld.web.pages.lost.not_found"
handler403 = "upheld.web.pages.lost.refused"
handler500 = "upheld.web.pages.lost.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", include("allauth.urls")),
    path("", include("upheld.web.urls")),
]
