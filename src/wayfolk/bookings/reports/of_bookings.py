"""What the bookings of a period came to: how many, pax, turnover, cost, profit.

Money by decision 7 of the rules, as in customers' totals: confirmed bookings only, in the
organisation's currency by the rate of each booking; the others are counted apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.bookings.statements import PERIOD_OF, Period, require_period
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue
from wayfolk.kit.money import Money
from wayfolk.organization.models import Brand
from wayfolk.partners import queries as partner_queries
from wayfolk.partners.models import Partner
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

# What the lines of the report stand for -> what of a booking says it. `{day}`: the period's day.
GROUPS: Mapping[str, str] = {
    "month": "to_char({day}, 'YYYY-MM')",
    "product": "b.product",
    "hotel": "b.hotel",
    "transport": "b.transport",
    "brand": "b.brand_id::text",
    "user": "b.assignee_id::text",
    "partner": "b.partner_id::text",
}
_NAMES: Mapping[str, Any] = {"brand": Brand, "user": Membership, "partner": Partner}

# A booking in the organisation's currency is worth its price; of another currency each line is
# converted by itself, as in the totals of customers, so that both agree to the cent.
_WORTH = """
    CASE WHEN b.currency = %(base)s THEN b.{booking} ELSE coalesce(
        (SELECT sum(bookings_in_base(l.{line}, b.currency, b.exchange_rate, %(base)s))
         FROM bookings_bookingline l
         WHERE l.organization_id = b.organization_id AND l.booking_id = b.id),
        bookings_in_base(b.{booking}, b.currency, b.exchange_rate, %(base)s)) END
"""
_REPORT = f"""
    SELECT {{key}} AS key, grouping({{key}}) = 1 AS is_total,
        count(*) FILTER (WHERE b.status = 'confirmed') AS confirmed,
        count(*) FILTER (WHERE b.status IN ('waitlisted', 'place_found')) AS waitlisted,
        count(*) FILTER (WHERE b.status = 'cancelled') AS cancelled,
        coalesce(sum(b.adults + b.children) FILTER (WHERE b.status = 'confirmed'), 0) AS pax,
        coalesce(sum(b.infants) FILTER (WHERE b.status = 'confirmed'), 0) AS infants,
        coalesce(sum({_WORTH.format(booking="total_minor", line="amount_minor")})
            FILTER (WHERE b.status = 'confirmed'), 0) AS turnover,
        coalesce(sum({_WORTH.format(booking="cost_minor", line="cost_minor")})
            FILTER (WHERE b.status = 'confirmed'), 0) AS cost,
        count(*) FILTER (WHERE b.status = 'confirmed' AND b.cost_minor IS NULL) AS without_cost
    FROM bookings_booking b
    WHERE b.organization_id = %(organization)s AND {{day}} BETWEEN %(first)s AND %(last)s
    GROUP BY GROUPING SETS (({{key}}), ())
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Bookings of one group. `pax` without infants; `without_cost`: confirmed, of no known cost.

    Amounts in the organisation's currency; None where the actor may not see them. `key` is "" for
    bookings that have none.
    """

    key: str
    name: str
    confirmed: int
    waitlisted: int
    cancelled: int
    pax: int
    infants: int
    without_cost: int
    turnover: Money | None
    cost: Money | None
    profit: Money | None


@dataclass(frozen=True, slots=True)
class BookingReport:
    """Lines in the order of months, else the largest first; `total` is of all of them."""

    period: Period
    by_group: str
    lines: Sequence[Line]
    total: Line


def groups_for(by: Actor) -> list[str]:
    """The groups that this actor may be told of."""
    return [name for name in GROUPS if name != "partner" or partner_queries.may_see(by)]


def booking_report(period: Period, group: str, *, by: Actor) -> BookingReport:
    """The report; `group` is one of `groups_for`.

    Raises NotAllowed, InvalidValues for a period that ends before it begins, InvalidValue.
    """
    by.require_module("bookings")
    by.require("bookings.view")
    require_period(period)
    known = groups_for(by)
    if group not in known:
        raise InvalidValue(
            f"“{group}” is no way to divide the report. Choose one of {', '.join(known)}.",
            field="by",
        )
    rows = _rows(period, group, by)
    names = _names(group, [row["key"] for row in rows if row["key"]])
    lines = [_line(row, names, by) for row in rows if not row["is_total"]]
    total = next(_line(row, {}, by) for row in rows if row["is_total"])
    return BookingReport(period, group, _ordered(lines, group), total)


def _rows(period: Period, group: str, by: Actor) -> list[dict[str, Any]]:
    day = f"b.{PERIOD_OF[period.of]}"
    statement = _REPORT.format(key=GROUPS[group].format(day=day), day=day)
    given: dict[str, Any] = {
        "organization": tenancy.current_organization_id(),
        "base": by.currency,
        "first": period.first,
        "last": period.last,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        columns = [column.name for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _names(group: str, keys: Sequence[str]) -> Mapping[str, str]:
    """Key -> its name; of records one query, of other groups the key itself."""
    model = _NAMES.get(group)
    if model is None:
        return {key: key for key in keys}
    found = model.objects.filter(id__in=[UUID(key) for key in keys])
    return {str(row.id): str(row.name) for row in found}


def _line(row: Mapping[str, Any], names: Mapping[str, str], by: Actor) -> Line:
    sees_turnover, sees_cost = by.may_see("booking.total"), by.may_see("booking.cost")
    sees_profit = sees_turnover and sees_cost and by.may_see("booking.profit")
    turnover, cost = int(row["turnover"]), int(row["cost"])
    key = row["key"] or ""
    return Line(
        key=key,
        name=names.get(key, ""),
        confirmed=row["confirmed"],
        waitlisted=row["waitlisted"],
        cancelled=row["cancelled"],
        pax=int(row["pax"]),
        infants=int(row["infants"]),
        without_cost=row["without_cost"],
        turnover=Money(turnover, by.currency) if sees_turnover else None,
        cost=Money(cost, by.currency) if sees_cost else None,
        profit=Money(turnover - cost, by.currency) if sees_profit else None,
    )


def _ordered(lines: list[Line], group: str) -> list[Line]:
    if group == "month":
        return sorted(lines, key=lambda line: line.key)
    return sorted(
        lines,
        key=lambda line: (
            -(line.turnover.minor if line.turnover else 0),
            -line.confirmed,
            line.name,
        ),
    )
