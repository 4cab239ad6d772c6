"""The customers list: search box, filters, sorting, selection."""

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from wayfolk.bookings import queries as booking_queries
from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer, CustomerQuerySet, Kind, Status, load_reach
from wayfolk.households import queries as household_queries
from wayfolk.households.models import Household
from wayfolk.identity.search.queries import LIST_MAX, Hit, find_customers, find_ids
from wayfolk.identity.search.queries import STATUSES as SEARCHED
from wayfolk.kit import countries, paging
from wayfolk.kit.money import Money, format_money
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers.forms import STATUS_TONES
from wayfolk.web.form_rendering import LongChoices, LongSelect
from wayfolk.web.search.new_customer import create_url
from wayfolk.web.search.people import person

ORDERS = {
    "name": "sort_key",
    "-name": "-sort_key",
    "number": "number",
    "-number": "-number",
    "changed": "updated_at",
    "-changed": "-updated_at",
}
BY_TURNOVER = {"turnover": "turnover_minor", "-turnover": "-turnover_minor"}
STATUSES = [Status.ACTIVE, Status.INACTIVE, Status.RESTRICTED]


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        required=False, choices=[("", "Any"), *((s.value, s.label) for s in STATUSES)]
    )
    kind = forms.ChoiceField(
        label="Account type", required=False, choices=[("", "Any"), *Kind.choices]
    )
    country = forms.ChoiceField(
        required=False,
        choices=LongChoices("Any", countries.countries),
        widget=LongSelect,
    )
    city = forms.CharField(required=False)
    special = forms.BooleanField(label="Special guests only", required=False)


@dataclass(frozen=True)
class Row:
    """A customer as the list shows it."""

    customer: Customer
    email: str
    phone: str
    city: str
    status_label: str
    tone: str
    title: SafeString | str  # the name, with what matched marked
    reason: str = ""  # why it was found
    trips: int = 0
    home: Household | None = None
    turnover: str = ""


@dataclass(frozen=True)
class Listed:
    """What the list shows. count: of all that match; message: a sentence about the search."""

    rows: list[Row]
    page: paging.Page[Customer]
    count: int
    message: str = ""
    is_best_only: bool = False  # there are more matches than are shown


@require_safe
@signed_in("customers.view")
def customer_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    query = filters.get("q", "").strip()
    rows = _filtered(queries.list_customers(by=by), filters, by)
    is_narrowed = any(filters.values())
    listed = (
        _found(query, rows, filters, by) if query else _paged(request.GET, rows, is_narrowed, by)
    )
    chips = _chips(request.GET, form, filters, by)
    count = listed.count
    return render(
        request,
        "customers/_list.html" if htmx.target(request) == "customers" else "customers/list.html",
        {
            **lists.page_context(request.GET, listed.page, form, chips),
            "rows": _shown(listed.rows, by, is_search=bool(query)),
            "count": count,
            "query": query,
            "message": listed.message,
            "is_best_only": listed.is_best_only,
            "clear_url": reverse("customers:list"),
            "create_url": create_url(query, by),
            "exact_url": _exact_url(request.GET) if count >= paging.COUNT_CAP else "",
            "hidden_note": _hidden_note(query, chips, by) if not listed.rows else "",
            "sees_email": by.may_see("customer.email"),
            "sees_phone": by.may_see("customer.phone"),
            "sees_address": by.may_see("customer.address"),
            "sees_homes": household_queries.may_see(by),
            "sees_turnover": _sees_turnover(by),
            "may_edit": by.may("customers.edit"),
        },
    )


@require_safe
@signed_in("customers.view")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    rows = _filtered(
        queries.list_customers(by=by), form.cleaned_data if form.is_valid() else {}, by
    )
    return lists.answer_count(request, rows, "customers", reverse("customers:list"))


@require_POST
@signed_in("customers.edit")
def change_status(request: HttpRequest) -> HttpResponse:
    """Make the ticked customers active or inactive."""
    by = actor_of(request)
    numbers = [int(n) for n in request.POST.getlist("selected") if n.isdecimal() and len(n) < 16]
    ids = queries.list_customers(by=by).filter(number__in=numbers).values_list("id", flat=True)
    changed = operations.set_status(list(ids), request.POST.get("status", ""), by=by)
    noun = "customer is" if changed == 1 else "customers are"
    toasts.add(
        request,
        f"{changed} {noun} now {request.POST.get('status', '')}.",
        undo_url=toasts.undo_url(),
    )
    back = htmx.local_url(
        request, request.headers.get("Referer"), fallback=reverse("customers:list")
    )
    return htmx.redirect(request, back)


def _filtered(rows: CustomerQuerySet, filters: dict[str, Any], by: Actor) -> CustomerQuerySet:
    if filters.get("status"):
        rows = rows.filter(status=filters["status"])
    if filters.get("kind"):
        rows = rows.filter(kind=filters["kind"])
    if filters.get("special"):
        rows = rows.filter(is_special_guest=True)
    if by.may_see("customer.address"):
        rows = queries.living_in(
            rows, country=filters.get("country", ""), city=filters.get("city", "")
        )
    return rows


