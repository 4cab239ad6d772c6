"""An offer's values, and the steps of its life (TQ-50)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from wayfolk.kit import contact, money, text
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.kit.money import Money

UNSENT, AVAILABLE, EXPIRED, SOLD, CLOSED = "unsent", "available", "expired", "sold", "closed"
STATUSES = (UNSENT, AVAILABLE, EXPIRED, SOLD, CLOSED)
OPEN = (UNSENT, AVAILABLE, EXPIRED)
REQUEST, PROPOSAL = "request", "proposal"
KINDS = (REQUEST, PROPOSAL)
CUSTOMER_TYPES = ("", "individual", "couple", "family", "group", "company", "trade")
PARTY = {"adults": "adults", "children": "children", "infants": "infants"}
DATES = {
    "departs_on": "proposed departure",
    "returns_on": "proposed return",
    "valid_until": "valid until",
    "follow_up_on": "follow-up date",
}
TEXT_LIMITS = {
    "offeree_name": 200,
    "title": 200,
    "transport": 80,
    "resort": 120,
    "hotel": 120,
    "notes": 20_000,
}
LABELS = {
    "brand_id": "brand",
    "kind": "type",
    "customer_id": "customer",
    "offeree_name": "offeree",
    "offeree_email": "offeree's email",
    "offeree_phone": "offeree's phone",
    "title": "title",
    "departs_on": DATES["departs_on"],
    "returns_on": DATES["returns_on"],
    "transport": "transport",
    "resort": "resort",
    "hotel": "hotel",
    **PARTY,
    "currency": "currency",
    "exchange_rate": "exchange rate",
    "price_minor": "price",
    "valid_until": DATES["valid_until"],
    "follow_up_on": DATES["follow_up_on"],
    "assignee_id": "assignee",
    "customer_type": "customer type",
    "is_reminding": "reminders",
    "notes": "notes",
}
# Which field rule (staff.rules.CONTROLLED_FIELDS) governs which field.
FIELD_RULES = {
    "price_minor": "offer.price",
    "currency": "offer.price",
    "exchange_rate": "offer.price",
    "offeree_email": "customer.email",
    "offeree_phone": "customer.phone",
}
RATE_MAX = Decimal(10) ** 9
# What may happen to an offer, and where it then stands. Where a step leads back to what the offer
# was before (reopening, another date) the offer itself says which: see `standing`.
STEPS: Mapping[str, frozenset[str]] = {
    "send": frozenset({UNSENT, AVAILABLE}),
    "convert": frozenset({UNSENT, AVAILABLE}),
    "close": frozenset({UNSENT, AVAILABLE, EXPIRED}),
    "reopen": frozenset({CLOSED}),
}
_STEP_WORDS = {
    "send": "sent",
    "convert": "made a booking",
    "close": "closed",
    "reopen": "opened again",
}
_WAY_OUT = {
    UNSENT: "It is open already.",
    AVAILABLE: "It is open already.",
    EXPIRED: "Give it another date under “Valid until” first.",
    SOLD: "It is a booking already: open that one.",
    CLOSED: "Open it again first.",
}


class WrongStatus(Refusal):
    """The offer's status does not allow the step; `details` has `status` and `step`."""

    code = "wrong_status"


@dataclass(frozen=True)
class OfferData:
    """What somebody wants an offer to be. A key that is absent stays as it is.

    `fields`: the names of LABELS. `price_minor` is in minor units of `currency`, None while there
    is no price; `exchange_rate` is units of the organisation's currency per unit of it.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


def require_step(status: str, step: str, *, number: int) -> None:
    """Raises WrongStatus in words unless an offer of this status can take the step."""
    if status in STEPS[step]:
        return
    raise WrongStatus(
        f"Offer {number} is {status}, so it cannot be {_STEP_WORDS[step]}. {_WAY_OUT[status]}",
        details={"status": status, "step": step},
    )


def standing(*, was_sent: bool, valid_until: date | None, today: date) -> str:
    """Where an offer that is neither sold nor closed stands."""
    if not was_sent:
        return UNSENT
    return EXPIRED if valid_until is not None and valid_until < today else AVAILABLE


def checked(data: OfferData) -> OfferData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    if not cleaned.get("title", "set"):
        checks.fault("title", "The title is missing: say what is offered.")
    checks.finish()
    return OfferData(cleaned)


def _checked(checks: Checks, name: str, value: Any) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        return checks.line(name, value, TEXT_LIMITS[name], label=label, multiline=name == "notes")
    if name in PARTY:
        return checks.count(name, value, label=label)
    if name in DATES:
        return checks.day(name, value, label=label)
    if name in {"offeree_phone", "offeree_email"}:
        is_phone = name == "offeree_phone"
        return checks.phone(name, value) if is_phone else _checked_email(checks, name, value)
    if name in {"kind", "customer_type"}:
        allowed = KINDS if name == "kind" else CUSTOMER_TYPES
        return checks.choice(name, value, allowed, label=label)
    if name == "price_minor" and value is not None and not 0 <= value <= money.MAX_MINOR:
        checks.fault(name, "The price is out of range. It cannot be below zero.")
    if name == "currency" and not money.is_currency(value):
        checks.fault(name, f"“{value[:10]}” is not a currency code. Use three letters such as EUR.")
    return value


def _checked_email(checks: Checks, name: str, value: str) -> str:
    """An email address, or nothing."""
    cleaned = text.clean(value)
    if cleaned and not contact.is_email(cleaned):
        checks.fault(name, f"“{cleaned[:80]}” is not an email address. Write it like ann@mail.com.")
    return cleaned


def require_consistent(fields: Mapping[str, Any], *, base_currency: str) -> None:
    """What must hold between the values of a whole offer; raises InvalidValues."""
    checks = Checks()
    if not fields.get("title"):
        checks.fault("title", "The title is missing: say what is offered.")
    if not fields.get("customer_id") and not fields.get("offeree_name"):
        checks.fault(
            "customer_id",
            "Say whom the offer is for: choose a customer, or write the name of the offeree.",
        )
    departs, returns = fields.get("departs_on"), fields.get("returns_on")
    if departs and returns and returns < departs:
        checks.fault(
            "returns_on",
            f"The return ({returns}) lies before the departure ({departs}). Change one of the two.",
        )
    _check_rate(checks, fields, base_currency)
    checks.finish()


def _check_rate(checks: Checks, fields: Mapping[str, Any], base_currency: str) -> None:
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
        return
    price = Money(fields.get("price_minor") or 0, currency)
    if money.convert(price, rate=rate, to=base_currency).minor > money.MAX_MINOR:
        checks.fault(
            "price_minor",
            f"A price of {price} at a rate of {rate} is more than can be stored. Look at the"
            " amount and the rate.",
        )


def require_price_restated(
    changed: Iterable[str], given: Iterable[str], *, has_price: bool
) -> None:
    """In another currency a stored price would mean something else: it must come along."""
    if has_price and "currency" in set(changed) and "price_minor" not in set(given):
        raise InvalidValues(
            {"currency": "To change the currency, give the price in the new one as well."}
        )
