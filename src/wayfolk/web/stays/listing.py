"""The stays list."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.kit import paging
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries
from wayfolk.stays.models import StayStatus
from wayfolk.stays.queries import StayFilters
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.stays import presenters
from wayfolk.web.stays.forms import hotel_choices

LIST = "stays"
ORDERS = {"arrives": "arrival_on", "-arrives": "-arrival_on"}


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    hotel = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Any"), *StayStatus.choices])
    arrives_from = day_field("Arrives from")
    arrives_to = day_field("Arrives until")

    def __init__(self, data: QueryDict, *, by: Actor) -> None:
        super().__init__(data, auto_id="filter_%s")
        hotel = self.fields["hotel"]
        assert isinstance(hotel, forms.ChoiceField)
        hotel.choices = hotel_choices(queries.list_properties(by=by), "Any")

    def filters(self) -> StayFilters:
        """What of it could be read."""
        values = self.cleaned_data
        return StayFilters(
            text=values.get("q", "").strip(),
            hotel_id=UUID(values["hotel"]) if values.get("hotel") else None,
            status=values.get("status", ""),
            arrival_from=values.get("arrives_from"),
            arrival_to=values.get("arrives_to"),
        )


@require_GET
@signed_in("stays.view", module="stays")
def stay_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    filters = form.filters()
    order = ORDERS.get(request.GET.get("sort", ""), "-arrival_on")
    rows = queries.list_stays(filters, by=by)
    page = paging.page_of(
        rows,
        order=order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = paging.count_up_to(rows)
    chips = lists.chips_of(request.GET, form, form.cleaned_data)
    is_capped = count >= paging.COUNT_CAP
    context = {
        **lists.page_context(request.GET, page, form, chips),
        "rows": [presenters.row_of(stay, by) for stay in page.rows],
        "count": count,
        "query": filters.text,
        "clear_url": reverse("stays:list"),
        "default_order": next(key for key, value in ORDERS.items() if value == order),
        "exact_url": _exact_url(request) if is_capped and not filters.text else "",
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_stays(by=by), "stays"),
        "may_edit": by.may("stays.edit"),
    }
    is_part = htmx.target(request) == LIST
    return render(request, "stays/_list.html" if is_part else "stays/list.html", context)


@require_GET
@signed_in("stays.view", module="stays")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    rows = queries.list_stays(form.filters(), by=by)
    return lists.answer_count(request, rows, "stays", reverse("stays:list"))


def _exact_url(request: HttpRequest) -> str:
    return reverse("stays:count") + lists.without(request.GET, "sort")
