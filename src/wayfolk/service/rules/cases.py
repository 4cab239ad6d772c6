"""What the values of a service case must be (TQ-46 to TQ-49)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wayfolk.kit import contact, money, text
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues

KINDS = ("complaint", "request", "support")
STATUSES = ("new", "in_progress", "closed", "waiting_court")
CLOSED = "closed"
COMPENSATIONS = ("", "refund", "voucher", "discount", "goodwill", "other")
COMPENSATION = ("compensation_kind", "compensation_minor", "compensation_currency")
LABELS = {
    "kind": "kind",
    "status": "status",
    "email": "email",
    "phone": "phone",
    "opened_on": "opening date",
    "handler_id": "handler",
    "description": "description",
    "reason_ids": "reasons",
    "compensation_kind": "kind of compensation",
    "compensation_minor": "compensation",
    "compensation_currency": "currency of the compensation",
}
# Which field rule (staff.rules.CONTROLLED_FIELDS) governs which field.
FIELD_RULES = {
    "email": "customer.email",
    "phone": "customer.phone",
    **dict.fromkeys(COMPENSATION, "service.compensation"),
}
DESCRIPTION_MAX = 20_000
COMMENT_MAX = 10_000
REASON_MAX = 80
REASONS_MAX = 20


@dataclass(frozen=True)
class CaseData:
    """What somebody wants a case to be: names of LABELS. An absent key stays as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


def checked(data: CaseData) -> CaseData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    checks.finish()
    return CaseData(cleaned)


_CHOICES = {
    "kind": (KINDS, "kind of case"),
    "status": (STATUSES, "status"),
    "compensation_kind": (COMPENSATIONS, "kind of compensation"),
}


def _checked(checks: Checks, name: str, value: Any) -> Any:
    if name in _CHOICES:
        allowed, label = _CHOICES[name]
        return checks.choice(name, value, allowed, label=label)
    check = _CHECKS.get(name)
    return check(checks, value) if check else value


def _description(checks: Checks, value: str) -> str:
    return checks.line("description", value, DESCRIPTION_MAX, label="description", multiline=True)


def _phone(checks: Checks, value: str) -> str:
    return checks.phone("phone", value)


def _email(checks: Checks, value: str) -> str:
    cleaned = text.clean(value)
    if cleaned and not contact.is_email(cleaned):
        checks.fault("email", f"“{cleaned[:80]}” is not an email address.")
    return cleaned


def _opening(checks: Checks, value: Any) -> Any:
    if value is None:
        checks.fault("opened_on", "The opening date is missing.")
    return checks.day("opened_on", value, label="opening date")


def _reasons(checks: Checks, value: Any) -> tuple[Any, ...]:
    chosen = tuple(dict.fromkeys(value))
    if not chosen:
        checks.fault("reason_ids", "Choose at least one reason.")
    if len(chosen) > REASONS_MAX:
        checks.fault("reason_ids", f"A case has at most {REASONS_MAX} reasons.")
    return chosen


def _amount(checks: Checks, value: int | None) -> int | None:
    if value is not None and not 0 <= value <= money.MAX_MINOR:
        checks.fault("compensation_minor", "The compensation must be an amount of 0 or more.")
    return value


_CHECKS: Mapping[str, Callable[[Checks, Any], Any]] = {
    "description": _description,
    "email": _email,
    "phone": _phone,
    "opened_on": _opening,
    "reason_ids": _reasons,
    "compensation_minor": _amount,
}


def require_compensation(fields: Mapping[str, Any]) -> None:
    """Amount, currency and kind stand together or not at all; raises InvalidValues."""
    kind, amount, currency = (fields.get(name) for name in COMPENSATION)
    checks = Checks()
    if amount is None and kind:
        checks.fault("compensation_minor", "Say how much the compensation is.")
    if amount is not None and not kind:
        checks.fault("compensation_kind", "Say what kind of compensation it is.")
    if amount is not None and not money.is_currency(str(currency or "")):
        checks.fault(
            "compensation_currency",
            f"“{str(currency or '')[:10]}” is not a currency code. Use three letters such as EUR.",
        )
    checks.finish()


def checked_comment(value: str) -> str:
    """The text of a comment; raises InvalidValues for none or too much."""
    checks = Checks()
    cleaned = checks.line("text", value, COMMENT_MAX, label="comment", multiline=True)
    if not cleaned:
        checks.fault("text", "The comment is empty. Write what happened.")
    checks.finish()
    return cleaned


def checked_reason(value: str) -> str:
    """The name of a reason; raises InvalidValues."""
    cleaned = text.clean(value)
    if not 0 < len(cleaned) <= REASON_MAX:
        raise InvalidValues({"name": f"A reason needs a name of 1 to {REASON_MAX} characters."})
    return cleaned
