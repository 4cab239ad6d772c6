"""The list of service cases, and those of one customer or booking."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings import queries as booking_queries
from wayfolk.customers import queries as customer_queries
from wayfolk.kit import paging
from wayfolk.service import queries
from wayfolk.service.models import CaseKind, CaseStatus
from wayfolk.service.queries import CaseFilters
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.service import presenters

LIST = "cases"
ORDERS = {"-opened": "-opened_on", "opened": "opened_on"}
ON_RECORDS = 25


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        required=False, choices=[("", "Any"), ("open", "Not closed"), *CaseStatus.choices]
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Any"), *CaseKind.choices])
    reason = forms.ChoiceField(required=False)
    handler = forms.ChoiceField(required=False)
    opened_from = day_field("Opened from")
    opened_to = day_field("Opened until")

    def __init__(self, data: QueryDict, *, by: Actor) -> None:
        super().__init__(data, auto_id="filter_%s")
        reasons = cast("forms.ChoiceField", self.fields["reason"])
        reasons.choices = [
            ("", "Any"),
            *((str(each.id), each.name) for each in queries.list_reasons()),
        ]
        handlers = cast("forms.ChoiceField", self.fields["handler"])
        handlers.choices = [
            ("", "Anybody"),
            *((str(each.id), each.name) for each in queries.list_handlers(by=by)),
        ]

    def filters(self) -> CaseFilters:
        """What of it could be read."""
        values = self.cleaned_data
        return CaseFilters(
            text=values.get("q", "").strip(),
            status=values.get("status", ""),
            kind=values.get("kind", ""),
            handler_id=values.get("handler") or None,
            reason_id=values.get("reason") or None,
            opened_from=values.get("opened_from"),
            opened_to=values.get("opened_to"),
        )


@require_GET
@signed_in("service.view", module="service")
def case_list(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    filters = form.filters()
    order = ORDERS.get(request.GET.get("sort", ""), "-opened_on")
    rows = queries.list_cases(filters, by=by)
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
        **_rows(page.rows, by),
        "count": count,
        "query": filters.text,
        "clear_url": reverse("cases:list"),
        "default_order": next(key for key, value in ORDERS.items() if value == order),
        "exact_url": reverse("cases:count") + lists.without(request.GET, "sort")
        if count >= paging.COUNT_CAP
        else "",
        "hidden_note": ""
        if page.rows
        else lists.hidden_note(chips, queries.list_cases(by=by).select_related(None), "cases"),
        "may_edit": by.may("service.edit"),
        "sees_questionnaires": queries.may_see_questionnaires(by),
    }
    is_part = htmx.target(request) == LIST
    return render(request, "cases/_list.html" if is_part else "cases/list.html", context)


@require_GET
@signed_in("service.view", module="service")
def exact_count(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = FilterForm(request.GET, by=by)
    form.is_valid()
    rows = queries.list_cases(form.filters(), by=by).select_related(None)
    return lists.answer_count(request, rows, "cases", reverse("cases:list"))


@require_GET
@signed_in("service.view", module="service")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """The section of the customer page; without scripts a page of its own."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    filters = CaseFilters(customer_id=customer.id)
    context = {
        **_page_of(request, filters, by),
        "owner": customer.name,
        "owner_number": number,
        "owner_url": reverse("customers:detail", args=[number]),
        "create_url": f"{reverse('cases:create')}?customer={number}",
        "is_of_customer": True,
    }
    return _answer(request, context)


@require_GET
@signed_in("service.view", module="service")
def of_booking(request: HttpRequest, number: int) -> HttpResponse:
    """The section of the booking page; without scripts a page of its own."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    context = {
        **_page_of(request, CaseFilters(booking_id=booking.id), by),
        "owner": booking.product,
        "owner_number": number,
        "owner_url": reverse("bookings:detail", args=[number]),
        "create_url": f"{reverse('cases:create')}?booking={number}",
        "is_of_customer": False,
    }
    return _answer(request, context)


def _page_of(request: HttpRequest, filters: CaseFilters, by: Actor) -> dict[str, Any]:
    page = paging.page_of(
        queries.list_cases(filters, by=by),
        order="-opened_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=ON_RECORDS,
    )
    return {
        **_rows(page.rows, by),
        "may_edit": by.may("service.edit"),
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
        "section_url": request.path,
    }


def _rows(cases: Any, by: Actor) -> dict[str, Any]:
    reasons = queries.reasons_of([case.id for case in cases])
    return {"rows": presenters.rows_of(cases, reasons, by)}


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    is_part = htmx.wants_fragment(request)
    name = "cases/_of_record.html" if is_part else "cases/of_record.html"
    return render(request, name, context)
