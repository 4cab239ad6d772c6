"""Writing stays and their hotels. Each function is one change set and can be taken back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.identity.search import recency
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound
from wayfolk.staff.rules import Actor
from wayfolk.stays import folding, rules
from wayfolk.stays.models import Property, Stay, StayStatus
from wayfolk.stays.rules import StayData


class StaleStay(Conflict):
    """Somebody saved the stay meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


class StaleProperty(Conflict):
    """Somebody saved the hotel meanwhile; `details` as of StaleStay."""

    code = "stale"


def create_property(name: str, *, by: Actor) -> Property:
    """The hotel of this name, made if there is none: spelling and case do not make two."""
    by.require_module("stays")
    by.require("stays.edit")
    cleaned = rules.checked(StayData({"hotel_name": name})).fields["hotel_name"]
    folded = folding.fold_property(cleaned)
    with change_set(by=by, operation="stays.create_property", summary="") as current:
        known: Property | None = Property.objects.filter(folded_name=folded).first()
        if known is not None:
            return known
        current.summary = current.summary or f"Created hotel {cleaned}"
        made: Property = Property.objects.create(name=cleaned, folded_name=folded)
    return made


def rename_property(
    property_id: UUID, name: str, *, by: Actor, version: int | None = None
) -> Property:
    """Give a hotel another name; every stay there shows it. Raises NotFound, StaleProperty."""
    by.require_module("stays")
    by.require("stays.edit")
    cleaned = rules.checked(StayData({"hotel_name": name})).fields["hotel_name"]
    folded = folding.fold_property(cleaned)
    with change_set(by=by, operation="stays.rename_property", summary="") as current:
        hotel: Property | None = Property.objects.filter(id=property_id).locked().first()
        if hotel is None:
            raise NotFound("There is no such hotel.")
        if version is not None and hotel.version != version:
            raise StaleProperty(
                f"{hotel.name} was changed by someone else while you were editing.",
                details={"version": hotel.version, "expected": version},
            )
        if Property.objects.filter(folded_name=folded).exclude(id=hotel.id).exists():
            raise InvalidValues({"hotel_name": f"There is a hotel called “{cleaned}” already."})
        current.summary = current.summary or f"Renamed hotel {hotel.name} to {cleaned}"
        if hotel.name != cleaned:
            hotel.name, hotel.folded_name = cleaned, folded
            hotel.save_changes("name", "folded_name")
    return hotel


def create_stay(data: StayData, *, by: Actor) -> Stay:
    """A new stay. Reservation ID, hotel, guest and dates are needed.

    Raises NotAllowed, InvalidValues (field -> message).
    """
    by.require_module("stays")
    by.require("stays.edit")
    cleaned = rules.checked(data)
    with change_set(by=by, operation="stays.create", summary="") as current:
        fields = _with_hotel(dict(cleaned.fields), by)
        rules.require_complete(fields)
        _require_references(fields)
        stay = Stay(**fields)
        _fold(stay)
        _require_unused_reservation(stay)
        current.summary = current.summary or f"Created stay {stay.reservation_number}"
        stay.save(force_insert=True)
        recency.touch([stay.guest_id])
    return stay


def update_stay(stay_id: UUID, data: StayData, *, by: Actor, version: int | None = None) -> Stay:
    """Change a stay; an itinerary that it belongs to grows to cover new dates (TA-26).

    `version` is the one that the editor saw; another present one raises StaleStay and changes
    nothing. Raises NotFound, NotAllowed, InvalidValues.
    """
    by.require_module("stays")
    by.require("stays.edit")
    cleaned = rules.checked(data)
    with change_set(by=by, operation="stays.update", summary="") as current:
        stay = lock_stay(stay_id)
        _require_version(stay, version)
        fields = _with_hotel(dict(cleaned.fields), by)
        changed = {n: v for n, v in fields.items() if getattr(stay, n) != v}
        _require_references(changed)
        for name, value in changed.items():
            setattr(stay, name, value)
        rules.require_complete({name: getattr(stay, name) for name in _NEEDED})
        current.summary = current.summary or f"Updated stay {stay.reservation_number}"
        if changed:
            _fold(stay)
            _require_unused_reservation(stay)
            stay.save_changes(*changed, "folded_reservation")
        if {"arrival_on", "departure_on"} & set(changed):
            _widen_itinerary(stay, by)
    return stay


_NEEDED = ("reservation_number", "hotel_id", "guest_id", "arrival_on", "departure_on")


def cancel_stay(stay_id: UUID, *, by: Actor, version: int | None = None) -> Stay:
    """Mark a stay as cancelled; its bookings stay as they are. Idempotent."""
    by.require_module("stays")
    by.require("stays.edit")
    with change_set(by=by, operation="stays.cancel", summary="") as current:
        stay = lock_stay(stay_id)
        _require_version(stay, version)
        current.summary = current.summary or f"Cancelled stay {stay.reservation_number}"
        if stay.status != StayStatus.CANCELLED:
            stay.status = StayStatus.CANCELLED
            stay.save_changes("status")
    return stay


