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
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in

RESULTS = 8
FIND = "find"
_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer to choose, with what tells people apart (TP-42)."""

    number: int
    name: str
    detail: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list below the search box shows. `name`: the field's name in the form."""

    name: str
    choices: list[Choice]
    query: str = ""

    @property
    def found_nothing(self) -> bool:
        return bool(self.query) and all(choice.is_chosen for choice in self.choices)


def choices_for(name: str, *, query: str, chosen: str, by: Actor) -> Choices:
    """The chosen customer first, then the best matches for the query."""
    customer = find_customer(chosen, by=by)
    shown = [] if customer is None else [_choice(customer, by, is_chosen=True)]
    found = queries.search_customers(query, by=by, limit=RESULTS) if query else []
    shown += [_choice(match.customer, by) for match in found if match.customer != customer]
    return Choices(name, shown, query)


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
        self.query = str(data.get(f"{name}-query", ""))
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
        query=request.GET.get(f"{name}-query", "").strip(),
        chosen=request.GET.get(name, ""),
        by=actor_of(request),
    )
    return render(request, "customer_picker/choices.html", {"picker": found})


def _choice(customer: Customer, by: Actor, *, is_chosen: bool = False) -> Choice:
    contacts = {c.kind: c.value for c in customer.points if c.set == "primary"}
    email = contacts.get("email", "") if by.may_see("customer.email") else ""
    phones = (contacts.get(kind, "") for kind in ("mobile", "phone", "evening_phone"))
    phone = next((p for p in phones if p), "") if by.may_see("customer.phone") else ""
    city = next((a.city for a in customer.places if a.city), "")
    parts = [
        f"No {customer.number}",
        email,
        phone,
        city if by.may_see("customer.address") else "",
        "" if customer.status == "active" else customer.get_status_display(),
    ]
    detail = " · ".join(part for part in parts if part)
    return Choice(customer.number, customer.name, detail, is_chosen)
