"""The customer's section Payments, and the list of bookings that are late."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings.payments import queries
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, paging
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.payments import presenters

SECTION_PAGE = 20
OPEN_SHOWN = 20


@require_GET
@signed_in("payments.view", module="payments")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """Balances per currency, what is open, the payments; or why nothing is shown."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    context: dict[str, Any] = {"customer": customer, "is_shown": queries.may_see(by)}
    if context["is_shown"]:
        context |= _section(request, customer, by)
    is_part = htmx.wants_fragment(request)
    name = "payments/_of_customer.html" if is_part else "payments/of_customer.html"
    return render(request, name, context)


def _section(request: HttpRequest, customer: Customer, by: Actor) -> dict[str, Any]:
    base = reverse("payments:of_customer", args=[customer.number])
    page = paging.page_of(
        queries.list_of_customer(customer.id, by=by),
        order="-paid_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SECTION_PAGE,
    )
    balances = queries.list_balances(by=by, customer_id=customer.id).exclude(balance_minor=0)
    owing = queries.with_due_now(balances.order_by("due_on", "id"), by=by)[: OPEN_SHOWN + 1]
    shown = [presenters.balance_row(row, by) for row in owing]
    return {
        "sums": presenters.sums_rows(queries.sums_of_customer(customer.id, by=by)),
        "open_rows": shown[:OPEN_SHOWN],
        "has_more": len(shown) > OPEN_SHOWN,
        "rows": [
            presenters.row_of(payment, by, currency=payment.booking.currency)
            for payment in page.rows
        ],
        "previous_url": f"{base}?before={page.previous_cursor}" if page.previous_cursor else "",
        "next_url": f"{base}?after={page.next_cursor}" if page.next_cursor else "",
    }


@require_GET
@signed_in("payments.view", module="payments")
def late_list(request: HttpRequest) -> HttpResponse:
    """Bookings of which something was due before today, the longest due first."""
    by = actor_of(request)
    late = queries.list_late(by=by)
    page = paging.page_of(
        queries.with_due_now(late, by=by),
        order="due_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "rows": [presenters.balance_row(row, by) for row in page.rows],
        "count": paging.count_up_to(late.select_related(None)),
        "today": clock.today(by.time_zone),
        "previous_url": f"?before={page.previous_cursor}" if page.previous_cursor else "",
        "next_url": f"?after={page.next_cursor}" if page.next_cursor else "",
    }
    return render(request, "payments/list.html", context)