def set_itinerary(stay_id: UUID, itinerary_id: UUID | None, *, by: Actor) -> Stay:
    """Put a stay on an itinerary, or take it off with None. Idempotent.

    Bookings connected to the stay follow it: they are found through the stay. The itinerary
    grows to cover the stay's dates. Raises NotFound, NotAllowed.
    """
    for module in ("stays", "itineraries"):
        by.require_module(module)
    by.require("stays.edit")
    with change_set(by=by, operation="stays.set_itinerary", summary="") as current:
        stay = lock_stay(stay_id)
        itinerary = None if itinerary_id is None else _itinerary(itinerary_id)
        what = f"stay {stay.reservation_number}"
        current.summary = current.summary or (
            f"Took {what} off its itinerary"
            if itinerary is None
            else f"Put {what} on itinerary {itinerary.trip_id} {itinerary.name}"
        )
        if stay.itinerary_id != itinerary_id:
            stay.itinerary_id = itinerary_id
            stay.save_changes("itinerary")
            _widen_itinerary(stay, by)
    return stay


def lock_stay(stay_id: UUID) -> Stay:
    """The stay, locked until the transaction ends; raises NotFound."""
    stay = Stay.objects.filter(id=stay_id).locked().first()
    if stay is None:
        raise NotFound("There is no such stay. It may have been taken back meanwhile.")
    return stay


def derive_folded_stays(stay_ids: Collection[UUID]) -> None:
    """Derive the folded reservation IDs again, after an undo put former values back."""
    stays = Stay.objects.filter(id__in=stay_ids)
    deriving.derive_column(
        stays, "folded_reservation", "reservation_number", folding.fold_reservation
    )


def derive_folded_properties(property_ids: Collection[UUID]) -> None:
    """Derive the folded names again, after an undo put former values back."""
    hotels = Property.objects.filter(id__in=property_ids)
    deriving.derive_column(hotels, "folded_name", "name", folding.fold_property)


def _fold(stay: Stay) -> None:
    stay.folded_reservation = folding.fold_reservation(stay.reservation_number)


def _with_hotel(fields: dict[str, Any], by: Actor) -> dict[str, Any]:
    """A hotel given by name becomes the hotel of that name."""
    name = fields.pop("hotel_name", "")
    return {**fields, "hotel_id": create_property(name, by=by).id} if name else fields


def _require_version(stay: Stay, version: int | None) -> None:
    if version is not None and stay.version != version:
        raise StaleStay(
            f"Stay {stay.reservation_number} was changed by someone else while you were editing.",
            details={"version": stay.version, "expected": version},
        )


def _require_references(fields: dict[str, Any]) -> None:
    errors = {}
    guest_id, hotel_id = fields.get("guest_id"), fields.get("hotel_id")
    if guest_id and not Customer.objects.present().filter(id=guest_id).exists():
        errors["guest_id"] = "There is no such customer. It may have been deleted meanwhile."
    if hotel_id and not Property.objects.filter(id=hotel_id).exists():
        errors["hotel_id"] = "There is no such hotel. Choose one from the list."
    if errors:
        raise InvalidValues(errors)


def _require_unused_reservation(stay: Stay) -> None:
    same = Stay.objects.filter(
        hotel_id=stay.hotel_id, folded_reservation=stay.folded_reservation
    ).exclude(id=stay.id)
    if same.exists():
        raise InvalidValues(
            {
                "reservation_number": f"There is a stay {stay.reservation_number} at this hotel"
                " already. Use that one or correct the reservation ID."
            }
        )


def _itinerary(itinerary_id: UUID) -> Itinerary:
    itinerary = Itinerary.objects.filter(id=itinerary_id).first()
    if itinerary is None:
        raise NotFound("There is no such itinerary. It may have been taken back meanwhile.")
    return itinerary


def _widen_itinerary(stay: Stay, by: Actor) -> None:
    if stay.itinerary_id is None or stay.status == StayStatus.CANCELLED:
        return
    itinerary = Itinerary.objects.filter(id=stay.itinerary_id).locked().first()
    if itinerary is None:
        return
    begins, ends = rules.widened(
        itinerary.arrival_at,
        itinerary.departure_at,
        arrival_on=stay.arrival_on,
        departure_on=stay.departure_on,
        zone=ZoneInfo(by.time_zone),
    )
    if (begins, ends) != (itinerary.arrival_at, itinerary.departure_at):
        itinerary.arrival_at, itinerary.departure_at = begins, ends
        itinerary.save_changes("arrival_at", "departure_at")
