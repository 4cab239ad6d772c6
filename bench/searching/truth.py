"""The customers behind the queries, as they stand in the tables: what is right is read there."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random
from uuid import UUID

import psycopg

from bench.generator import plan
from bench.generator.plan import Plan

_AT_A_TIME = 5_000


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with everything that a query may name. numbers: of bookings and stays."""

    id: UUID
    number: int
    kind: str
    status: str
    language: str
    given: str
    middle: str
    family: str
    company: str
    city: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        if self.kind == "company":
            return self.company
        return " ".join(part for part in (self.given, self.middle, self.family) if part)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A booking, stay or trip number and those whom it leads to."""

    number: str
    customers: tuple[UUID, ...]


@dataclass(frozen=True)
class Pool:
    """Customers drawn by chance, from whom the queries of all classes are made."""

    people: list[Person]
    numbers: dict[str, list[Numbered]]


_PEOPLE = """
    SELECT c.id, c.number, c.kind, c.status, c.language, c.given_name, c.middle_name,
           c.family_name, c.company_name, coalesce(a.city, ''),
           coalesce(array_agg(p.value) FILTER (WHERE p.kind = 'email'), '{}'),
           coalesce(array_agg(p.value) FILTER (WHERE p.kind <> 'email'), '{}')
    FROM customers_customer c
    LEFT JOIN customers_address a
      ON (a.organization_id, a.customer_id, a.set) = (c.organization_id, c.id, 'primary')
    LEFT JOIN customers_contactpoint p
      ON (p.organization_id, p.customer_id) = (c.organization_id, c.id)
    WHERE c.organization_id = %s AND c.id = ANY (%s)
    GROUP BY c.id, a.city ORDER BY c.number
"""
_BOOKED = """
    SELECT customer_id, number::text FROM bookings_booking
    WHERE organization_id = %(organization)s AND customer_id = ANY (%(ids)s)
    UNION ALL SELECT guest_id, reservation_number FROM stays_stay
    WHERE organization_id = %(organization)s AND guest_id = ANY (%(ids)s)
"""
_NUMBERS = {
    "booking": "SELECT number::text, ARRAY[customer_id] FROM bookings_booking"
    " WHERE organization_id = %s AND id = ANY (%s)",
    "stay": "SELECT reservation_number, ARRAY[guest_id] FROM stays_stay"
    " WHERE organization_id = %s AND id = ANY (%s)",
    "itinerary": "SELECT 'T-' || lpad(i.number::text, 5, '0'), array_agg(l.customer_id)"
    " FROM itineraries_itinerary i JOIN itineraries_itinerarycustomer l"
    " ON (l.organization_id, l.itinerary_id) = (i.organization_id, i.id)"
    " WHERE i.organization_id = %s AND i.id = ANY (%s) GROUP BY i.id",
}


def read_people(
    connection: psycopg.Connection, organization_id: int, ids: Iterable[UUID]
) -> list[Person]:
    """These customers, by number; those that are gone are left out."""
    wanted = list(ids)
    found: list[Person] = []
    for start in range(0, len(wanted), _AT_A_TIME):
        slice_of = wanted[start : start + _AT_A_TIME]
        rows = connection.execute(_PEOPLE, [organization_id, slice_of]).fetchall()
        found.extend(Person(*(*row[:10], tuple(row[10]), tuple(row[11]))) for row in rows)
    return found


def with_numbers(
    connection: psycopg.Connection, organization_id: int, people: Iterable[Person]
) -> list[Person]:
    """The same, with the numbers of what they booked."""
    known = list(people)
    booked: dict[UUID, list[str]] = {person.id: [] for person in known}
    values = {"organization": organization_id, "ids": list(booked)}
    for customer_id, number in connection.execute(_BOOKED, values):
        booked[customer_id].append(number)
    return [replace(person, numbers=tuple(booked[person.id])) for person in known]


def draw(connection: psycopg.Connection, of: Plan, size: int, queries: int) -> Pool:
    """`size` customers that are in use, and numbers that lead to one, by the plan's chance."""
    rng = Random(f"{of.seed}/search/pool")
    ids = [plan.row_id("customer", place) for place in _places(rng, of.customers, size)]
    people = [p for p in read_people(connection, of.organization_id, ids) if p.status == "active"]
    rng.shuffle(people)
    rows = {"booking": of.bookings, "stay": of.stays, "itinerary": of.itineraries}
    numbers = {
        kind: _numbered(connection, of.organization_id, kind, _places(rng, count, queries * 3))
        for kind, count in rows.items()
    }
    for listed in numbers.values():
        rng.shuffle(listed)
    return Pool(people, numbers)


def _numbered(
    connection: psycopg.Connection, organization_id: int, kind: str, places: list[int]
) -> list[Numbered]:
    """The numbers at these places that lead to one to ten customers in use."""
    ids = [plan.row_id(kind, place) for place in places]
    found = connection.execute(_NUMBERS[kind], [organization_id, ids]).fetchall()
    numbered = [Numbered(number, tuple(customers)) for number, customers in sorted(found)]
    statuses = read_statuses(
        connection, organization_id, {i for each in numbered for i in each.customers}
    )
    kept = [
        Numbered(each.number, tuple(i for i in each.customers if statuses.get(i) == "active"))
        for each in numbered
    ]
    return [each for each in kept if 0 < len(each.customers) <= 10]


def read_statuses(
    connection: psycopg.Connection, organization_id: int, ids: Iterable[UUID]
) -> dict[UUID, str]:
    """Customer -> status, of those who are not deleted."""
    rows = connection.execute(
        "SELECT id, status FROM customers_customer"
        " WHERE organization_id = %s AND id = ANY (%s) AND deleted_at IS NULL",
        [organization_id, list(ids)],
    )
    return dict(rows.fetchall())


def _places(rng: Random, rows: int, size: int) -> list[int]:
    return rng.sample(range(rows), min(rows, size))
