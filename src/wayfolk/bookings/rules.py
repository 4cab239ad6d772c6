"""Decisions over a booking's values, and the totals of several. No Django here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wayfolk.kit import money
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import Money

CONFIRMED, WAITLISTED, PLACE_FOUND, CANCELLED = (
    "confirmed",
    "waitlisted",
    "place_found",
    "cancelled",
)
# Kinds of lines, in the order in which a turnover is split (TQ-24, TQ-25).
KINDS = ("basic", "insurance", "transfer", "fee", "discount", "supplement", "pickup", "other")
STATUSES = (CONFIRMED, WAITLISTED, PLACE_FOUND, CANCELLED)
SOURCES = ("", "web", "phone", "email", "trade")
PARTY = {"adults": "adults", "children": "children", "infants": "infants"}
DATES = {"booked_on": "booking date", "departs_on": "departure", "returns_on": "return"}
AMOUNTS = {"total_minor": "price", "cost_minor": "cost"}
TEXT_LIMITS = {
    "product": 200,
    "transport": 80,
    "resort": 120,
    "hotel": 120,
    "agency": 120,
    "reference": 120,
    "notes": 20_000,
}
LABELS = {
    "brand_id": "brand",
    "customer_id": "customer",
    "status": "status",
    "product": "product name",
    "transport": "transport",
    "resort": "resort",
    "hotel": "hotel",
    **DATES,
    "assignee_id": "user",
    "contact_phone": "phone",
    **PARTY,
    "currency": "currency",
    "exchange_rate": "exchange rate",
    **AMOUNTS,
    "source": "source",
    "agency": "agency",
    "partner_id": "sold through",
    "reference": "external reference",
    "notes": "notes",
}
# Which field rule (staff.rules.CONTROLLED_FIELDS) governs which field.
FIELD_RULES = {
    "total_minor": "booking.total",
    "currency": "booking.total",
    "exchange_rate": "booking.total",
    "cost_minor": "booking.cost",
    "contact_phone": "customer.phone",
}
SEARCH_MIN = 3
RATE_MAX = Decimal(10) ** 9


@dataclass(frozen=True)
class BookingData:
    """What somebody wants a booking to be. A key that is absent stays as it is.

    `fields`: the names of LABELS. Amounts are in minor units of `currency` (cost_minor may be
    None: not known); `exchange_rate` is units of the organisation's currency per unit of it.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


def checked(data: BookingData) -> BookingData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    if not cleaned.get("product", "set"):
        checks.fault("product", "The product name is missing: say what was booked.")
    checks.finish()
    return BookingData(cleaned)


def _checked(checks: Checks, name: str, value: Any) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        multiline = name == "notes"
        return checks.line(name, value, TEXT_LIMITS[name], label=label, multiline=multiline)
    if name in PARTY:
        return checks.count(name, value, label=label)
    if name in DATES:
        return checks.day(name, value, label=label)
    if name == "contact_phone":
        return checks.phone(name, value)
    if name in {"status", "source"}:
        return checks.choice(name, value, STATUSES if name == "status" else SOURCES, label=label)
    if name in AMOUNTS and value is not None and abs(value) > money.MAX_MINOR:
        checks.fault(name, f"The {label} is out of range.")
    if name == "currency" and not money.is_currency(value):
        checks.fault(name, f"“{value[:10]}” is not a currency code. Use three letters such as EUR.")
    return value


def require_consistent(fields: Mapping[str, Any], *, base_currency: str) -> None:
    """What must hold between the values of a whole booking; raises InvalidValues."""
    checks = Checks()
    for name in ("customer_id", "product", "booked_on"):
        if not fields.get(name):
            checks.fault(name, f"The {LABELS[name]} is missing.")
    departs, returns = fields.get("departs_on"), fields.get("returns_on")
    if departs and returns and returns < departs:
        checks.fault(
            "returns_on",
            f"The return ({returns}) lies before the departure ({departs}). Change one of the two.",
        )
    currency, rate = fields["currency"], fields["exchange_rate"]
    if currency == base_currency and rate != 1:
        checks.fault(
            "exchange_rate", f"{currency} is the organisation's own currency: its rate is 1."
        )
    if not 0 < rate <= RATE_MAX or rate != round(rate, 8):
        checks.fault(
            "exchange_rate",
            f"A rate of {rate} cannot be used. Say how many {base_currency} one {currency} is"
            " worth, with at most 8 decimals.",
        )
        checks.finish()
    for name, label in AMOUNTS.items():
        amount = Money(fields.get(name) or 0, currency)
        if abs(money.convert(amount, rate=rate, to=base_currency).minor) > money.MAX_MINOR:
            checks.fault(
                name,
                f"A {label} of {amount} at a rate of {rate} is more than can be stored. Look at"
                " the amount and the rate.",
            )
    checks.finish()


