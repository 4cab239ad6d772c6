"""Decisions over points, packages and extras. No Django here; docs/algorithms/points.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wayfolk.kit import money
from wayfolk.kit.checking import Checks

POINTS_MAX = 10_000_000
QUANTITY_MAX = 999
LABEL_MAX = 80
LIST_MAX = 100
MONTHS_MAX = 120
SOON_DAYS = 30

GAINING, SPENDING = ("earned", "granted"), ("redeemed", "expired")
PACKAGE_LABELS = {
    "programme_id": "programme",
    "points": "points",
    "benefit": "benefit",
    "valid_from": "first day",
    "valid_to": "last day",
    "notes": "notes",
}
EXTRA_LABELS = {
    "kind_id": "kind",
    "description": "description",
    "valid_from": "first day",
    "valid_to": "last day",
    "quantity": "quantity",
    "notes": "notes",
}
RULE_LABELS = {
    "is_on": "whether points are earned",
    "from_on": "first day of return",
    "amount_minor": "amount",
    "points_per_amount": "points per amount",
    "points_per_night": "points per night",
    "points_per_trip": "points per trip",
    "months_valid": "months",
}
TEXT_LIMITS = {"benefit": 300, "description": 300, "notes": 500, "reason": 200}


@dataclass(frozen=True)
class Values:
    """What somebody wants a record to be, by the names of its labels; an absent key stays."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a booking earns: see `worth`. `amount_minor` in the organisation's currency."""

    amount_minor: int
    points_per_amount: int
    points_per_night: int
    points_per_trip: int


@dataclass(frozen=True, slots=True)
class Travelled:
    """What of a booking its points follow from. `turnover_minor` in the organisation's currency."""

    is_earning: bool
    turnover_minor: int
    nights: int

    @property
    def basis(self) -> str:
        """Kept with the points, so that a booking which changed since is noticed."""
        return f"{self.turnover_minor} {self.nights}" if self.is_earning else "nothing"


def worth(rule: Rule, trip: Travelled) -> int:
    """The points of a booking; full amounts count, a negative turnover is none."""
    if not trip.is_earning:
        return 0
    full = max(0, trip.turnover_minor) // rule.amount_minor
    points = (
        full * rule.points_per_amount + trip.nights * rule.points_per_night + rule.points_per_trip
    )
    return min(points, POINTS_MAX)


def corrections(
    wanted: Mapping[Any, int], present: Mapping[Any, int], balances: Mapping[Any, int]
) -> dict[Any, int]:
    """Customer -> points to add so that a booking has given each what it is worth.

    Never more is taken than the customer has: the rest waits for points gained later.
    """
    found = {}
    for customer in {**present, **wanted}:
        difference = wanted.get(customer, 0) - present.get(customer, 0)
        if difference < 0:
            difference = -min(-difference, max(0, balances.get(customer, 0)))
        if difference:
            found[customer] = difference
    return found


def expiring(lines: Iterable[tuple[int, date | None]], today: date) -> int:
    """How many of the points in these lines are over: what expires first is used first.

    `lines`: (points, last day) of a whole ledger; former expiries are among them.
    """
    gained_and_over, spent = 0, 0
    for points, last_day in lines:
        if points < 0:
            spent -= points
        elif last_day is not None and last_day < today:
            gained_and_over += points
    return max(0, gained_and_over - spent)


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)  # every month has 28 days


def checked_points(value: int | None, *, name: str = "points") -> int:
    """A number of points, more than 0; raises InvalidValues."""
    checks = Checks()
    if value is None or not 0 < value <= POINTS_MAX:
        shown = "Nothing" if value is None else f"{value:,}"
        checks.fault(name, f"{shown} is no number of points. Use 1 to {POINTS_MAX:,}.")
    checks.finish()
    assert value is not None
    return value


def checked_reason(value: str, *, is_needed: bool) -> str:
    checks = Checks()
    cleaned = checks.line("reason", value, TEXT_LIMITS["reason"], label="reason")
    if is_needed and not cleaned:
        checks.fault("reason", "Say why, so that others understand the line later.")
    checks.finish()
    return cleaned


