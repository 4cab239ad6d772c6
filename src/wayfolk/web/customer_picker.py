"""A field of a form that holds one customer, found by whatever the search knows of them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.customers import queries
from wayfolk.customers.models import Customer, Kind
from wayfolk.identity.search import parsing
from wayfolk.identity.search.queries import find_customers
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.record_picker import (
    RESULTS,
    Choice,
    Choices,
    RecordField,
    RecordPicker,
    number_in,
    query_in,
)
from wayfolk.web.search.new_customer import create_url
from wayfolk.web.search.people import Person, person, trips_in_words

QUERY_MAX = 4 * parsing.LENGTH_MAX  # beyond what is searched for, so that its reader is told


def choices_for(name: str, *, query: str, chosen: str, by: Actor, nobody: str = "") -> Choices:
    """The chosen customer first, then the best matches for the query.

    nobody: what choosing none is called, "" where somebody has to be chosen.
    """
    customer = find_customer(chosen, by=by)
    shown = [Choice(each, is_chosen=True) for each in described([customer] if customer else [], by)]
    if not query:
        return Choices(name, shown, nobody=nobody)
    found = find_customers(query, by=by, limit=RESULTS)
    others = [hit for hit in found.hits if customer is None or hit.customer_id != customer.id]
    shown += [Choice(person(hit, query)) for hit in others]
    create = "" if found.hits or nobody else create_url(query, by)
    return Choices(name, shown, query, found.message, create, nobody)


def find_customer(number: str, *, by: Actor) -> Customer | None:
    """The present customer with this number, None for anything else."""
    sought = number_in(number)
    if sought is None:
        return None
    try:
        return queries.get_customer_by_number(sought, by=by)
    except NotFound:
        return None


def customer_ids(sent: Sequence[str], *, by: Actor) -> list[UUID]:
    """The ids behind the numbers that were sent; raises InvalidValues for one that is none."""
    numbers = [number_in(part.strip()) for part in sent]
    wanted = [number for number in numbers if number is not None]
    rows = queries.list_customers(by=by).filter(number__in=wanted)
    ids = dict(rows.values_list("number", "id"))
    if not wanted or len(wanted) < len(sent) or set(ids) != set(wanted):
        raise InvalidValues(
            {"customer": "Somebody of those is no customer any more. Reload the page."}
        )
    return [ids[number] for number in wanted]


class CustomerPicker(RecordPicker):
    url_name = "customer_picker"
    placeholder = "Name, email, phone or number"
    choices_template = "customer_picker/choices.html"
    query_max = QUERY_MAX
    nobody = ""

    def choices(self, name: str, chosen: str) -> Choices:
        return choices_for(name, query=self.query, chosen=chosen, by=self.by, nobody=self.nobody)


class CustomerField(RecordField[Customer]):
    widget = CustomerPicker
    missing = "There is no such customer. It may have been deleted meanwhile; choose another one."

    def offer_nobody(self, words: str) -> None:
        """Let none be chosen, under these words."""
        picker: Any = self.widget
        picker.nobody = words
        picker.choices_template = "customer_picker/choices_or_nobody.html"

    def find(self, value: str) -> Customer | None:
        return find_customer(value, by=self.by)

    def in_words(self, value: str) -> str:
        """The name of the customer with this number."""
        customer = self.find(value)
        return value if customer is None else customer.name


@require_GET
@signed_in("customers.view")
def choices(request: HttpRequest) -> HttpResponse:
    """The choices for what has been typed so far, as a fragment of a form."""
    name = request.GET.get("field", "customer")[:40]
    found = choices_for(
        name,
        query=query_in(request.GET, name, QUERY_MAX),
        chosen=request.GET.get(name, ""),
        by=actor_of(request),
        nobody=request.GET.get("nobody", "")[:100],
    )
    name = "choices_or_nobody" if found.nobody else "choices"
    return render(request, f"customer_picker/{name}.html", {"picker": found})


def described(customers: Sequence[Customer], by: Actor) -> list[Person]:
    """Customers (contact points and addresses loaded) as a search shows those whom it finds."""
    found = itinerary_queries.describe_candidates(customers, by=by)
    return [_described(candidate, by) for candidate in found]


def _described(candidate: itinerary_queries.Candidate, by: Actor) -> Person:
    customer = candidate.customer
    parts = [
        candidate.email,
        candidate.phone,
        candidate.city,
        f"No {customer.number}",
        trips_in_words(candidate.past_trips),
    ]
    name = customer.name if by.may_see("customer.name") else f"Customer {customer.number}"
    return Person(
        number=customer.number,
        name=name,
        title=name,
        detail=" · ".join(part for part in parts if part),
        icon="building" if customer.kind == Kind.COMPANY else "user",
        is_inactive=itinerary_queries.is_inactive(customer),
    )