def require_amounts_restated(changed: Iterable[str], *, has_cost: bool, currency: str) -> None:
    """In another currency a stored amount would mean something else: it must come along."""
    names = set(changed)
    if "currency" not in names:
        return
    missing = [
        AMOUNTS[name]
        for name, counts in (("total_minor", True), ("cost_minor", has_cost))
        if counts and name not in names
    ]
    if missing:
        raise InvalidValues(
            {
                "currency": f"To change the currency to {currency}, give the"
                f" {' and the '.join(missing)} in {currency} as well."
            }
        )


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What the totals need of one line, in its booking's currency."""

    kind: str
    amount_minor: int
    cost_minor: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the totals need of one booking. `exchange_rate`: base currency per unit."""

    status: str
    currency: str
    exchange_rate: Decimal
    total_minor: int
    cost_minor: int | None
    pax: int
    infants: int
    booked_on: date | None = None
    departs_on: date | None = None
    lines: Sequence[LineFigures] = ()

    @property
    def parts(self) -> Sequence[LineFigures]:
        """Its lines; without any it is all Basic."""
        return self.lines or [LineFigures("basic", self.total_minor, self.cost_minor)]


@dataclass(frozen=True, slots=True)
class Totals:
    """Money and passengers of confirmed bookings; the others are counted apart (decision 7).

    `parts`: kind of line -> its share of the turnover, which they add up to. A booking whose
    cost is not known (`without_cost`) adds nothing to the cost, so the profit is then too high:
    whoever shows it says so.
    """

    turnover: Money
    cost: Money
    pax: int
    infants: int
    confirmed: int
    waitlisted: int
    cancelled: int
    without_cost: int
    parts: Mapping[str, Money]
    last_departure_on: date | None = None

    @property
    def count(self) -> int:
        return self.confirmed + self.waitlisted + self.cancelled

    @property
    def profit(self) -> Money:
        return self.turnover + -self.cost

    @property
    def profit_per_pax(self) -> Money | None:
        """Half up; None where nobody travels."""
        if self.pax == 0:
            return None
        share = Decimal(self.profit.minor) / self.pax
        return Money(int(share.to_integral_value(ROUND_HALF_UP)), self.profit.currency)


def totals(bookings: Iterable[Figures], *, base_currency: str) -> Totals:
    """Add up, each line converted at its booking's rate and rounded before adding.

    So that the sum of what the rows show is what the total says.
    """
    parts = dict.fromkeys(KINDS, Money(0, base_currency))
    cost = Money(0, base_currency)
    pax = infants = without_cost = 0
    departures: list[date] = []
    counts = dict.fromkeys(STATUSES, 0)
    for booking in bookings:
        counts[booking.status] += 1
        if booking.status != CONFIRMED:
            continue
        pax += booking.pax
        infants += booking.infants
        departures += [booking.departs_on] if booking.departs_on else []
        without_cost += all(part.cost_minor is None for part in booking.parts)
        for part in booking.parts:
            parts[part.kind] += in_base(booking, part.amount_minor, base_currency)
            cost += in_base(booking, part.cost_minor or 0, base_currency)
    return Totals(
        turnover=sum(parts.values(), start=Money(0, base_currency)),
        cost=cost,
        pax=pax,
        infants=infants,
        confirmed=counts[CONFIRMED],
        waitlisted=counts[WAITLISTED] + counts[PLACE_FOUND],
        cancelled=counts[CANCELLED],
        without_cost=without_cost,
        parts=parts,
        last_departure_on=max(departures, default=None),
    )


def totals_by_year(bookings: Iterable[Figures], *, base_currency: str) -> dict[int, Totals]:
    """Confirmed bookings by the year of departure (without one: of booking), newest first."""
    years: dict[int, list[Figures]] = {}
    for booking in bookings:
        day = booking.departs_on or booking.booked_on
        if booking.status == CONFIRMED and day:
            years.setdefault(day.year, []).append(booking)
    return {
        year: totals(years[year], base_currency=base_currency)
        for year in sorted(years, reverse=True)
    }


def price_in_base(booking: Figures, base_currency: str) -> Money:
    """What the booking counts in a turnover: the sum of its parts, each one converted."""
    parts = (in_base(booking, part.amount_minor, base_currency) for part in booking.parts)
    return sum(parts, start=Money(0, base_currency))


def in_base(booking: Figures, minor: int, base_currency: str) -> Money:
    """An amount of the booking in the organisation's currency, at the booking's own rate."""
    amount = Money(minor, booking.currency)
    return money.convert(amount, rate=booking.exchange_rate, to=base_currency)
