"""The itinerary page: facts, customers, what is connected, history."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import planning
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.changes import presenters as changes
from wayfolk.web.itineraries import connected, presenters


@require_GET
@signed_in("itineraries.view", module="itineraries")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    return render(request, "itineraries/detail.html", page_of(itinerary, by=by))


@require_GET
@signed_in("itineraries.view", module="itineraries")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    itinerary = queries.get_itinerary_by_number(number, by=by)
    context = changes.history_for(request, itinerary.id, by=by)
    return render(request, "changes/history.html", context)


@require_POST
@signed_in("itineraries.edit", module="itineraries")
def change_stage(request: HttpRequest, number: int) -> HttpResponse:
    """Move the itinerary to another stage, from the page's head."""
    stage_id = _chosen(request, "stage_id")
    return _change(request, number, {"stage_id": stage_id})


@require_POST
@signed_in("itineraries.edit", module="itineraries")
def change_assignee(request: HttpRequest, number: int) -> HttpResponse:
    """Give the itinerary to somebody else, or to nobody (TA-27)."""
    chosen = request.POST.get("assignee_id")
    return _change(
        request, number, {"assignee_id": _chosen(request, "assignee_id") if chosen else None}
    )


def page_of(itinerary: Itinerary, *, by: Actor) -> dict[str, Any]:
    """Everything that the page shows."""
    rows = presenters.customer_rows(itinerary, queries.list_links(itinerary.id, by=by), by)
    may_edit = by.may("itineraries.edit")
    return {
        "itinerary": itinerary,
        "facts": presenters.facts(itinerary, rows, by),
        "stages": queries.list_stages(with_closed=False) if may_edit else [],
        "history_url": reverse("itineraries:history", args=[itinerary.number])
        if by.may("history.view")
        else "",
        **connected.context_of(itinerary, by=by),
        **section_of(itinerary, rows, by=by),
    }


def section_of(
    itinerary: Itinerary, rows: list[presenters.CustomerRow], *, by: Actor, refusal: str = ""
) -> dict[str, Any]:
    """What itineraries/customers.html reads."""
    return {
        "itinerary": itinerary,
        "rows": rows,
        "refusal": refusal,
        "may_edit": by.may("itineraries.edit"),
        "may_view_customers": by.may("customers.view"),
        "may_edit_customers": by.may("customers.edit"),
        "sees_email": by.may_see("customer.email"),
        "sees_phone": by.may_see("customer.phone"),
        "sees_address": by.may_see("customer.address"),
    }


def _chosen(request: HttpRequest, name: str) -> UUID:
    value = request.POST.get(name, "")
    try:
        return UUID(value)
    except ValueError:
        raise InvalidValue(f"“{value[:40]}” cannot be chosen here. Reload the page.") from None


def _change(request: HttpRequest, number: int, fields: dict[str, UUID | None]) -> HttpResponse:
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    outcome = planning.update_itinerary(itinerary.id, fields, by=by)
    changed = queries.get_itinerary(itinerary.id, by=by)
    if "stage_id" in fields:
        text = f"{changed.trip_id} is now in {changed.stage.label}."
    else:
        assignee = changed.assignee.name if changed.assignee else "nobody"
        text = f"{changed.trip_id} is now with {assignee}."
    presenters.announce(request, outcome, text)
    return htmx.redirect(request, reverse("itineraries:detail", args=[number]))
