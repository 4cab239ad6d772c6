"""Decisions over a catalog order's values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wayfolk.kit import countries
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import Refusal

ORDERED, SENT, CANCELLED = "ordered", "sent", "cancelled"
STATUSES = (ORDERED, SENT, CANCELLED)
CHANNELS = ("", "phone", "email", "web", "letter", "shop", "fair")
COPIES_MAX = 999
ADDRESS_FIELDS = ("recipient", "lines", "postcode", "city", "country")
TEXT_LIMITS = {
    "recipient": 200,
    "lines": 500,
    "postcode": 20,
    "city": 120,
    "notes": 5_000,
}
LABELS = {
    "customer_id": "customer",
    "catalogue_id": "catalogue",
    "copies": "copies",
    "ordered_on": "ordered on",
    "channel": "channel",
    "recipient": "recipient",
    "lines": "address",
    "postcode": "zip code",
    "city": "city",
    "country": "country",
    "notes": "notes",
}
FIELD_RULES = dict.fromkeys(("lines", "postcode", "city", "country"), "customer.address")


class WrongOrderStatus(Refusal):
    """The order was sent or cancelled already; `details` has `status`."""

    code = "wrong_status"


@dataclass(frozen=True)
class OrderData:
    """What somebody wants a catalog order to be; `fields`: names of LABELS."""

    fields: Mapping[str, Any] = field(default_factory=dict)


def checked(data: OrderData) -> OrderData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    checks.finish()
    return OrderData(cleaned)


def _checked(checks: Checks, name: str, value: Any) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        multiline = name in {"lines", "notes"}
        return checks.line(name, value, TEXT_LIMITS[name], label=label, multiline=multiline)
    if name == "copies" and not 1 <= value <= COPIES_MAX:
        checks.fault(name, f"{value} is no number of copies. Use 1 to {COPIES_MAX}.")
    if name == "ordered_on":
        return checks.day(name, value, label=label)
    if name == "channel":
        return checks.choice(name, value, CHANNELS, label=label)
    if name == "country" and value and not countries.is_country(value):
        checks.fault(name, f"“{value[:20]}” is no country code such as PT.")
    return value


def require_consistent(fields: Mapping[str, Any], *, today: date) -> None:
    """What must hold of a whole order; raises InvalidValues."""
    checks = Checks()
    for name in ("customer_id", "catalogue_id", "ordered_on"):
        if not fields.get(name):
            checks.fault(name, f"The {LABELS[name]} is missing.")
    ordered = fields.get("ordered_on")
    if ordered and ordered > today:
        checks.fault("ordered_on", f"The order cannot be of a day to come ({ordered}).")
    checks.finish()


def require_open(status: str, *, number: int) -> None:
    """Raises WrongOrderStatus unless the order waits to be sent."""
    if status != ORDERED:
        raise WrongOrderStatus(
            f"Order {number} is {status} already. Take that back first, or make a new order.",
            details={"status": status},
        )
