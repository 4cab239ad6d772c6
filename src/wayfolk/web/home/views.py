"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wayfolk.web.access import signed_in


@signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """The work list of whoever is signed in."""
    return render(request, "home/home.html", {})
