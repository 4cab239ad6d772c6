"""The list of trade partners."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.kit import paging
from wayfolk.partners import queries
from wayfolk.partners.models import Level, PartnerStatus
from wayfolk.partners.queries import PartnerFilters
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.partners import presenters

LIST = "partners"
ORDERS = {"name": "sort_key", "-name": "-sort_key"}


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    level = forms.ChoiceField(required=False, choices=[("", "Any"), *Level.choices])
    status = forms.ChoiceField(required=False, choices=[("", "Any"), *PartnerStatus.choices])

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter_%s")

    def filters(self) -> PartnerFilters:
        """What of it could be read."""
        values = self.cleaned_data
        return PartnerFilters(
            text=values.get("q", "").strip(),
            level=values.get("level", ""),
            status=values.get("status", ""),
        )


@require_GET
@signed_in("partners.view", module="partners")
def partner_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    form.is_valid()
    filters = form.filters()
    order = ORDERS.get(request.GET.get("sort", ""), "sort_key")
    rows = queries.list_partners(filters, by=by)
    page = paging.page_of(
        rows,
        order=order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = paging.count_up_to(rows.select_related(None))
    chips = lists.chips_of(request.GET, form, form.cleaned_data)
    context = {
        **lists.page_context(request.GET, page, form, chips),
        "rows": [presenters.row_of(partner) for partner in page.rows],
        "count": count,
        "query": filters.text,
        "clear_url": reverse("partners:list"),
        "default_order": next(key for key, value in ORDERS.items() if value == order),
        "exact_url": reverse("partners:count") + lists.without(request.GET, "sort")
        if count >= paging.COUNT_CAP
        else "",
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(
            chips, queries.list_partners(by=by).select_related(None), "partners"
        ),
        "may_edit": by.may("partners.edit"),
        "sees_terms": by.may("partners.terms"),
    }
    is_part = htmx.target(request) == LIST
    return render(request, "partners/_list.html" if is_part else "partners/list.html", context)


@require_GET
@signed_in("partners.view", module="partners")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    form.is_valid()
    rows = queries.list_partners(form.filters(), by=by).select_related(None)
    return lists.answer_count(request, rows, "partners", reverse("partners:list"))
