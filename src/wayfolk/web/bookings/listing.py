"""The bookings list, and the bookings of one customer."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wayfolk.bookings import queries
from wayfolk.bookings.models import BookingQuerySet
from wayfolk.bookings.narrowing import narrow
from wayfolk.bookings.payments import queries as payments
from wayfolk.bookings.queries import BookingFilters
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit import paging
from wayfolk.kit.errors import Refusal
from wayfolk.organization import brands
from wayfolk.partners import queries as partner_queries
from wayfolk.staff import saved_filters
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import filtering, narrowing, party, presenters
from wayfolk.web.bookings import of_customer as bookings
from wayfolk.web.bookings.filtering import NarrowingForm
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.brands import by_code, offer_filter
from wayfolk.web.customer_picker import find_customer
from wayfolk.web.partner_picker import find_partner

LIST = "bookings"
ORDERS = {
    "booked": "booked_on",
    "-booked": "-booked_on",
    "departs": "departs_on",
    "-departs": "-departs_on",
}


class FilterForm(NarrowingForm):
    """Filters of the list; everything is in the address."""

    product = None  # type: ignore[assignment]  # its words are searched for

    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    brand = forms.ChoiceField(required=False)
    unconnected = forms.BooleanField(label="Not connected", required=False)
    booked_from = day_field("Booked from")
    booked_to = day_field("Booked until")
    customer = forms.CharField(label="Customer", required=False, widget=forms.HiddenInput)
    partner = forms.CharField(label="Sold through", required=False, widget=forms.HiddenInput)
    counted = narrowing.counted_field()

    def __init__(self, data: QueryDict, *, by: Actor) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.by, self.brands = by, brands.by_reference()
        offer_filter(self, self.brands)

    def clean_customer(self) -> Any:
        """The customer with this number; nobody else's bookings for a number that is none."""
        number = self.cleaned_data["customer"]
        customer = find_customer(number, by=self.by) if number else None
        if number and customer is None:
            raise forms.ValidationError(f"There is no customer {number[:20]}.")
        return customer

    def clean_partner(self) -> Any:
        """The trade partner with this number, as above; seen by those who see partners."""
        number = self.cleaned_data["partner"]
        seen = partner_queries.may_see(self.by)
        partner = find_partner(number, by=self.by) if number and seen else None
        if number and partner is None:
            raise forms.ValidationError(f"There is no trade partner {number[:20]}.")
        return partner

    def clean_counted(self) -> str:
        return narrowing.require_open(self.cleaned_data["counted"], self.by)

    @property
    def counted_code(self) -> str:
        code: str = self.cleaned_data.get("counted", "")
        return code

    def filters(self) -> BookingFilters:
        """What of it could be read."""
        values = self.cleaned_data
        customer, partner = values.get("customer"), values.get("partner")
        return BookingFilters(
            text=values.get("q", "").strip(),
            status=values.get("status", ""),
            is_unconnected=values.get("unconnected", False),
            customer_id=customer.id if customer else None,
            partner_id=partner.id if partner else None,
            booked_from=values.get("booked_from"),
            booked_to=values.get("booked_to"),
            departs_from=values.get("departs_from"),
            departs_to=values.get("departs_to"),
            brand=by_code(self.brands, values.get("brand", "")),
        )


