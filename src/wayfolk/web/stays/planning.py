"""Putting a stay on an itinerary, and taking it off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings import rules as booking_rules
from wayfolk.bookings.connections import Targets
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import text
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor
from wayfolk.stays import operations, queries
from wayfolk.stays.models import Stay
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import presenters as bookings
from wayfolk.web.bookings.connecting import TARGETS
from wayfolk.web.stays.recording import page_url

RESULTS = 20


@require_http_methods(["GET", "POST"])
@signed_in("stays.edit", module="itineraries")
def choose(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """The dialog that puts the stay on an itinerary."""
    by = actor_of(request)
    stay = queries.get_stay(stay_id, by=by)
    if request.method == "GET":
        return _show(request, stay, by)
    itinerary_id = _chosen(request)
    if itinerary_id is None:
        return _show(request, stay, by, fault="Choose one itinerary from the list.")
    try:
        operations.set_itinerary(stay.id, itinerary_id, by=by)
    except NotFound as refused:
        return _show(request, stay, by, fault=refused.message)
    undo = toasts.undo_url()
    name = stay.reservation_number
    said = f"Stay {name} is on the itinerary." if undo else f"Stay {name} was on it already."
    toasts.add(request, said, level="success" if undo else "info", undo_url=undo)
    return htmx.redirect(request, page_url(stay.id))


@require_POST
@signed_in("stays.edit", module="itineraries")
def remove(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    stay = operations.set_itinerary(stay_id, None, by=actor_of(request))
    text_said = f"Took stay {stay.reservation_number} off its itinerary."
    toasts.add(request, text_said, undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(stay_id))


def _chosen(request: HttpRequest) -> UUID | None:
    _, _, written = request.POST.get("target", "").partition("itinerary:")
    try:
        return UUID(written)
    except ValueError:
        return None


def _found(query: str, by: Actor) -> list[Itinerary]:
    ids = itinerary_queries.find_ids(query, by=by, limit=RESULTS)
    rows = itinerary_queries.list_itineraries(by=by).select_related("stage").filter(id__in=ids)
    by_id = {row.id: row for row in rows}
    return [by_id[i] for i in ids if i in by_id]


def _show(request: HttpRequest, stay: Stay, by: Actor, *, fault: str = "") -> HttpResponse:
    query = (request.POST if request.method == "POST" else request.GET).get("q", "")[:200]
    is_too_short = len(text.clean(query).replace(" ", "")) < booking_rules.SEARCH_MIN
    found = [] if is_too_short else _found(query, by)
    context = {
        "stay": stay,
        "query": query,
        "found": bookings.show_targets(Targets((), found, is_too_short), by),
        "present_key": f"itinerary:{stay.itinerary_id}" if stay.itinerary_id else "",
        "chosen": request.POST.get("target", ""),
        "sees_itineraries": True,
        "fault": fault,
        "dialog_title": "Put the stay on an itinerary",
    }
    if htmx.target(request) == TARGETS:
        return render(request, "bookings/_targets.html", context)
    return render(request, "stays/itinerary.html", context, status=422 if fault else 200)
