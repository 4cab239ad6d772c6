"""The itineraries list: search, filters, sorting, pages."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary, ItineraryQuerySet
from wayfolk.itineraries.queries import Party
from wayfolk.kit import paging
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.itineraries import presenters
from wayfolk.web.itineraries.forms import FilterForm

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
        "rows": _rows(page.rows, by),
        "count": count,
        "query": form.narrowed.text,
        "form": form,
        "sort": sort,
        "chips": chips,
        "kept": _kept(request.GET),
        "clear_url": reverse("itineraries:list"),
        "previous_url": _address(request.GET, before=page.previous_cursor),
        "next_url": _address(request.GET, after=page.next_cursor),
        "exact_url": _exact_url(request.GET) if count >= paging.COUNT_CAP else "",
        "hidden_note": _hidden_note(chips, by) if not page.rows else "",
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
    exact = _found(FilterForm(request.GET), _sort(request.GET), by).order_by().count()
    if htmx.wants_fragment(request):
        return HttpResponse(f"{exact:,} itineraries")
    toasts.add(request, f"{exact:,} itineraries", level="info")
    return htmx.redirect(request, f"{reverse('itineraries:list')}?{request.GET.urlencode()}")


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


def _chips(query: QueryDict, form: FilterForm) -> list[dict[str, str]]:
    """What hides rows, each with the address without it."""
    form.is_valid()
    values = form.cleaned_data
    labels = dict(form.fields["stage"].choices)  # type: ignore[attr-defined]
    members = dict(form.fields["assignee"].choices)  # type: ignore[attr-defined]
    told = [
        ("q", "Search", values.get("q") or ""),
        ("stage", "Stage", ", ".join(labels[code] for code in values.get("stage") or [])),
        (
            "assignee",
            "Assignee",
            members.get(values["assignee"], "") if values.get("assignee") else "",
        ),
    ]
    for name, label in (("arrival_from", "Arrival from"), ("arrival_until", "Arrival until")):
        value = values.get(name)
        told.append((name, label, f"{value:%-d %b %Y}" if value else ""))
    if _is_by_arrival(_sort(query)):
        told.append(("sort", "Sorted by arrival", "only with a date"))
    return [
        {"label": label, "value": str(value), "remove_url": "?" + _without(query, name)}
        for name, label, value in told
        if value
    ]


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """Filters and order that stay when the search box is used."""
    names = ("stage", "assignee", "arrival_from", "arrival_until", "sort")
    return [(name, value) for name in names for value in query.getlist(name) if value]


def _without(query: QueryDict, *names: str) -> str:
    kept = query.copy()
    for name in (*names, "after", "before"):
        kept.pop(name, None)
    return kept.urlencode()


def _address(query: QueryDict, **cursor: str) -> str:
    """This list at a neighbouring page; "" where there is none."""
    if not any(cursor.values()):
        return ""
    return "?" + "&".join(part for part in (_without(query), urlencode(cursor)) if part)


def _exact_url(query: QueryDict) -> str:
    return f"{reverse('itineraries:count')}?{_without(query)}"


def _hidden_note(chips: list[dict[str, str]], by: Actor) -> str:
    """Which filters hide how many, for the empty list."""
    total = paging.count_up_to(queries.list_itineraries(by=by))
    if not chips or not total:
        return ""
    names = ", ".join(f"{chip['label']} {chip['value']}" for chip in chips)
    shown = f"{total:,}" + ("+" if total >= paging.COUNT_CAP else "")
    return f"{names}: this leaves out {shown} itineraries."
