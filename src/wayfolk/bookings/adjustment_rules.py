"""Decisions over the catalogue of discounts and supplements (TQ-56). No Django here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from wayfolk.kit import money, text
from wayfolk.kit.checking import Checks

DISCOUNT, SUPPLEMENT = "discount", "supplement"
KINDS = (DISCOUNT, SUPPLEMENT)
LABELS = {
    "code": "code",
    "description": "description",
    "kind": "kind",
    "rate": "percentage",
    "amount_minor": "amount",
    "currency": "currency",
    "is_per_passenger": "for each passenger",
    "product": "product",
    "is_permanent": "permanent",
    "bonus_code": "bonus code",
    "beside_id": "category beside it",
    "is_retired": "retired",
}
LIMITS = {"code": 20, "description": 200, "product": 200, "bonus_code": 40}
_MAY_BE_EMPTY = ("product", "bonus_code")


@dataclass(frozen=True)
class AdjustmentData:
    """What a discount or supplement is to be, by the names of LABELS; absent stays as it is.

    `rate`: percent of the basic price; `amount_minor`: a sum in `currency`, of a discount too.
    One of the two is given.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


def checked(data: AdjustmentData) -> AdjustmentData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = dict(data.fields)
    for name, limit in LIMITS.items():
        if name in cleaned:
            cleaned[name] = checks.line(name, cleaned[name], limit, label=LABELS[name])
            if not cleaned[name] and name not in _MAY_BE_EMPTY:
                checks.fault(name, f"The {LABELS[name]} is missing.")
    for name in ("code", "bonus_code"):
        if cleaned.get(name):
            cleaned[name] = cleaned[name].upper()
    if "kind" in cleaned:
        checks.choice("kind", cleaned["kind"], KINDS, label="kind")
    if cleaned.get("rate") is not None:
        cleaned["rate"] = _checked_rate(cleaned["rate"], checks)
    if cleaned.get("amount_minor") is not None and not _fits(cleaned["amount_minor"]):
        checks.fault("amount_minor", "The amount is more than 0: a discount takes it off.")
    if "currency" in cleaned and not money.is_currency(cleaned["currency"]):
        shown = str(cleaned["currency"])[:10]
        checks.fault(
            "currency", f"“{shown}” is not a currency code. Use three letters such as EUR."
        )
    checks.finish()
    return AdjustmentData(cleaned)


def require_whole(values: Mapping[str, Any]) -> None:
    """Raises InvalidValues unless it is either a percentage or an amount."""
    checks = Checks()
    if values["rate"] is None and values["amount_minor"] is None:
        checks.fault("rate", "Say how much: a percentage of the basic price, or an amount.")
    if values["rate"] is not None and values["amount_minor"] is not None:
        checks.fault("rate", "Say either a percentage or an amount, not both.")
    if values["rate"] is not None and values["is_per_passenger"]:
        checks.fault(
            "is_per_passenger",
            "A percentage is of the whole basic price. Untick “for each passenger”.",
        )
    checks.finish()


def amount_of(
    *, kind: str, rate: Decimal | None, amount_minor: int | None, count: int, basic_minor: int
) -> int:
    """What a line comes to, in minor units: a discount's is 0 or less.

    `count`: how many it is for; `basic_minor`: the basic price of the booking.
    """
    if rate is None:
        minor = (amount_minor or 0) * count
    else:
        exact = Decimal(max(0, basic_minor)) * rate / 100
        minor = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return -minor if kind == DISCOUNT else minor


def is_for(product: str, *, booked: str) -> bool:
    """Whether one that is specific to a product ("": to none) is for what was booked."""
    return text.fold(booked).startswith(text.fold(product))


def may_stand(beside: object, present: Collection[object]) -> bool:
    """Whether the category that it needs beside it (None: none) is on the booking."""
    return beside is None or beside in present


def _checked_rate(rate: Decimal, checks: Checks) -> Decimal:
    if not rate.is_finite() or not 0 < rate <= 100:
        checks.fault("rate", "The percentage is more than 0 and at most 100.")
        return rate
    if rate != rate.quantize(Decimal("0.01")):
        checks.fault("rate", f"{rate} has too many places. Write it like 12.5.")
    return rate


def _fits(minor: int) -> bool:
    return 0 < minor <= money.MAX_MINOR
