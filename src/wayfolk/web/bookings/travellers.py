"""Who of the customer's household travels, ticked while the booking is made (KP-18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from wayfolk.bookings import companions
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customer_picker import customer_ids, find_customer

FIELD = "travellers"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to tick."""

    number: int
    name: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Home:
    """A household and who lives in it today."""

    title: str
    people: Sequence[Person]


def chosen(request: HttpRequest, by: Actor) -> list[UUID]:
    """Who was ticked. Raises InvalidValues for somebody who is no customer any more."""
    sent = request.POST.getlist(FIELD)
    return customer_ids(sent, by=by) if sent else []


def offered(number: Any, sent: QueryDict, by: Actor) -> dict[str, Any]:
    """Context of bookings/_travellers.html for the customer with this number."""
    customer = find_customer(str(number or ""), by=by) if by.may("customers.view") else None
    if customer is None:
        return {"homes": []}
    ticked = set(sent.getlist(FIELD))
    return {
        "homes": [
            Home(
                group.title,
                [Person(p.number, p.name, str(p.number) in ticked) for p in group.people],
            )
            for group in companions.households_of(customer.id, by=by)
        ]
    }


@require_safe
@signed_in("bookings.edit", module="bookings")
def choices(request: HttpRequest) -> HttpResponse:
    """The people to tick once another customer was chosen, as a fragment of the form."""
    context = offered(request.GET.get("customer", ""), request.GET, actor_of(request))
    return render(request, "bookings/_travellers.html", context)
