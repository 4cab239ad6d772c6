"""The list of catalog orders, and those of one customer."""

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.customers import queries as customer_queries
from wayfolk.kit import paging
from wayfolk.sales.models import Catalogue
from wayfolk.sales.queries import lists as list_queries
from wayfolk.sales.queries import offers as offer_queries
from wayfolk.sales.queries import orders as queries
from wayfolk.sales.queries.orders import OrderFilters
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.catalogs import presenters
from wayfolk.web.catalogs.forms import STATUS_WORDS
from wayfolk.web.record_picker import number_in

LIST = "catalogs"
ORDERS = {"number": "number", "-number": "-number"}


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    status = forms.ChoiceField(required=False, choices=[("", "Any"), *STATUS_WORDS.items()])
    catalogue = forms.ChoiceField(required=False)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="filter_%s")
        field = self.fields["catalogue"]
        assert isinstance(field, forms.ChoiceField)
        known = list_queries.list_entries(Catalogue)
        field.choices = [("", "Any"), *((str(each.id), each.label) for each in known)]

    def clean_q(self) -> str:
        """An Order No."""
        written: str = self.cleaned_data["q"].strip().lstrip("#")
        if written and number_in(written) is None:
            raise forms.ValidationError("That is not a number.")
        return written

    def filters(self) -> OrderFilters:
        """What of it could be read."""
        values = self.cleaned_data
        return OrderFilters(
            status=values.get("status", ""),
            catalogue_id=values.get("catalogue") or None,
            number=number_in(values.get("q", "")),
        )


@require_GET
@signed_in("catalogs.view", module="catalogs")
def order_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    form.is_valid()
    rows = queries.list_orders(form.filters(), by=by)
    order = ORDERS.get(request.GET.get("sort", ""), "-number")
    page = paging.page_of(
        rows,
        order=order,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    count = paging.count_up_to(rows)
    chips = lists.chips_of(request.GET, form, form.cleaned_data)
    context = {
        **lists.page_context(request.GET, page, form, chips),
        "rows": [presenters.row_of(each, by) for each in page.rows],
        "count": count,
        "query": request.GET.get("q", ""),
        "clear_url": reverse("catalogs:list"),
        "default_order": order,
        "exact_url": reverse("catalogs:count") + lists.without(request.GET, "sort")
        if count >= paging.COUNT_CAP
        else "",
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_orders(by=by), "catalog orders"),
        "sees_place": by.may_see("customer.address"),
        "may_edit": by.may("catalogs.edit"),
        "sees_offers": offer_queries.may_see(by),
    }
    is_part = htmx.target(request) == LIST
    return render(request, "catalogs/_list.html" if is_part else "catalogs/list.html", context)


@require_GET
@signed_in("catalogs.view", module="catalogs")
def exact_count(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    form.is_valid()
    rows = queries.list_orders(form.filters(), by=actor_of(request))
    return lists.answer_count(request, rows, "catalog orders", reverse("catalogs:list"))


@require_GET
@signed_in("catalogs.view", module="catalogs")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """A customer's catalog orders: the part of the customer's page, or a page of its own."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    context = {"customer": customer, **presenters.for_customer(request, customer, by=by)}
    is_part = htmx.wants_fragment(request)
    template = "catalogs/for_customer.html" if is_part else "catalogs/of_customer.html"
    return render(request, template, context)
