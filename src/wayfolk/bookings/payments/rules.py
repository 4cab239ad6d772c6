"""Decisions over payments: their values, what is owed, what is late. No Django here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from wayfolk.kit import money
from wayfolk.kit.checking import Checks
from wayfolk.kit.money import Money, convert

IN, REFUND = "in", "refund"
PENDING, RECEIVED, REVERSED = "pending", "received", "reversed"
DEPOSIT, FINAL = "deposit", "final"
DIRECTIONS = (IN, REFUND)
METHODS = ("card", "transfer", "cash", "voucher", "gift_card", "other")
TEXT_LIMITS = {"reference": 120, "notes": 500}
LABELS = {
    "method": "way of paying",
    "paid_on": "day of payment",
    "amount_minor": "amount",
    "currency": "currency",
    "exchange_rate": "exchange rate",
    "payer_id": "payer",
    "reference": "reference",
    "notes": "notes",
}
RATE_MAX = Decimal(10) ** 9
# Digits in one piece, or in the groups of a card; not those of an IBAN.
_IN_ONE = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")
_IN_GROUPS = re.compile(
    r"(?<![0-9])(?<![A-Z]{2}[0-9]{2} )"
    r"(?:[0-9]{4}(?:[ .\-][0-9]{4}){2}[ .\-][0-9]{1,4}(?:[ .\-][0-9]{1,3})?"
    r"|[0-9]{4}[ .\-][0-9]{6}[ .\-][0-9]{4,5})(?![0-9])"
)


@dataclass(frozen=True)
class PaymentData:
    """What somebody wants a payment to be: names of LABELS. An absent key stays as it is.

    `exchange_rate`: units of the booking's currency per unit of the payment's.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the balance counts it."""

    direction: str
    state: str
    amount: Money
    exchange_rate: Decimal


@dataclass(frozen=True, slots=True)
class Due:
    """`amount_minor` None: all that is left."""

    due_on: date
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class Account:
    """How a booking stands, in its own currency.

    `due_on` and `late`: the first day by which too little had come in, and how much of what was
    due before the day asked about is missing (zero where nothing is late).
    """

    price: Money
    paid: Money
    pending: Money
    due_on: date | None
    late: Money

    @property
    def balance(self) -> Money:
        """What is still owed; negative where more came in than the price."""
        return self.price + -self.paid

    @property
    def is_overpaid(self) -> bool:
        return self.balance.minor < 0


def account(
    price: Money,
    payments: Iterable[Paid],
    dues: Sequence[Due],
    *,
    status: str,
    today: date,
) -> Account:
    """The account of a booking; a cancelled one owes nothing, and only a confirmed one is late."""
    owed = Money(0, price.currency) if status == "cancelled" else price
    paid, pending = Money(0, price.currency), Money(0, price.currency)
    for each in payments:
        amount = convert(each.amount, rate=each.exchange_rate, to=price.currency)
        signed = -amount if each.direction == REFUND else amount
        if each.state == RECEIVED:
            paid += signed
        elif each.state == PENDING:
            pending += signed
    is_dunned = status == "confirmed"
    late_from = first_unmet(owed.minor, paid.minor, dues) if is_dunned else None
    wanted = required(owed.minor, dues, today) if is_dunned else 0
    late = Money(max(0, wanted - paid.minor), price.currency)
    return Account(owed, paid, pending, late_from, late)


def required(price_minor: int, dues: Iterable[Due], today: date) -> int:
    """How much was to be paid before `today`: what falls due today is not late yet."""
    over = [due for due in dues if due.due_on < today]
    if any(due.amount_minor is None for due in over):
        return price_minor
    return min(price_minor, sum(due.amount_minor or 0 for due in over))


def first_unmet(price_minor: int, paid_minor: int, dues: Sequence[Due]) -> date | None:
    """The first day by which more is due than has come in."""
    for day in sorted({due.due_on for due in dues}):
        if required(price_minor, dues, date.fromordinal(day.toordinal() + 1)) > paid_minor:
            return day
    return None


def checked(data: PaymentData, *, today: date) -> PaymentData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value, today) for name, value in data.fields.items()}
    checks.finish()
    return PaymentData(cleaned)


def require_consistent(fields: Mapping[str, Any], *, booking_currency: str, direction: str) -> None:
    """What must hold between the values of a whole payment; raises InvalidValues."""
    checks = Checks()
    checks.choice("direction", direction, DIRECTIONS, label="direction of a payment")
    for name in ("method", "paid_on", "amount_minor"):
        if fields.get(name) in (None, ""):
            checks.fault(name, f"The {LABELS[name]} is missing.")
    rate = fields["exchange_rate"]
    if fields["currency"] == booking_currency and rate != 1:
        checks.fault(
            "exchange_rate", f"The booking is in {booking_currency} as well: the rate is 1."
        )
    if not 0 < rate <= RATE_MAX or rate != round(rate, 8):
        checks.fault(
            "exchange_rate",
            f"{rate} is no exchange rate. Use more than 0, with 8 decimals at most.",
        )
    checks.finish()


def _checked(checks: Checks, name: str, value: Any, today: date) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        cleaned = checks.line(name, value, TEXT_LIMITS[name], label=label)
        if looks_like_card(cleaned):
            checks.fault(
                name,
                f"The {label} looks like a card number, and those are never stored. Use the"
                " receipt's number, or the last four digits.",
            )
        return cleaned
    if name == "method":
        return checks.choice(name, value, METHODS, label=label)
    if name == "paid_on":
        if value is not None and value > today:
            checks.fault(name, f"{value} lies ahead. Note a payment on the day it is made.")
        return checks.day(name, value, label=label)
    if name == "amount_minor" and value is not None and not 0 < value <= money.MAX_MINOR:
        checks.fault(name, "The amount has to be more than 0, and within range.")
    if name == "currency" and not money.is_currency(value):
        checks.fault(name, f"“{value[:10]}” is not a currency code. Use three letters such as EUR.")
    return value


def looks_like_card(written: str) -> bool:
    """13 to 19 digits, also in groups, whose check digit fits (Luhn)."""
    runs = [*_IN_ONE.findall(written), *_IN_GROUPS.findall(written)]
    if not any(letter.isalpha() for letter in written):
        runs.append(written)
    digits = [[int(each) for each in run if each in "0123456789"] for run in runs]
    return any(13 <= len(each) <= 19 and _passes_luhn(each) for each in digits)


def _passes_luhn(digits: Sequence[int]) -> bool:
    doubled = (2 * d - 9 * (d > 4) if place % 2 else d for place, d in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0


def checked_dues(dues: Mapping[str, Due | None]) -> Mapping[str, Due | None]:
    """The due dates by kind, None for none; raises InvalidValues."""
    checks = Checks()
    for kind, due in dues.items():
        if due is None:
            continue
        checks.day(f"{kind}_on", due.due_on, label="due date")
        if due.amount_minor is not None and not 0 < due.amount_minor <= money.MAX_MINOR:
            checks.fault(f"{kind}_amount", "The amount has to be more than 0, and within range.")
    deposit, final = dues.get(DEPOSIT), dues.get(FINAL)
    if deposit and final and final.due_on < deposit.due_on:
        checks.fault(
            f"{FINAL}_on",
            f"The final payment ({final.due_on}) would be due before the deposit"
            f" ({deposit.due_on}). Change one of the two.",
        )
    checks.finish()
    return dues
