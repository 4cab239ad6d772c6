"""The first page of the settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wayfolk.web.access import signed_in


@signed_in()
def index(request: HttpRequest) -> HttpResponse:
    """What this person may set, from their own account to the whole organisation."""
    return render(request, "settings/index.html", {})
