"""Commission statements: what a partner and everybody below it earned in a period (KP-08).

The commissions are those stored with the bookings; nothing is computed here. Only confirmed
bookings earn; the others are counted apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum

from wayfolk.bookings.models import Booking, BookingQuerySet, BookingStatus
from wayfolk.customers.models import Kind
from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import Money
from wayfolk.partners import queries as partner_queries
from wayfolk.partners.models import Partner
from wayfolk.staff.rules import Actor

BOOKED, DEPARTS = "booked", "departs"
# What the period is of, and the column that says it.
PERIOD_OF = {BOOKED: "booked_on", DEPARTS: "departs_on"}
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Period:
    """Both days included; `of` is a key of PERIOD_OF."""

    first: date
    last: date
    of: str = BOOKED


@dataclass(frozen=True, slots=True)
class Line:
    """What one partner earned in one currency. `uncomputed`: bookings without a commission."""

    partner: Partner
    count: int
    uncomputed: int
    turnover: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class Total:
    """The same over all partners of the statement, of one currency."""

    count: int
    uncomputed: int
    turnover: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines by partner (its own first, then by name) and currency. `others`: not confirmed."""

    partner: Partner
    period: Period
    lines: Sequence[Line]
    totals: Sequence[Total]
    others: int

    @property
    def count(self) -> int:
        return sum(total.count for total in self.totals)


@dataclass(frozen=True, slots=True)
class Sold:
    """A confirmed booking of the statement."""

    number: int
    booked_on: date
    departs_on: date | None
    product: str
    customer: str
    partner: str
    price: Money
    commission: Money | None
    basis: str


def require_period(period: Period) -> None:
    """Raises InvalidValues for one that ends before it begins."""
    if period.last < period.first:
        raise InvalidValues(
            {
                "last": f"The period would end ({period.last}) before it begins ({period.first})."
                " Change one of the two."
            }
        )


def statement_of(partner_id: UUID, period: Period, *, by: Actor) -> Statement:
    """The statement of a partner and everybody below it.

    Raises NotFound, NotAllowed, InvalidValues for a period that ends before it begins.
    """
    _require_rights(by)
    require_period(period)
    partner = partner_queries.get_partner(partner_id, by=by)
    rows = list_bookings(partner.id, period)
    lines = _lines(partner, rows.filter(status=BookingStatus.CONFIRMED))
    others = rows.exclude(status=BookingStatus.CONFIRMED).count()
    return Statement(partner, period, lines, _totals(lines), others)


def sold_of(statement: Statement, *, by: Actor, limit: int | None = None) -> Iterator[Sold]:
    """The bookings of a statement, partner by partner in its order, by day: read in chunks."""
    _require_rights(by)
    names = {line.partner.id: line.partner.name for line in statement.lines}
    column = PERIOD_OF[statement.period.of]
    rows = (
        list_bookings(statement.partner.id, statement.period)
        .filter(status=BookingStatus.CONFIRMED)
        .order_by("partner__sort_key", "partner_id", column, "number")
        .values_list(
            "number", "booked_on", "departs_on", "product", "partner_id", "currency",
            "total_minor", "commission_minor", "commission_basis", "customer__kind",
            "customer__given_name", "customer__family_name", "customer__company_name",
        )
    )  # fmt: skip
    for row in rows[:limit].iterator(chunk_size=CHUNK):
        (number, booked_on, departs_on, product, partner_id, currency, total, commission, basis,
         kind, given, family, company) = row  # fmt: skip
        yield Sold(
            number=number,
            booked_on=booked_on,
            departs_on=departs_on,
            product=product,
            customer=company if kind == Kind.COMPANY else f"{given} {family}".strip() or company,
            partner=names.get(partner_id, ""),
            price=Money(total, currency),
            commission=None if commission is None else Money(commission, currency),
            basis=basis,
        )


def _require_rights(by: Actor) -> None:
    by.require_module("bookings")
    by.require("bookings.view")
    by.require("partners.terms")


def list_bookings(partner_id: UUID, period: Period) -> BookingQuerySet:
    """Bookings of any status sold through the partner or anybody below it in the period."""
    column = PERIOD_OF[period.of]
    bookings: BookingQuerySet = Booking.objects.filter(
        partner_id__in=partner_queries.ids_below(partner_id),
        **{f"{column}__gte": period.first, f"{column}__lte": period.last},
    )
    return bookings


def _lines(partner: Partner, rows: BookingQuerySet) -> list[Line]:
    sums = list(
        rows.values("partner_id", "currency")
        .annotate(
            count=Count("id"),
            uncomputed=Count("id", filter=Q(commission_minor__isnull=True)),
            turnover=Sum("total_minor"),
            earned=Sum("commission_minor"),
        )
        .order_by()
    )
    partners = Partner.objects.with_names().in_bulk({row["partner_id"] for row in sums})
    lines = [
        Line(
            partner=partners[row["partner_id"]],
            count=row["count"],
            uncomputed=row["uncomputed"],
            turnover=Money(int(row["turnover"]), row["currency"]),
            commission=Money(int(row["earned"] or 0), row["currency"]),
        )
        for row in sums
    ]
    return sorted(
        lines,
        key=lambda line: (
            line.partner.id != partner.id,
            line.partner.sort_key,
            line.partner.id,
            line.turnover.currency,
        ),
    )


def _totals(lines: Iterable[Line]) -> list[Total]:
    by_currency: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_currency[line.turnover.currency].append(line)
    return [
        Total(
            count=sum(line.count for line in found),
            uncomputed=sum(line.uncomputed for line in found),
            turnover=Money(sum(line.turnover.minor for line in found), currency),
            commission=Money(sum(line.commission.minor for line in found), currency),
        )
        for currency, found in sorted(by_currency.items())
    ]