@require_GET
@signed_in("bookings.view", module="bookings")
def booking_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    filters = form.filters()
    order = ORDERS.get(request.GET.get("sort", ""), _default_order(filters))
    counted = form.counted_code
    rows = _in_order(_narrowed(form, by).in_lines(), order)
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
        "rows": narrowing.with_shares(
            [presenters.row_of(booking, by, brands=form.brands) for booking in page.rows],
            page.rows,
            counted,
            by,
        ),
        "shows_brand": bool(form.brands),
        "counted_label": narrowing.label_of(counted),
        "count": count,
        "query": filters.text,
        "unconnected_url": lists.without(request.GET, "unconnected")
        + ("" if filters.is_unconnected else "&unconnected=on"),
        "clear_url": reverse("bookings:list"),
        "default_order": next(key for key, value in ORDERS.items() if value == order),
        "is_unconnected": filters.is_unconnected,
        "exact_url": _exact_url(request) if is_capped and not filters.text else "",
        "newest_only": bool(filters.text) and count >= queries.RESULTS_MAX,
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_bookings(by=by), "bookings"),
        "sees_price": by.may_see("booking.total"),
        "late_url": reverse("payments:list") if payments.may_see(by) else "",
        "may_edit": by.may("bookings.edit"),
    }
    is_part = htmx.target(request) == LIST
    if not is_part:
        filtering.offer_to(form, by=by)
    return render(request, "bookings/_list.html" if is_part else "bookings/list.html", context)


@require_GET
@signed_in("bookings.view", module="bookings")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    rows = _narrowed(form, by)
    return lists.answer_count(request, rows, "bookings", reverse("bookings:list"))


@require_GET
@signed_in("bookings.view", module="bookings")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """A customer's bookings: the part of the customer's page, or a page of its own."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    return _bookings_of(request, customer, request.GET, by)


@require_POST
@signed_in("bookings.view", module="bookings")
def keep_filter(request: HttpRequest, number: int) -> HttpResponse:
    """Keep the filters in `query` under `name`, or `forget` the one of that name."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    query = QueryDict(request.POST.get("query", "")[: saved_filters.QUERY_MAX], mutable=True)
    forgotten = request.POST.get("forget", "")
    try:
        if forgotten:
            saved_filters.forget(bookings.LIST, forgotten, by=by)
        else:
            kept = bookings.filters_in(query).urlencode()
            saved_filters.keep(bookings.LIST, request.POST.get("name", ""), kept, by=by)
    except Refusal as refused:
        toasts.add(request, refused.message, level="error")
    query[bookings.PANEL] = "1"
    if htmx.wants_fragment(request):
        return _bookings_of(request, customer, query, by)
    page = reverse("bookings:of_customer", args=[number])
    return htmx.redirect(request, f"{page}?{query.urlencode()}")


def _bookings_of(
    request: HttpRequest, customer: Customer, query: QueryDict, by: Actor
) -> HttpResponse:
    shown = bookings.for_customer(query, customer, by=by)
    totals = queries.customer_totals(customer.id, by=by)
    context = {
        "customer": customer,
        "part": {"content": shown},
        "figures": presenters.figures_of(totals, by),
    }
    is_part = htmx.wants_fragment(request)
    template = "bookings/for_customer.html" if is_part else "bookings/of_customer.html"
    return render(request, template, context)


@require_GET
@signed_in("bookings.view", module="bookings")
def of_traveller(request: HttpRequest, number: int) -> HttpResponse:
    """The bookings of others on which a customer travels: a part of that page, or one's own."""
    by = actor_of(request)
    by.require("customers.view")
    customer = customer_queries.get_customer_by_number(number, by=by)
    context = {"customer": customer, **party.for_traveller(request, customer, by=by)}
    is_part = htmx.wants_fragment(request)
    template = "bookings/for_traveller.html" if is_part else "bookings/of_traveller.html"
    return render(request, template, context)


def _narrowed(form: FilterForm, by: Actor) -> BookingQuerySet:
    listed = queries.list_bookings(form.filters(), by=by)
    return narrowing.narrow(narrow(listed, form.narrowing(), by=by), form.counted_code)


def _default_order(filters: BookingFilters) -> str:
    """Newest first; a period of departures in the order of travel."""
    return "departs_on" if filters.is_by_departure else "-booked_on"


def _in_order(rows: BookingQuerySet, order: str) -> BookingQuerySet:
    """Ordered by departure, those without one are left out: they depart on no day."""
    return rows.filter(departs_on__isnull=False) if "departs_on" in order else rows


def _exact_url(request: HttpRequest) -> str:
    return reverse("bookings:count") + lists.without(request.GET, "sort")