def checked_expiry(value: date | None, *, today: date) -> date | None:
    checks = Checks()
    checks.day("expires_on", value, label="last day")
    if value is not None and value < today:
        checks.fault("expires_on", f"{value} is over already. Choose a later day.")
    checks.finish()
    return value


def checked_package(values: Values) -> Values:
    """`values` cleaned, or InvalidValues naming each fault."""
    return _checked(values, PACKAGE_LABELS)


def checked_extra(values: Values) -> Values:
    return _checked(values, EXTRA_LABELS)


def _checked(values: Values, labels: Mapping[str, str]) -> Values:
    checks = Checks()
    cleaned = {n: _checked_value(checks, n, v, labels[n]) for n, v in values.fields.items()}
    checks.finish()
    return Values(cleaned)


def _checked_value(checks: Checks, name: str, value: Any, label: str) -> Any:
    if name in TEXT_LIMITS:
        return checks.line(name, value, TEXT_LIMITS[name], label=label)
    if name in {"valid_from", "valid_to"}:
        return checks.day(name, value, label=label)
    if name == "points" and value is not None and not 0 < value <= POINTS_MAX:
        checks.fault(name, f"{value:,} is no number of points. Use 1 to {POINTS_MAX:,}.")
    if name == "quantity" and not 1 <= value <= QUANTITY_MAX:
        checks.fault(name, f"{value} is no quantity. Use 1 to {QUANTITY_MAX}.")
    return value


def require_package(fields: Mapping[str, Any]) -> None:
    """What a whole package needs; raises InvalidValues."""
    checks = Checks()
    if not fields.get("programme_id"):
        checks.fault("programme_id", "Choose the programme.")
    if fields.get("points") is None and not fields.get("benefit"):
        checks.fault("benefit", "Say what the package gives: points, or a benefit in words.")
    _require_period(checks, fields)
    checks.finish()


def require_extra(fields: Mapping[str, Any], *, used: int) -> None:
    """What a whole extra needs; raises InvalidValues."""
    checks = Checks()
    if not fields.get("kind_id"):
        checks.fault("kind_id", "Choose the kind of extra.")
    if fields["quantity"] < used:
        checks.fault("quantity", f"{used} of it are used already, so it cannot be fewer.")
    _require_period(checks, fields)
    checks.finish()


def _require_period(checks: Checks, fields: Mapping[str, Any]) -> None:
    begins, ends = fields.get("valid_from"), fields.get("valid_to")
    if begins is None:
        checks.fault("valid_from", "Say from which day on it can be used.")
    elif ends is not None and ends < begins:
        checks.fault(
            "valid_to", f"It would end ({ends}) before it begins ({begins}). Choose a later day."
        )


def checked_rule(values: Values) -> Values:
    """The earning rule cleaned, or InvalidValues naming each fault."""
    checks, fields = Checks(), values.fields
    for name in ("points_per_amount", "points_per_night", "points_per_trip"):
        if not 0 <= fields[name] <= POINTS_MAX:
            checks.fault(name, f"{fields[name]:,} is no number of points. Use 0 to {POINTS_MAX:,}.")
    if fields.get("amount_minor") is None or not 0 < fields["amount_minor"] <= money.MAX_MINOR:
        checks.fault("amount_minor", "Say an amount of more than 0, such as 10.")
    if fields.get("from_on") is None:
        checks.fault("from_on", "Say from which day of return on bookings earn points.")
    checks.day("from_on", fields.get("from_on"), label="first day")
    months = fields.get("months_valid")
    if months is not None and not 1 <= months <= MONTHS_MAX:
        checks.fault("months_valid", f"Use 1 to {MONTHS_MAX} months, or nothing: without end.")
    checks.finish()
    return values


def checked_label(value: str, others: Sequence[str], *, noun: str) -> str:
    """The words of a list's entry; raises InvalidValues for none, and for one that is there."""
    checks = Checks()
    cleaned = checks.line("label", value, LABEL_MAX, label="name")
    if not cleaned:
        checks.fault("label", f"The {noun} needs a name.")
    if cleaned.casefold() in {other.casefold() for other in others}:
        checks.fault("label", f"There is a {noun} “{cleaned}” already.")
    if len(others) >= LIST_MAX:
        checks.fault("label", f"There are {LIST_MAX} already; that is as many as a list can have.")
    checks.finish()
    return cleaned
