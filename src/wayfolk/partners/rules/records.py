"""What a partner's own values must be, and where it may stand in the hierarchy (KP-08)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from wayfolk.kit import money
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues

LEVELS = ("consortium", "agency", "agent")
STATUSES = ("active", "inactive")
ROLES = ("sales", "reservations", "accounting", "management", "other")
LABELS = {
    "level": "level",
    "parent_id": "belongs to",
    "status": "status",
    "currency": "default currency",
    "payment_days": "days to pay",
    "payment_terms": "payment terms",
    "tier": "commission tier",
}
TEXT_LIMITS = {"payment_terms": 500, "tier": 60}
PAYMENT_DAYS_MAX = 365


class CircularHierarchy(InvalidValues):
    """The partner would stand above itself, or beside the level that it must stand below."""

    code = "circular_hierarchy"


@dataclass(frozen=True)
class PartnerData:
    """What somebody wants a partner to be: names of LABELS. An absent key stays as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """A partner's place for the checks of the hierarchy."""

    name: str
    level: str


def checked(data: PartnerData) -> PartnerData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    checks.finish()
    return PartnerData(cleaned)


def _checked(checks: Checks, name: str, value: Any) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        return checks.line(
            name, value, TEXT_LIMITS[name], label=label, multiline=name == "payment_terms"
        )
    if name == "level":
        return checks.choice(name, value, LEVELS, label=label)
    if name == "status":
        return checks.choice(name, value, STATUSES, label=label)
    if name == "currency" and value and not money.is_currency(value):
        checks.fault(name, f"“{value[:10]}” is not a currency code. Use three letters such as EUR.")
    if name == "payment_days" and value is not None and not 0 <= value <= PAYMENT_DAYS_MAX:
        checks.fault(name, f"{value} is no number of days to pay. Use 0 to {PAYMENT_DAYS_MAX}.")
    return value


def require_level(level: str | None) -> None:
    """Raises InvalidValues for a new partner without a level."""
    if not level:
        raise InvalidValues({"level": "Choose the level: consortium, agency or agent."})


def require_kind(name: str, level: str, *, is_company: bool) -> None:
    """A person can be an agent; raises InvalidValues for one on another level."""
    if not is_company and level != "agent":
        raise InvalidValues(
            {
                "level": f"{name} is a person and can only be an agent."
                f" {'A consortium' if level == 'consortium' else 'An agency'} is a company."
            }
        )


def require_place(own: Standing, *, above: Sequence[Standing], members: Sequence[Standing]) -> None:
    """Consortium over agency over agent: raises CircularHierarchy, in words.

    `above`: the new parent and those above it, nearest first. `members`: some of those directly
    below.
    """
    if above and _rank(above[0].level) >= _rank(own.level):
        parent = above[0]
        raise CircularHierarchy(
            {
                "parent_id": f"{own.name} ({own.level}) cannot belong to {parent.name}"
                f" ({parent.level}): {_hosts(own.level)}"
            }
        )
    wrong = next((m for m in members if _rank(m.level) <= _rank(own.level)), None)
    if wrong is not None:
        raise CircularHierarchy(
            {
                "level": f"{own.name} cannot become {_article(own.level)}: {wrong.name}"
                f" ({wrong.level}) belongs to it and must stand below. Move it elsewhere first."
            }
        )


def require_no_circle(name: str, parent_name: str, *, is_below: bool) -> None:
    """Raises CircularHierarchy when the wished parent is the partner or stands below it."""
    if is_below:
        raise CircularHierarchy(
            {
                "parent_id": f"{name} cannot belong to {parent_name}: {parent_name} belongs to"
                f" {name}, so each would stand above the other. Choose another partner, or none."
            }
        )


def overlaps(
    first_from: date | None, first_to: date | None, other_from: date | None, other_to: date | None
) -> bool:
    """Whether two periods, each until the day before its end, share a day; None is open."""
    begins = max(first_from or date.min, other_from or date.min)
    ends = min(first_to or date.max, other_to or date.max)
    return begins < ends


def not_below(level: str) -> tuple[str, ...]:
    """The levels that cannot stand below this one."""
    return LEVELS[: LEVELS.index(level) + 1]


def _rank(level: str) -> int:
    return LEVELS.index(level)


def _article(level: str) -> str:
    return f"a{'n' if level[0] == 'a' else ''} {level}"


def _hosts(level: str) -> str:
    if level == "consortium":
        return "a consortium stands at the top and belongs to nobody."
    if level == "agency":
        return "an agency belongs to a consortium."
    return "an agent belongs to an agency or a consortium."
