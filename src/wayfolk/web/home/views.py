"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.home import blocks


@require_GET
@signed_in()
def home(request: HttpRequest) -> HttpResponse:
    """The work list of whoever is signed in."""
    by = actor_of(request)
    context = {
        "blocks": blocks.work_list(by=by),
        "entries": blocks.recent_changes(by=by),
        "first_name": by.name.split(" ")[0],
    }
    return render(request, "home/home.html", context)
