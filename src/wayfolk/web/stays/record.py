"""The page of one stay: guest, dates, room, party, itinerary, and the bookings connected."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings import connections
from wayfolk.stays import queries
from wayfolk.stays.models import StayStatus
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import presenters as bookings
from wayfolk.web.changes import presenters as changes
from wayfolk.web.stays import presenters


@require_GET
@signed_in("stays.view", module="stays")
def detail(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    by = actor_of(request)
    stay = queries.get_stay(stay_id, by=by)
    may_edit = by.may("stays.edit")
    context = {
        "stay": stay,
        "row": presenters.row_of(stay, by),
        "facts": presenters.facts_of(stay, by),
        "may_edit": may_edit,
        "may_cancel": may_edit and stay.status != StayStatus.CANCELLED,
        "may_plan": may_edit and connections.may_see_itineraries(by),
        "history_url": reverse("stays:history", args=[stay.id]) if by.may("history.view") else "",
        **bookings.for_stay(stay, by=by),
    }
    return render(request, "stays/detail.html", context)


@require_GET
@signed_in("stays.view", module="stays")
def history(request: HttpRequest, stay_id: UUID) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    stay = queries.get_stay(stay_id, by=by)
    return render(request, "changes/history.html", changes.history_for(request, stay.id, by=by))
