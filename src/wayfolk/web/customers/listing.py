"""The customers list: search box, filters, sorting, selection."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer, CustomerQuerySet, Kind, Status
from wayfolk.kit import countries, paging
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers.forms import STATUS_TONES
from wayfolk.web.form_rendering import LongSelect

ORDERS = {
    "name": "sort_key",
    "-name": "-sort_key",
    "number": "number",
    "-number": "-number",
    "changed": "updated_at",
    "-changed": "-updated_at",
}
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
        choices=lambda: [("", "Any"), *countries.countries()],
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


@require_safe
@signed_in("customers.view")
def customer_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET)
    filters = form.cleaned_data if form.is_valid() else {}
    query = filters.get("q", "").strip()
    rows = _filtered(queries.list_customers(by=by), filters, by)
    page: paging.Page[Customer]
    if query:
        found = _among(queries.find_ids(query, by=by), rows)
        page, count = paging.Page(rows=_in_order_of(found[: paging.PAGE_SIZE], rows)), len(found)
    else:
        page = paging.page_of(
            rows.with_reach(),
            order=ORDERS.get(request.GET.get("sort", ""), "sort_key"),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        count = paging.count_up_to(rows)
    chips = _chips(request.GET, form, filters, by)
    return render(
        request,
        "customers/_list.html" if htmx.target(request) == "customers" else "customers/list.html",
        {
            **lists.page_context(request.GET, page, form, chips),
            "rows": [_row(customer, by) for customer in page.rows],
            "count": count,
            "query": query,
            "clear_url": reverse("customers:list"),
            "exact_url": _exact_url(request.GET) if count >= paging.COUNT_CAP else "",
            "hidden_note": _hidden_note(query, chips, by) if not page.rows else "",
            "sees_email": by.may_see("customer.email"),
            "sees_phone": by.may_see("customer.phone"),
            "sees_address": by.may_see("customer.address"),
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


def _among(ids: list[Any], rows: CustomerQuerySet) -> list[Any]:
    """Those of `ids` that the filters leave, in their order."""
    left = set(rows.filter(id__in=ids).values_list("id", flat=True))
    return [found_id for found_id in ids if found_id in left]


def _in_order_of(ids: list[Any], rows: CustomerQuerySet) -> list[Customer]:
    """The customers among `rows` in the order of `ids`."""
    found = rows.filter(id__in=ids).with_reach()
    by_id = {customer.id: customer for customer in found}
    return [by_id[i] for i in ids if i in by_id]


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
    )


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
        everyone = everyone.filter(id__in=queries.find_ids(query, by=by))
    return lists.hidden_note(filters, everyone, "customers")
