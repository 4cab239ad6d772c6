"""Addresses of signing in and of one's own account: allauth's, but for what is closed here.

An email is changed by an administrator, so allauth's pages for it answer "not there".
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path


def closed(_request: HttpRequest, **_parts: str) -> HttpResponse:
    """Nothing is here."""
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    path("email/", closed),
    path("password/set/", closed),
    path("confirm-email/", closed),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", closed),
    path("login/code/confirm/", closed),
    path("", include("allauth.urls")),
]
