"""What the columns of a list say about its customers: the same for pages and exports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from wayfolk.bookings.models import CustomerTotals
from wayfolk.customers.models import Customer, Place, load_reach
from wayfolk.households import queries as household_queries
from wayfolk.households.models import Household
from wayfolk.kit import countries
from wayfolk.kit.money import Money
from wayfolk.segments.rules.fields import Column
from wayfolk.staff.rules import Actor

_REACH = {"email", "phone", "mobile", "evening_phone", "fax"}
_PLACE = {"address", "postcode", "city", "country"}
_TOTALS = {"turnover", "bookings", "pax", "last_departure"}
_PHONES = ("phone", "mobile", "evening_phone")
NEWSLETTER = {True: "Yes", False: "No", None: "Not asked"}


@dataclass(frozen=True)
class Known:
    """What other rows say about the customers of one page, or of one batch."""

    currency: str
    totals: Mapping[UUID, CustomerTotals] = field(default_factory=dict)
    homes: Mapping[UUID, Household] = field(default_factory=dict)


def load(customers: Sequence[Customer], columns: Sequence[Column], *, by: Actor) -> Known:
    """Everything that these columns need; at most three queries for any number of customers."""
    names = {column.name for column in columns}
    if names & (_REACH | _PLACE):
        load_reach(customers)
    ids = [customer.id for customer in customers]
    totals = {}
    if names & _TOTALS:
        totals = {row.id: row for row in CustomerTotals.objects.filter(id__in=ids)}
    homes = {}
    if "household" in names:
        found = household_queries.current_memberships(ids, by=by)
        homes = {customer_id: members[0].household for customer_id, members in found.items()}
    return Known(by.currency, totals, homes)


def value_of(customer: Customer, column: Column, known: Known) -> Any:
    """The value of a cell: text, a number, a date, Money, a Household, or None."""
    if column.name in _REACH:
        return _reach(customer, column.name)
    if column.name in _PLACE:
        return _place(customer, column.name)
    if column.name in _TOTALS:
        return _total(known.totals.get(customer.id), column.name, known.currency)
    if column.name == "household":
        return known.homes.get(customer.id)
    return _OWN[column.name](customer)


_OWN: Mapping[str, Callable[[Customer], Any]] = {
    "number": lambda c: c.number,
    "name": lambda c: c.name,
    "kind": lambda c: c.get_kind_display(),
    "title": lambda c: c.title,
    "given_name": lambda c: c.given_name,
    "family_name": lambda c: c.family_name,
    "company": lambda c: c.company_name,
    "birth_on": lambda c: c.birth_on,
    "language": lambda c: c.language,
    "newsletter": lambda c: NEWSLETTER[c.takes_newsletter],
    "special": lambda c: "Yes" if c.is_special_guest else "No",
    "status": lambda c: c.get_status_display(),
    "created": lambda c: c.created_at,
    "changed": lambda c: c.updated_at,
}


def _reach(customer: Customer, kind: str) -> str:
    """The primary one before the secondary; a phone column without a phone shows another one."""
    values = {(point.set, point.kind): point.value for point in customer.points}
    kinds = _PHONES if kind == "phone" else (kind,)
    sets = ("primary", "secondary")
    return next((v for s in sets for k in kinds if (v := values.get((s, k), ""))), "")


def _place(customer: Customer, part: str) -> str:
    place: Place | None = min(customer.places, key=lambda each: each.set, default=None)
    if place is None:
        return ""
    if part == "country":
        return countries.country_name(place.country) if place.country else ""
    return str(getattr(place, "lines" if part == "address" else part))


def _total(row: CustomerTotals | None, name: str, currency: str) -> Any:
    if name == "turnover":
        return Money(row.turnover_minor if row else 0, currency)
    if name == "last_departure":
        return row.last_departure_on if row else None
    if row is None:
        return 0
    return row.confirmed if name == "bookings" else row.pax
