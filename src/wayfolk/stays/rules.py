"""Decisions over a stay's values. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from wayfolk.kit import text
from wayfolk.kit.checking import Checks

STATUSES = ("expected", "in_house", "departed", "no_show", "cancelled")
NIGHTS_MAX = 3_660
PARTY = {"adults": "adults", "children": "children", "infants": "infants"}
TEXT_LIMITS = {
    "reservation_number": 60,
    "hotel_name": 200,
    "room_type": 60,
    "room": 40,
    "meal_plan": 40,
    "source": 80,
    "notes": 20_000,
}
LABELS = {
    "reservation_number": "reservation ID",
    "hotel_id": "hotel",
    "hotel_name": "hotel's name",
    "guest_id": "guest",
    "status": "status",
    "arrival_on": "arrival",
    "departure_on": "departure",
    "room_type": "room type",
    "room": "room",
    "meal_plan": "meals",
    **PARTY,
    "source": "source",
    "notes": "notes",
}


@dataclass(frozen=True)
class StayData:
    """What somebody wants a stay to be. A key that is absent stays as it is.

    `fields`: reservation_number, hotel_id or hotel_name (a hotel of that name is made when
    there is none), guest_id, status, arrival_on, departure_on, room_type, room, meal_plan,
    adults, children, infants, source, notes.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)


def checked(data: StayData) -> StayData:
    """`data` cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    cleaned = {name: _checked(checks, name, value) for name, value in data.fields.items()}
    for name, what in (("reservation_number", "reservation ID"), ("hotel_name", "hotel's name")):
        if name in cleaned and not cleaned[name]:
            checks.fault(name, f"The {what} is missing: a stay is found by it.")
    checks.finish()
    return StayData(cleaned)


def _checked(checks: Checks, name: str, value: Any) -> Any:
    label = LABELS[name]
    if name in TEXT_LIMITS:
        multiline = name == "notes"
        return checks.line(name, value, TEXT_LIMITS[name], label=label, multiline=multiline)
    if name in PARTY:
        return checks.count(name, value, label=label)
    if name in {"arrival_on", "departure_on"}:
        return checks.day(name, value, label=f"{label} date")
    if name == "status":
        return checks.choice(name, value, STATUSES, label=label)
    return value


def require_complete(fields: Mapping[str, Any]) -> None:
    """A stay needs its reservation ID, hotel, guest and dates; zero nights is a day visit."""
    checks = Checks()
    for name in ("reservation_number", "hotel_id", "guest_id", "arrival_on", "departure_on"):
        if not fields.get(name):
            checks.fault(name, f"The {LABELS[name]} is missing.")
    arrival, departure = fields.get("arrival_on"), fields.get("departure_on")
    if arrival and departure and departure < arrival:
        checks.fault(
            "departure_on",
            f"The departure ({departure}) lies before the arrival ({arrival})."
            " Change one of the two.",
        )
    if arrival and departure and (departure - arrival).days > NIGHTS_MAX:
        checks.fault("departure_on", f"A stay has at most {NIGHTS_MAX:,} nights.")
    checks.finish()


def fold_query(query: str) -> str:
    """What is compared with folded reservation IDs: "RES 0042" finds "res0042"."""
    return text.fold(query).replace(" ", "") or text.clean(query).lower()


def widened(
    begins: datetime | None,
    ends: datetime | None,
    *,
    arrival_on: date,
    departure_on: date,
    zone: tzinfo,
) -> tuple[datetime | None, datetime | None]:
    """Dates of an itinerary that cover a stay on it; the times of day stay as they are.

    A date that the itinerary does not have yet stays open.
    """
    if begins is not None and arrival_on < begins.astimezone(zone).date():
        begins = _moved(begins, arrival_on, zone)
    if ends is not None and departure_on > ends.astimezone(zone).date():
        ends = _moved(ends, departure_on, zone)
    return begins, ends


def _moved(instant: datetime, to: date, zone: tzinfo) -> datetime:
    """The same time on the clock in `zone`, on another day."""
    local = instant.astimezone(zone)
    moved = local.replace(tzinfo=None) + timedelta(days=(to - local.date()).days)
    return moved.replace(tzinfo=zone)
