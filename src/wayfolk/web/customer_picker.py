"""Choosing one customer in a form: search as one types, then a radio button.

Without JavaScript the button Find sends the form; `is_searching` tells the view to show it
again with what was found, everything typed kept and nothing saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.customers import queries
from wayfolk.customers.models import Customer
from wayfolk.identity.search import parsing
from wayfolk.identity.search.queries import find_customers
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.search.new_customer import create_url
from wayfolk.web.search.people import Person, person, trips_in_words

RESULTS = 8
FIND = "find"
QUERY_MAX = 4 * parsing.LENGTH_MAX  # beyond what is searched for, so that its reader is told
_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer to choose; person: with what tells people apart (TP-42) and why it was found."""

    person: Person
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list below the search box shows. `name`: the field's name in the form.

    hint: "" or a sentence about the query. create_url: "" where nothing is to be created.
    """

    name: str
    choices: list[Choice]
    query: str = ""
    hint: str = ""
    create_url: str = ""

    @property
    def found(self) -> int:
        """How many answer the query."""
        return sum(not choice.is_chosen for choice in self.choices) if self.query else 0


def choices_for(name: str, *, query: str, chosen: str, by: Actor) -> Choices:
    """The chosen customer first, then the best matches for the query."""
    customer = find_customer(chosen, by=by)
    shown = [] if customer is None else [Choice(_described(customer, by), is_chosen=True)]
    if not query:
        return Choices(name, shown)
    found = find_customers(query, by=by, limit=RESULTS)
    others = [hit for hit in found.hits if customer is None or hit.customer_id != customer.id]
    shown += [Choice(person(hit, query)) for hit in others]
    return Choices(name, shown, query, found.message, "" if found.hits else create_url(query, by))


def find_customer(number: str, *, by: Actor) -> Customer | None:
    """The present customer with this number, None for anything else."""
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX):
        return None
    try:
        return queries.get_customer_by_number(int(number), by=by)
    except NotFound:
        return None


def is_searching(data: Mapping[str, Any]) -> bool:
    """Whether the form was sent by a Find button."""
    return bool(data.get(FIND))


class CustomerPicker(forms.Widget):
    """The search box and the choices; the field gives it the actor."""

    template_name = "customer_picker/widget.html"
    by: Actor
    query = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = "" if value is None else str(value)
        context["picker"] = choices_for(name, query=self.query, chosen=chosen, by=self.by)
        return context

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> Any:
        self.query = _query_in(data, name)
        return data.get(name)

    def use_required_attribute(self, _initial: Any) -> bool:
        """The box may stay empty: what counts is the choice below it."""
        return False


class CustomerField(forms.Field):
    """A customer by number; cleans to a Customer or None. `bind` before use."""

    widget = CustomerPicker

    def bind(self, by: Actor) -> None:
        self.by = by
        self.widget.by = by

    def to_python(self, value: Any) -> Customer | None:
        if value in self.empty_values:
            return None
        customer = find_customer(str(value), by=self.by)
        if customer is None:
            raise forms.ValidationError(
                "There is no such customer. It may have been deleted meanwhile; choose another one."
            )
        return customer

    def in_words(self, value: str) -> str:
        """The name of the customer with this number."""
        customer = find_customer(value, by=self.by)
        return value if customer is None else customer.name

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


@require_GET
@signed_in("customers.view")
def choices(request: HttpRequest) -> HttpResponse:
    """The choices for what has been typed so far, as a fragment of a form."""
    name = request.GET.get("field", "customer")[:40]
    found = choices_for(
        name,
        query=_query_in(request.GET, name),
        chosen=request.GET.get(name, ""),
        by=actor_of(request),
    )
    return render(request, "customer_picker/choices.html", {"picker": found})


def _query_in(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(f"{name}-query", "")).strip()[:QUERY_MAX]


def _described(customer: Customer, by: Actor) -> Person:
    """The chosen customer, as it is found."""
    candidate = itinerary_queries.describe_candidates([customer], by=by)[0]
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
        is_inactive=itinerary_queries.is_inactive(customer),
    )
