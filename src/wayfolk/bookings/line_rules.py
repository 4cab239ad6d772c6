"""Decisions over booking lines, their categories and pickup points. No Django here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from wayfolk.bookings.rules import KINDS
from wayfolk.kit import money
from wayfolk.kit.checking import Checks
from wayfolk.kit.money import Money

LINES_MAX = 200
DISCOUNT, PICKUP, BASIC = "discount", "pickup", "basic"
LABELS = {
    "category_id": "category",
    "pickup_point_id": "pickup point",
    "adjustment_id": "discount or supplement",
    "description": "description",
    "pax": "pax",
    "amount_minor": "price",
    "cost_minor": "cost",
}
FIELD_RULES = {"amount_minor": "booking.total", "cost_minor": "booking.cost"}
DESCRIPTION_MAX = 200
NAME_MAX = 80
BUILT_IN = {
    "basic": "Basic",
    "insurance": "Insurance",
    "transfer": "Transfer",
    "fee": "Fee",
    "discount": "Discount",
    "supplement": "Supplement",
    "pickup": "Pickup point",
    "other": "Other",
}
PICKUP_LABELS = {
    "code": "code",
    "description": "description",
    "meets_at": "meeting hour",
    "price_minor": "price",
    "cost_minor": "cost",
    "currency": "currency",
    "price_tag": "price tag",
    "route": "bus route",
    "choice_days": "days before departure",
    "is_retired": "retired",
}
PICKUP_LIMITS = {"code": 20, "description": 200, "price_tag": 60, "route": 60}
_MAY_BE_EMPTY = ("price_tag", "route")
CHOICE_DAYS_MAX = 365


@dataclass(frozen=True)
class LineData:
    """What somebody wants a line to be. A key that is absent stays as it is.

    `fields`: the names of LABELS, or `bonus_code` for the adjustment that it stands for; amounts
    in minor units of the booking's currency, a discount's at most 0, every other's at least 0;
    `cost_minor` None: not known. `id`: of a present line.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None


@dataclass(frozen=True)
class PickupData:
    """What a pickup point is to be, by the names of PICKUP_LABELS; absent stays as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


def checked(data: LineData) -> LineData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = dict(data.fields)
    if "description" in cleaned:
        cleaned["description"] = checks.line(
            "description", cleaned["description"], DESCRIPTION_MAX, label="description"
        )
    if cleaned.get("pax") is not None:
        checks.count("pax", cleaned["pax"], label="passengers")
    for name in ("amount_minor", "cost_minor"):
        value = cleaned.get(name)
        if value is not None and abs(value) > money.MAX_MINOR:
            checks.fault(name, f"The {LABELS[name]} is out of range.")
    checks.finish()
    return LineData(cleaned, data.id)


def require_sign(kind: str, amount: Money, *, category: str) -> None:
    """Discounts take off the price, everything else adds to it; raises InvalidValues."""
    checks = Checks()
    if kind == DISCOUNT and amount.minor > 0:
        checks.fault(
            "amount_minor",
            f"A {category.lower()} lowers the price: write {-amount} instead of {amount}.",
        )
    if kind != DISCOUNT and amount.minor < 0:
        checks.fault(
            "amount_minor",
            f"{amount} would lower the price, and “{category}” is no discount. Write an amount of"
            " 0 or more, or choose a category of discounts.",
        )
    checks.finish()


def checked_name(name: str, *, others: Collection[str]) -> str:
    """The name of a category; raises InvalidValues for none, or one that another has."""
    checks = Checks()
    cleaned = checks.line("name", name, NAME_MAX, label="name")
    if not cleaned:
        checks.fault("name", "The name is missing: say what such lines are, like “Visa”.")
    if cleaned.casefold() in {other.casefold() for other in others}:
        checks.fault("name", f"There is a category “{cleaned}” already. Choose another name.")
    checks.finish()
    return cleaned


def checked_kind(kind: str) -> str:
    checks = Checks()
    checks.choice("kind", kind, KINDS, label="kind of lines")
    checks.finish()
    return kind


def checked_pickup(data: PickupData) -> PickupData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = dict(data.fields)
    for name, limit in PICKUP_LIMITS.items():
        if name in cleaned:
            cleaned[name] = checks.line(name, cleaned[name], limit, label=PICKUP_LABELS[name])
            if not cleaned[name] and name not in _MAY_BE_EMPTY:
                checks.fault(name, f"The {name} of the pickup point is missing.")
    if cleaned.get("code"):
        cleaned["code"] = cleaned["code"].upper()
    if cleaned.get("price_minor", 0) is None or not _fits(cleaned.get("price_minor", 0)):
        checks.fault("price_minor", "The price of a pickup point is 0 or more.")
    if cleaned.get("cost_minor") is not None and not _fits(cleaned["cost_minor"]):
        checks.fault("cost_minor", "The cost of a pickup point is 0 or more, or not known.")
    if "currency" in cleaned and not money.is_currency(cleaned["currency"]):
        currency = cleaned["currency"][:10]
        checks.fault(
            "currency", f"“{currency}” is not a currency code. Use three letters such as EUR."
        )
    days = cleaned.get("choice_days")
    if days is not None and not 0 <= days <= CHOICE_DAYS_MAX:
        checks.fault(
            "choice_days",
            f"Guests choose until 0 to {CHOICE_DAYS_MAX} days before departure, not {days}. Leave"
            " it empty if they never do.",
        )
    if isinstance(cleaned.get("meets_at"), time):
        cleaned["meets_at"] = cleaned["meets_at"].replace(second=0, microsecond=0, tzinfo=None)
    checks.finish()
    return PickupData(cleaned)


def last_day_of_choice(departs_on: date | None, choice_days: int | None) -> date | None:
    """Until when the guest may take another pickup point; None: not at all."""
    if departs_on is None or choice_days is None:
        return None
    return departs_on - timedelta(days=choice_days)


def description_of(pickup_point: object) -> str:
    """What a line says that was made of a pickup point."""
    return str(pickup_point)[:DESCRIPTION_MAX]


def _fits(minor: int) -> bool:
    return 0 <= minor <= money.MAX_MINOR
