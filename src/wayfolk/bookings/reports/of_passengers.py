"""Who travelled in a period: named passengers of confirmed bookings, by day of departure.

Each journey of each person counts once; `people` counts a person once however often they went.
No money: see the package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from wayfolk.bookings.statements import Period, require_period
from wayfolk.customers.models import Gender
from wayfolk.kit import countries, tenancy
from wayfolk.kit.errors import InvalidValue, NotAllowed
from wayfolk.staff.rules import CONTROLLED_FIELDS, Actor

_AGE = "extract(year FROM age(b.departs_on, c.birth_on))"
_AGE_GROUP = f"""CASE
    WHEN {_AGE} < 2 THEN '0-1' WHEN {_AGE} < 12 THEN '2-11' WHEN {_AGE} < 18 THEN '12-17'
    WHEN {_AGE} < 30 THEN '18-29' WHEN {_AGE} < 45 THEN '30-44' WHEN {_AGE} < 60 THEN '45-59'
    WHEN {_AGE} < 75 THEN '60-74' WHEN {_AGE} >= 75 THEN '75+' END"""
_COUNTRY = """(SELECT a.country FROM customers_address a
    WHERE a.organization_id = p.organization_id AND a.customer_id = p.customer_id
        AND a.set = 'primary')"""
# What the lines stand for -> what of a passenger says it, and the field that one has to see for it.
GROUPS: Mapping[str, tuple[str, str]] = {
    "month": ("to_char(b.departs_on, 'YYYY-MM')", ""),
    "product": ("b.product", ""),
    "age": (_AGE_GROUP, "customer.birth_on"),
    "gender": ("c.gender", ""),
    "country": (_COUNTRY, "customer.address"),
    "language": ("c.language", ""),
}
_AGES = ("0-1", "2-11", "12-17", "18-29", "30-44", "45-59", "60-74", "75+")

_REPORT = """
    SELECT key, grouping(key) = 1 AS is_total, count(*) AS journeys,
        count(DISTINCT customer_id) AS people, count(*) FILTER (WHERE is_first) AS firsts
    FROM (
        SELECT {key} AS key, p.customer_id, NOT EXISTS (
            SELECT FROM bookings_bookingpassenger earlier
            JOIN bookings_booking e ON e.organization_id = earlier.organization_id
                AND e.id = earlier.booking_id
            WHERE earlier.organization_id = p.organization_id
                AND earlier.customer_id = p.customer_id
                AND e.status = 'confirmed' AND e.departs_on < b.departs_on) AS is_first
        FROM bookings_booking b
        JOIN bookings_bookingpassenger p ON p.organization_id = b.organization_id
            AND p.booking_id = b.id
        JOIN customers_customer c ON c.organization_id = p.organization_id AND c.id = p.customer_id
        WHERE b.organization_id = %(organization)s AND b.status = 'confirmed'
            AND b.departs_on BETWEEN %(first)s AND %(last)s
    ) AS travels
    GROUP BY GROUPING SETS ((key), ())
"""
# How many places were sold, of which passengers may be named or not.
_SOLD = """
    SELECT coalesce(sum(b.adults + b.children + b.infants), 0) FROM bookings_booking b
    WHERE b.organization_id = %(organization)s AND b.status = 'confirmed'
        AND b.departs_on BETWEEN %(first)s AND %(last)s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """`journeys` of `people`; `firsts`: journeys that are the first of whoever makes them."""

    key: str
    name: str
    journeys: int
    people: int
    firsts: int


@dataclass(frozen=True, slots=True)
class PassengerReport:
    """Lines in the order of months and ages, else the largest first.

    The people of `total` are fewer than those of the lines together where somebody is in several.
    `unnamed`: places sold in the period for which nobody is named; they are in no line.
    """

    period: Period
    by_group: str
    lines: Sequence[Line]
    total: Line
    unnamed: int


def groups_for(by: Actor) -> list[str]:
    """The groups whose field this actor may see."""
    return [name for name, (_, field) in GROUPS.items() if not field or by.may_see(field)]


def passenger_report(period: Period, group: str, *, by: Actor) -> PassengerReport:
    """The report; `group` is one of `groups_for`.

    Raises NotAllowed, InvalidValues for a period that ends before it begins, InvalidValue.
    """
    by.require_module("bookings")
    by.require("bookings.view")
    by.require("customers.view")
    require_period(period)
    if group not in GROUPS:
        raise InvalidValue(
            f"“{group}” is no way to divide the report. Choose one of {', '.join(GROUPS)}.",
            field="by",
        )
    expression, field = GROUPS[group]
    if field and not by.may_see(field):
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see “{CONTROLLED_FIELDS[field]}”, by which this"
            " report would be divided. Choose another way."
        )
    given: dict[str, Any] = {
        "organization": tenancy.current_organization_id(),
        "first": period.first,
        "last": period.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REPORT.format(key=expression), given)
        rows = cursor.fetchall()
        cursor.execute(_SOLD, given)
        sold = int(cursor.fetchone()[0])
    lines = [_line(group, row) for row in rows if not row[1]]
    total = next(_line("", row) for row in rows if row[1])
    return PassengerReport(
        period, group, _ordered(lines, group), total, max(0, sold - total.journeys)
    )


def _line(group: str, row: Sequence[Any]) -> Line:
    key, _, journeys, people, firsts = row
    return Line(key or "", _name(group, key or ""), journeys, people, firsts)


def _name(group: str, key: str) -> str:
    if group == "country" and key:
        return countries.country_name(key)
    if group == "gender" and key:
        return str(Gender(key).label)
    if group == "language" and key:
        return dict(countries.languages()).get(key, key)
    return key.replace("-", "–") if group == "age" else key


def _ordered(lines: list[Line], group: str) -> list[Line]:
    """Those without a key last."""
    if group == "month":
        return sorted(lines, key=lambda line: line.key)
    if group == "age":
        return sorted(lines, key=lambda line: _AGES.index(line.key) if line.key else len(_AGES))
    return sorted(lines, key=lambda line: (not line.key, -line.journeys, line.name))
