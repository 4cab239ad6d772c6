"""The itineraries list: search, filters, sorting, pages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary, ItineraryQuerySet
from wayfolk.itineraries.queries import Party
from wayfolk.kit import paging
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.itineraries import presenters
from wayfolk.web.itineraries.forms import FilterForm
from wayfolk.web.lists import Chip

ORDERS = {
    "created": "created_at",
    "-created": "-created_at",
    "trip": "number",
    "-trip": "-number",
    "name": "folded_name",
    "-name": "-folded_name",
    "arrival": "arrival_at",
    "-arrival": "-arrival_at",
}
DEFAULT_ORDER = "-created"


@dataclass(frozen=True)
class Row:
    """An itinerary as the list shows it."""

    itinerary: Itinerary
    arrival: str
    departure: str
    party: str
    people: Party | None


@require_GET
@signed_in("itineraries.view", module="itineraries")
def itinerary_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    sort = _sort(request.GET)
    found = _found(form, sort, by)
    page = paging.page_of(
        found,
        order=ORDERS[sort],
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = paging.count_up_to(found)
    chips = _chips(request.GET, form)
    is_part = htmx.target(request) == "itineraries"
    context = {
        **lists.page_context(request.GET, page, form, chips),
        "rows": _rows(page.rows, by),
        "count": count,
        "query": form.narrowed.text,
        "sort": sort,
        "clear_url": reverse("itineraries:list"),
        "exact_url": _exact_url(request.GET) if count >= paging.COUNT_CAP else "",
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_itineraries(by=by), "itineraries"),
        "may_edit": by.may("itineraries.edit"),
    }
    return render(
        request, "itineraries/_list.html" if is_part else "itineraries/list.html", context
    )


@require_GET
@signed_in("itineraries.view", module="itineraries")
def exact_count(request: HttpRequest) -> HttpResponse:
    """The exact figure, counted only when somebody asks for it."""
    by = actor_of(request)
    found = _found(FilterForm(request.GET), _sort(request.GET), by)
    return lists.answer_count(request, found, "itineraries", reverse("itineraries:list"))


def _sort(query: QueryDict) -> str:
    asked = query.get("sort", "")
    return asked if asked in ORDERS else DEFAULT_ORDER


def _found(form: FilterForm, sort: str, by: Actor) -> ItineraryQuerySet:
    found = queries.filter_itineraries(form.narrowed, by=by)
    # Without a date there is no place in this order; the chip says so.
    return found.filter(arrival_at__isnull=False) if _is_by_arrival(sort) else found


def _is_by_arrival(sort: str) -> bool:
    return ORDERS[sort].removeprefix("-") == "arrival_at"


def _rows(itineraries: Any, by: Actor) -> list[Row]:
    people = queries.list_parties([itinerary.id for itinerary in itineraries])
    return [
        Row(
            itinerary=itinerary,
            arrival=presenters.day(itinerary.arrival_at, by),
            departure=presenters.day(itinerary.departure_at, by),
            party=presenters.party(itinerary),
            people=people.get(itinerary.id),
        )
        for itinerary in itineraries
    ]


def _chips(query: QueryDict, form: FilterForm) -> list[Chip]:
    form.is_valid()
    chips = lists.chips_of(query, form, form.cleaned_data)
    if _is_by_arrival(_sort(query)):
        chips.append(Chip("Sorted by arrival", "only with a date", lists.without(query, "sort")))
    return chips


def _exact_url(query: QueryDict) -> str:
    return reverse("itineraries:count") + lists.without(query)
