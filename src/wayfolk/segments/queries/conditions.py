"""Each filter as a question: asked of one customer, and the other way round by an index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from wayfolk.bookings.models import Booking, BookingStatus, CustomerTotals
from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.models import Address, ContactPoint, Customer, Kind
from wayfolk.households.models import HouseholdMember
from wayfolk.kit import clock, contact, text
from wayfolk.partners.models import PartnerContact
from wayfolk.segments.rules.parsing import CustomerFilters
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Property, Stay

_LAST = "\U0010ffff"  # after whatever begins with the same letters


@dataclass(frozen=True, slots=True)
class Condition:
    """`test`: asked of each row of customers.

    `source`: rows of those who pass it, read by an index (None: none serves); `customer`: the
    path from them to the customer's id.
    """

    test: Q
    source: QuerySet[Any] | None = None
    customer: str = "customer_id"


def conditions_of(filters: CustomerFilters, *, by: Actor) -> list[Condition]:
    """One for each filter in use; those about bookings and about places are one each.

    Together, because one booking, one address is meant: in Porto, in Portugal.
    """
    found = [make(filters.get(name), by) for name, make in _SINGLE.items() if filters.get(name)]
    reach = [kind for kind in ("email", *sorted(PHONE_KINDS)) if filters.get(kind)]
    found += [_reached_at(kind, filters.get(kind), by) for kind in reach]
    several = (_living(filters), _booked(filters), _worth(filters))
    return [*found, *(condition for condition in several if condition is not None)]


def beginning(column: str, value: str) -> Q:
    """Ranges rather than LIKE, which uses no index under row-level security."""
    return Q(**{f"{column}__gte": value, f"{column}__lt": f"{value}{_LAST}"})


def _of_customers(test: Q) -> Condition:
    """A test of the customer's own columns, which an index begins with."""
    return Condition(test, Customer.objects.filter(test), "id")


def _of_others(rows: QuerySet[Any]) -> Condition:
    """Customers to whom one of these rows belongs."""
    return Condition(Q(Exists(rows.filter(customer_id=OuterRef("id")))), rows)


def _number(value: int, _by: Actor) -> Condition:
    return _of_customers(Q(number=value))


def _given_name(value: str, _by: Actor) -> Condition:
    return _of_customers(beginning("folded_given", text.fold(value)))


def _family_name(value: str, _by: Actor) -> Condition:
    test = beginning("folded_family", text.fold(value)) & ~Q(family_name="")
    return _of_customers(test)


def _company(value: str, _by: Actor) -> Condition:
    """A company's name folded; whom a person works for as it is written, in any case of letters."""
    spelled = {value, value.lower(), value.upper(), value.title(), value.capitalize()}
    employer = Q()
    for spelling in sorted(spelled):
        employer |= beginning("company_name", spelling)
    own = beginning("folded_family", text.fold(value)) & Q(kind=Kind.COMPANY)
    return _of_customers(own | employer)


def _contact(value: str, by: Actor) -> Condition:
    """Companies for whom somebody of this name speaks today."""
    folded = text.fold(value)
    named = Q()
    for column in ("sort_key", "folded_given", "folded_family"):
        named |= beginning(f"person__{column}", folded)
    given, _, family = folded.partition(" ")
    if family:
        named |= beginning("person__folded_given", given) & beginning(
            "person__folded_family", family
        )
    present = PartnerContact.objects.on(clock.today(by.time_zone))
    rows = present.filter(named, person__deleted_at__isnull=True)
    test = Q(Exists(rows.filter(partner__customer_id=OuterRef("id"))))
    return Condition(test, rows, "partner__customer_id")


def _status(value: str, _by: Actor) -> Condition:
    return _of_customers(Q(status=value))


def _kind(value: str, _by: Actor) -> Condition:
    test = Q(kind=value)
    return _of_customers(test) if value == Kind.COMPANY else Condition(test)


def _newsletter(value: str, _by: Actor) -> Condition:
    known = {"yes": Q(takes_newsletter=True), "no": Q(takes_newsletter=False)}
    return Condition(known.get(value, Q(takes_newsletter__isnull=True)))


def _special(value: str, _by: Actor) -> Condition:
    test = Q(is_special_guest=value == "yes")
    return _of_customers(test) if value == "yes" else Condition(test)


def _household(value: str, by: Actor) -> Condition:
    living = HouseholdMember.objects.on(clock.today(by.time_zone))
    if value == "yes":
        return _of_others(living)
    return Condition(~Q(Exists(living.filter(customer_id=OuterRef("id")))))


_SINGLE: dict[str, Callable[[Any, Actor], Condition]] = {
    "number": _number,
    "given_name": _given_name,
    "family_name": _family_name,
    "company": _company,
    "contact": _contact,
    "status": _status,
    "kind": _kind,
    "newsletter": _newsletter,
    "special": _special,
    "household": _household,
}


def _reached_at(kind: str, value: str, by: Actor) -> Condition:
    begins = Q()
    starts = [contact.normalise_email(value)] if kind == "email" else _phone_starts(value, by)
    for start in starts:
        begins |= beginning("normalised", start)
    return _of_others(ContactPoint.objects.filter(begins, kind=kind))


def _phone_starts(value: str, by: Actor) -> Sequence[str]:
    """How a stored number can begin that is dialled so: abroad, at home, or as it was typed."""
    if value.startswith("+"):
        return [value]
    starts = [value, f"+{value}"]
    if value.startswith("00"):
        starts.append(f"+{value[2:]}")
    home = contact.calling_code(by.country)
    if home:
        starts.append(f"+{home}{value.removeprefix('0')}")
    return starts


def _living(filters: CustomerFilters) -> Condition | None:
    tests = []
    if filters.get("country"):
        tests.append(Q(country=filters.get("country")))
    if filters.get("city"):
        tests.append(beginning("folded_city", text.fold(filters.get("city"))))
    if filters.get("postcode"):
        postcode = filters.get("postcode")
        tests.append(beginning("postcode", postcode) | beginning("postcode", postcode.upper()))
    if filters.get("address"):
        tests.append(Q(lines__icontains=filters.get("address")))
    return _of_others(Address.objects.filter(*tests)) if tests else None


def _booked(filters: CustomerFilters) -> Condition | None:
    """Of bookings that were not cancelled."""
    exact = {
        "departs_on__gte": filters.get("departs_from"),
        "departs_on__lte": filters.get("departs_to"),
        "assignee_id__in": filters.get("users"),
        "transport__in": filters.get("transports"),
    }
    tests = [Q(**{name: value}) for name, value in exact.items() if value]
    if filters.get("hotels"):
        tests.append(_at_hotels(filters.get("hotels")))
    if not tests:
        return None
    return _of_others(Booking.objects.filter(*tests).exclude(status=BookingStatus.CANCELLED))


def _at_hotels(names: Sequence[str]) -> Q:
    """Named on the booking, or the hotel of the stay to which it is connected."""
    hotels = Property.objects.filter(name__in=names).values_list("id", flat=True)
    stays = Stay.objects.filter(id=OuterRef("stay_id"), hotel_id__in=list(hotels))
    return Q(hotel__in=names) | Q(Exists(stays))


def _worth(filters: CustomerFilters) -> Condition | None:
    bounds = {
        "turnover_minor__gte": filters.get("turnover_from"),
        "turnover_minor__lte": filters.get("turnover_to"),
        "last_departure_on__gte": filters.get("last_departure_from"),
        "last_departure_on__lte": filters.get("last_departure_to"),
    }
    asked = {name: value for name, value in bounds.items() if value is not None}
    return _of_others(CustomerTotals.objects.filter(**asked)) if asked else None
