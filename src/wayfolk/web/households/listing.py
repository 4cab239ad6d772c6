"""The list of households."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wayfolk.households import queries
from wayfolk.households.models import HouseholdQuerySet
from wayfolk.kit import paging, text
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.households import presenters

LIST = "households"
ORDERS = {
    "name": "folded_name",
    "-name": "-folded_name",
    "number": "number",
    "-number": "-number",
}
STATES = [("", "Those that live"), ("ended", "Ended and merged"), ("all", "All")]


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    state = forms.ChoiceField(label="Which", required=False, choices=STATES)
    city = forms.CharField(required=False, max_length=120)

    def __init__(self, data: QueryDict, *, by: Actor) -> None:
        super().__init__(data, auto_id="filter_%s")
        if not by.may_see("customer.address"):
            del self.fields["city"]


@require_safe
@signed_in("households.view", module="households")
def household_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    rows = _filtered(form, by)
    page = paging.page_of(
        rows,
        order=ORDERS.get(request.GET.get("sort", ""), "folded_name"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = paging.count_up_to(rows)
    chips = lists.chips_of(request.GET, form, form.cleaned_data)
    context = {
        **lists.page_context(request.GET, page, form, chips),
        "rows": presenters.list_rows(page.rows, by=by),
        "count": count,
        "query": form.cleaned_data.get("q", "").strip(),
        "clear_url": reverse("households:list"),
        "exact_url": _exact_url(request.GET) if count >= paging.COUNT_CAP else "",
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_households(by=by), "households"),
        "sees_address": by.may_see("customer.address"),
        "may_edit": by.may("households.edit"),
    }
    is_part = htmx.target(request) == LIST
    return render(request, "households/_list.html" if is_part else "households/list.html", context)


@require_safe
@signed_in("households.view", module="households")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    return lists.answer_count(
        request, _filtered(form, by), "households", reverse("households:list")
    )


def _filtered(form: FilterForm, by: Actor) -> HouseholdQuerySet:
    values = form.cleaned_data
    rows = queries.list_households(by=by)
    state = values.get("state", "")
    if state != "all":
        rows = rows.filter(ended_on__isnull=False) if state == "ended" else rows.living()
    city = text.fold(values.get("city", ""))
    if city:
        rows = rows.filter(folded_city__gte=city, folded_city__lt=f"{city}~")
    query = values.get("q", "").strip()
    return rows.filter(id__in=queries.find_ids(query, by=by)) if query else rows


def _exact_url(query: QueryDict) -> str:
    return reverse("households:count") + lists.without(query, "sort")