def _paged(query: QueryDict, rows: CustomerQuerySet, is_narrowed: bool, by: Actor) -> Listed:
    """The list in the order of a column."""
    order = str(query.get("sort", ""))
    if order in BY_TURNOVER and _sees_turnover(by):
        return _paged_by_turnover(query, BY_TURNOVER[order], rows, is_narrowed, by)
    page = paging.page_of(
        rows.with_reach(),
        order=ORDERS.get(order, "sort_key"),
        after=query.get("after", ""),
        before=query.get("before", ""),
    )
    return Listed([_row(each, by) for each in page.rows], page, paging.count_up_to(rows))


def _paged_by_turnover(
    query: QueryDict, order: str, rows: CustomerQuerySet, is_narrowed: bool, by: Actor
) -> Listed:
    page = paging.page_of(
        booking_queries.list_totals(rows if is_narrowed else None, by=by),
        order=order,
        after=query.get("after", ""),
        before=query.get("before", ""),
    )
    customers = [totals.customer for totals in page.rows]
    load_reach(customers)
    shown = paging.Page(customers, page.previous_cursor, page.next_cursor)
    return Listed([_row(each, by) for each in customers], shown, paging.count_up_to(rows))


def _found(query: str, rows: CustomerQuerySet, filters: dict[str, Any], by: Actor) -> Listed:
    """The best matches among `rows`, best first.

    The filters are asked of more matches only where too few of the first ones pass them.
    """
    statuses = [filters["status"]] if filters.get("status") else SEARCHED
    for width in (paging.PAGE_SIZE + 1, LIST_MAX):
        found = find_customers(query, by=by, limit=width, statuses=statuses)
        ids = rows.filter(id__in=[hit.customer_id for hit in found.hits])
        passed = set(ids.values_list("id", flat=True))
        if len(passed) > paging.PAGE_SIZE or len(found.hits) < width:
            break
    best = [hit for hit in found.hits if hit.customer_id in passed]
    shown = best[: paging.PAGE_SIZE]
    customers = rows.in_bulk([hit.customer_id for hit in shown])
    listed = [_hit_row(hit, customers[hit.customer_id], query) for hit in shown]
    page = paging.Page([row.customer for row in listed])
    return Listed(listed, page, len(shown), found.message, len(best) > len(shown))


def _hit_row(hit: Hit, customer: Customer, query: str) -> Row:
    found = person(hit, query)
    return Row(
        customer=customer,
        email=hit.email,
        phone=hit.phone,
        city=", ".join(part for part in (hit.city, hit.country) if part),
        status_label=customer.get_status_display(),
        tone=STATUS_TONES[Status(customer.status)],
        title=found.title,
        reason=found.reason,
        trips=hit.trips,
    )


def _row(customer: Customer, by: Actor) -> Row:
    contacts = {(c.set, c.kind): c.value for c in customer.points}
    phones = (
        contacts.get((contact_set, kind), "")
        for contact_set in ("primary", "secondary")
        for kind in ("phone", "mobile", "evening_phone")
    )
    address = next(iter(sorted(customer.places, key=lambda a: a.set)), None)
    place = ", ".join(p for p in (address.city, address.country) if p) if address else ""
    return Row(
        customer=customer,
        email=contacts.get(("primary", "email")) or contacts.get(("secondary", "email"), "")
        if by.may_see("customer.email")
        else "",
        phone=next((p for p in phones if p), "") if by.may_see("customer.phone") else "",
        city=place if by.may_see("customer.address") else "",
        status_label=customer.get_status_display(),
        tone=STATUS_TONES[Status(customer.status)],
        title=customer.name,
    )


def _with_homes(rows: list[Row], by: Actor) -> list[Row]:
    """The rows with the household in which each lives today, the first of several; one query."""
    people = [row.customer.id for row in rows if row.customer.kind == Kind.PERSON]
    found = household_queries.current_memberships(people, by=by)
    homes = {customer_id: members[0].household for customer_id, members in found.items()}
    return [replace(row, home=homes.get(row.customer.id)) for row in rows]


def _shown(rows: list[Row], by: Actor, *, is_search: bool) -> list[Row]:
    """With what other domains know; a search shows past trips instead of the turnover."""
    housed = _with_homes(rows, by)
    return housed if is_search else _with_turnovers(housed, by)


def _sees_turnover(by: Actor) -> bool:
    return booking_queries.may_see(by) and by.may_see("booking.total")


def _with_turnovers(rows: list[Row], by: Actor) -> list[Row]:
    """The rows with what each customer's bookings add up to; one query."""
    if not _sees_turnover(by):
        return rows
    found = booking_queries.turnovers([row.customer.id for row in rows], by=by)
    none = Money(0, by.currency)
    return [replace(row, turnover=format_money(found.get(row.customer.id, none))) for row in rows]


def _chips(
    query: QueryDict, form: FilterForm, filters: dict[str, Any], by: Actor
) -> list[lists.Chip]:
    """The filters that hide rows; those by a hidden field hide none."""
    hidden = set() if by.may_see("customer.address") else {"city", "country"}
    used = {name: value for name, value in filters.items() if name not in hidden}
    return lists.chips_of(query, form, used)


def _exact_url(query: QueryDict) -> str:
    return reverse("customers:count") + lists.without(query, "sort")


def _hidden_note(query: str, chips: list[lists.Chip], by: Actor) -> str:
    """Which filters hide how many of those that the search finds, for the empty list."""
    filters = [chip for chip in chips if chip.label != "Search"]
    everyone = queries.list_customers(by=by)
    if query and filters:
        everyone = everyone.filter(id__in=find_ids(query, by=by))
    return lists.hidden_note(filters, everyone, "customers")
