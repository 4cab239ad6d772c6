"""Decisions over an itinerary and the customers on it. No Django here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from wayfolk.kit import text
from wayfolk.kit.errors import InvalidValue, InvalidValues, Refusal

NAME_MAX = 200
NOTES_MAX = 20_000
PARTY_MAX = 9_999
STAGE_LABEL_MAX = 80
EARLIEST, LATEST = date(1950, 1, 1), date(2150, 12, 31)
PARTY_FIELDS = ("adults", "children", "infants")
DATE_FIELDS = ("arrival_at", "departure_at")
FIELDS = ("name", "stage_id", *DATE_FIELDS, *PARTY_FIELDS, "assignee_id", "notes")
DEFAULT_STAGES = ("Quote", "Option", "Confirmed", "Travelling", "Travelled", "Cancelled")

LABELS = {
    "name": "trip name",
    "stage_id": "stage",
    "arrival_at": "arrival",
    "departure_at": "departure",
    "adults": "adults",
    "children": "children",
    "infants": "infants",
    "assignee_id": "assignee",
    "notes": "notes",
}


class PointOfContactNeeded(Refusal):
    """TP-02: the change would leave customers on an itinerary without a point of contact."""

    code = "point_of_contact_needed"


@dataclass(frozen=True, slots=True)
class Place:
    """A customer's place on an itinerary: three independent facts (decision 3)."""

    customer_id: UUID
    is_poc: bool = False
    is_travelling: bool = True
    is_leader: bool = False


def settled(wanted: Iterable[Place], *, before: Sequence[Place], names: str) -> list[Place]:
    """The list as it is to be stored, judged on its final state alone (TP-33).

    A customer named twice stands once, at the first mention (TP-11). Where nobody of
    `before` stays, or nobody there was point of contact, the first in the list becomes it
    (TP-14). Raises PointOfContactNeeded (TP-31), InvalidValue for two trip leaders.
    `names` says for the message whom the itinerary would be left with.
    """
    first_mentions: dict[UUID, Place] = {}
    for place in wanted:
        first_mentions.setdefault(place.customer_id, place)
    places = list(first_mentions.values())
    if sum(place.is_leader for place in places) > 1:
        raise InvalidValue(
            "An itinerary has one trip leader; more than one was chosen. Choose one of them.",
            field="leader",
        )
    if not places or any(place.is_poc for place in places):
        return places
    staying = {place.customer_id for place in before} & {place.customer_id for place in places}
    if staying and any(place.is_poc for place in before):
        raise PointOfContactNeeded(
            f"That would leave {names} on the itinerary without a point of contact."
            " Make another customer point of contact first, or remove all customers."
        )
    return [replace(places[0], is_poc=True), *places[1:]]


def promoted(before: Sequence[Place], leaving: UUID) -> UUID | None:
    """Who becomes point of contact when `leaving` is deleted (TP-39).

    The first of the others in the list's order; None where nobody has to.
    """
    others = [place for place in before if place.customer_id != leaving]
    if not others or any(place.is_poc for place in others):
        return None
    return others[0].customer_id


def fingerprint(places: Sequence[Place]) -> str:
    """Differs when a list of places does: shows whether somebody changed it meanwhile."""
    state = [
        f"{p.customer_id}{int(p.is_poc)}{int(p.is_travelling)}{int(p.is_leader)}" for p in places
    ]
    return hashlib.sha256("|".join(state).encode()).hexdigest()[:16]


def contact_warning(name: str, *, has_email: bool, has_phone: bool) -> str:
    """What a point of contact lacks (TP-22); "" when both are there. A warning, never a block."""
    lacking = [
        word for word, there in (("email", has_email), ("phone number", has_phone)) if not there
    ]
    if not lacking:
        return ""
    return (
        f"{name} is point of contact but has no {' and no '.join(lacking)}. Add one to reach them."
    )


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` (names of FIELDS) cleaned, or InvalidValues naming each fault.

    Dates are aware instants. Whether the two are in order is asked of the whole
    itinerary, by `require_order`.
    """
    errors: dict[str, str] = {}
    cleaned = {name: _checked_field(name, value, errors) for name, value in fields.items()}
    if errors:
        raise InvalidValues(errors)
    return cleaned


def require_order(arrival_at: datetime | None, departure_at: datetime | None) -> None:
    """Raises InvalidValues when the departure lies before the arrival."""
    if arrival_at and departure_at and departure_at < arrival_at:
        raise InvalidValues(
            {"departure_at": "The departure lies before the arrival. Change one of the two."}
        )


def checked_label(label: str) -> str:
    """The name of a stage, cleaned; raises InvalidValue."""
    cleaned = text.clean(label)
    if not cleaned:
        raise InvalidValue("A stage needs a name.", field="label")
    if len(cleaned) > STAGE_LABEL_MAX:
        raise InvalidValue(
            f"The name has {len(cleaned)} characters; at most {STAGE_LABEL_MAX} can be stored.",
            field="label",
        )
    return cleaned


def stage_code(label: str, *, taken: Iterable[str]) -> str:
    """A stable code for a new stage, unlike those that are taken."""
    stem = text.fold(label).replace(" ", "_")[:36] or "stage"
    used = set(taken)
    candidates = (stem if count == 1 else f"{stem}_{count}" for count in range(1, len(used) + 2))
    return next(code for code in candidates if code not in used)


def _checked_field(name: str, value: Any, errors: dict[str, str]) -> Any:
    if name not in FIELDS:
        errors[name] = f"An itinerary has no field “{name}”."
    elif name in ("name", "notes"):
        return _checked_text(name, value, errors)
    elif name in PARTY_FIELDS:
        _check_count(name, value, errors)
    elif name in DATE_FIELDS and value is not None:
        _check_instant(name, value, errors)
    return value


def _checked_text(name: str, value: str, errors: dict[str, str]) -> str:
    cleaned = text.clean(value, multiline=name == "notes")
    limit = NOTES_MAX if name == "notes" else NAME_MAX
    if len(cleaned) > limit:
        errors[name] = (
            f"The {LABELS[name]} has {len(cleaned)} characters; at most {limit} can be stored."
        )
    if name == "name" and not cleaned:
        errors[name] = "An itinerary needs a trip name."
    return cleaned


def _check_count(name: str, value: Any, errors: dict[str, str]) -> None:
    if not isinstance(value, int) or not 0 <= value <= PARTY_MAX:
        errors[name] = f"“{value}” is not a number of {name}. Use 0 to {PARTY_MAX:,}."


def _check_instant(name: str, value: datetime, errors: dict[str, str]) -> None:
    if value.tzinfo is None:
        errors[name] = f"The {LABELS[name]} “{value}” needs a time zone."
    elif not EARLIEST <= value.astimezone(UTC).date() <= LATEST:
        errors[name] = (
            f"The {LABELS[name]} {value:%Y-%m-%d} lies too far away."
            f" Use a day from {EARLIEST.year} to {LATEST.year}."
        )
