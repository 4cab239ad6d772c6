"""The offers list, those to follow up, and the offers of one customer."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.customers import queries as customer_queries
from wayfolk.kit import clock, paging
from wayfolk.organization import brands
from wayfolk.sales.models import OfferKind, OfferQuerySet
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.queries import orders as order_queries
from wayfolk.sales.queries.offers import OfferFilters
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.brands import by_code, offer_filter
from wayfolk.web.offers import presenters
from wayfolk.web.offers.forms import STATUS_WORDS

LIST = "offers"
ORDERS = {
    f"{sign}{key}": f"{sign}{column}"
    for key, column in (
        ("number", "number"),
        ("departs", "departs_on"),
        ("valid", "valid_until"),
        ("follow_up", "follow_up_on"),
    )
    for sign in ("", "-")
}


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    brand = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False, choices=[("", "Any"), *STATUS_WORDS.items()])
    kind = forms.ChoiceField(
        label="Type", required=False, choices=[("", "Any"), *OfferKind.choices]
    )
    assignee = forms.ChoiceField(required=False)
    due = forms.BooleanField(label="Follow-up due", required=False)
    departs_from = day_field("Departs from")
    departs_to = day_field("Departs until")

    def __init__(self, data: QueryDict, *, by: Actor) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.by, self.brands = by, brands.by_reference()
        offer_filter(self, self.brands)
        users = [(str(user.id), user.name) for user in queries.list_users(by=by)]
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Anybody"), *users]

    def filters(self) -> OfferFilters:
        """What of it could be read."""
        values = self.cleaned_data
        return OfferFilters(
            text=values.get("q", "").strip(),
            status=values.get("status", ""),
            kind=values.get("kind", ""),
            assignee_id=values.get("assignee") or None,
            departs_from=values.get("departs_from"),
            departs_to=values.get("departs_to"),
            due_by=clock.today(self.by.time_zone) if values.get("due") else None,
            brand=by_code(self.brands, values.get("brand", "")),
        )


@require_GET
@signed_in("offers.view", module="offers")
def offer_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    filters = form.filters()
    order = ORDERS.get(request.GET.get("sort", ""), _default_order(filters))
    rows = _in_order(queries.list_offers(filters, by=by).in_lines(), order)
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
        **_list_context(by),
        "rows": [presenters.row_of(offer, by, brands=form.brands) for offer in page.rows],
        "shows_brand": bool(form.brands),
        "count": count,
        "query": filters.text,
        "clear_url": reverse("offers:list"),
        "default_order": next(key for key, value in ORDERS.items() if value == order),
        "exact_url": reverse("offers:count") + lists.without(request.GET, "sort")
        if is_capped and not filters.text
        else "",
        "newest_only": bool(filters.text) and count >= queries.RESULTS_MAX,
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_offers(by=by), "offers"),
    }
    is_part = htmx.target(request) == LIST
    return render(request, "offers/_list.html" if is_part else "offers/list.html", context)


@require_GET
@signed_in("offers.view", module="offers")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    rows = queries.list_offers(form.filters(), by=by)
    return lists.answer_count(request, rows, "offers", reverse("offers:list"))


@require_GET
@signed_in("offers.view", module="offers")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Open offers whose follow-up date has come: one's own, or everybody's; the oldest first."""
    by = actor_of(request)
    is_everybodys = request.GET.get("whose") == "all"
    today = clock.today(by.time_zone)
    rows = queries.list_follow_ups(
        today, by=by, assignee_id=None if is_everybodys else by.author_id
    )
    page = paging.page_of(
        rows,
        order="follow_up_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    url = reverse("offers:follow_ups")
    context = {
        **_list_context(by),
        "rows": [presenters.row_of(offer, by) for offer in page.rows],
        "count": paging.count_up_to(rows),
        "tabs": [
            {"label": "Mine", "url": url, "is_current": not is_everybodys},
            {"label": "Everybody's", "url": f"{url}?whose=all", "is_current": is_everybodys},
        ],
        "is_everybodys": is_everybodys,
        "here": request.get_full_path(),
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
    }
    return render(request, "offers/follow_ups.html", context)


@require_GET
@signed_in("offers.view", module="offers")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """A customer's offers: the part of the customer's page, or a page of its own."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    context = {"customer": customer, **presenters.for_customer(request, customer, by=by)}
    is_part = htmx.wants_fragment(request)
    template = "offers/for_customer.html" if is_part else "offers/of_customer.html"
    return render(request, template, context)


def _list_context(by: Actor) -> dict[str, Any]:
    return {
        "sees_price": by.may_see("offer.price"),
        "may_edit": by.may("offers.edit"),
        "sees_orders": order_queries.may_see(by),
    }


def _default_order(filters: OfferFilters) -> str:
    """Newest first; a period of departures in the order of travel, what is due by its date."""
    if filters.due_by is not None:
        return "follow_up_on"
    is_by_departure = filters.departs_from is not None or filters.departs_to is not None
    return "departs_on" if is_by_departure else "-number"


def _in_order(rows: OfferQuerySet, order: str) -> OfferQuerySet:
    """Ordered by a date, those without it are left out."""
    column = order.removeprefix("-")
    return rows if column == "number" else rows.filter(**{f"{column}__isnull": False})
