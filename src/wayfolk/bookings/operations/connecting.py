"""Connecting a booking to the stay or itinerary that it belongs to, moving and undoing that.

Nothing but the connection changes: no other field of the booking, no other record (TA-08,
TA-09). The booking's customer may be another person than the stay's guest (TA-11).
"""

from dataclasses import dataclass
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations.recording import lock_booking, require_version
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Stay


@dataclass(frozen=True, slots=True)
class Connection:
    """What a booking hangs on: one stay, or one itinerary, or nothing."""

    stay_id: UUID | None = None
    itinerary_id: UUID | None = None


def connect_booking(
    booking_id: UUID,
    *,
    by: Actor,
    stay_id: UUID | None = None,
    itinerary_id: UUID | None = None,
    version: int | None = None,
) -> Booking:
    """Connect to exactly one stay or itinerary (TA-07); a connected booking moves (TA-13).

    Connecting to what it is connected to already changes nothing. `version` is the one that
    was seen: with another present one StaleBooking is raised, so that of two people who
    connect at once the second one is asked again. Raises NotFound, NotAllowed (permission or
    module), InvalidValues.
    """
    target = Connection(stay_id, itinerary_id)
    if (stay_id is None) == (itinerary_id is None):
        raise InvalidValues({"target": "Choose exactly one stay or one itinerary."})
    by.require_module("bookings")
    by.require_module("stays" if stay_id else "itineraries")
    by.require("bookings.connect")
    return _connect(booking_id, target, by=by, version=version)


def disconnect_booking(booking_id: UUID, *, by: Actor, version: int | None = None) -> Booking:
    """Take the booking off its stay or itinerary (TA-13). Idempotent.

    Possible with the Itineraries module off as well: a wrong connection can always be mended.
    """
    by.require_module("bookings")
    by.require("bookings.connect")
    return _connect(booking_id, Connection(), by=by, version=version)


def _connect(booking_id: UUID, target: Connection, *, by: Actor, version: int | None) -> Booking:
    operation = "bookings.disconnect" if target == Connection() else "bookings.connect"
    with change_set(by=by, operation=operation, summary="") as current:
        booking = lock_booking(booking_id)
        require_version(booking, version)
        before = Connection(booking.stay_id, booking.itinerary_id)
        if before == target:
            return booking
        current.summary = current.summary or _summary(booking, before, target)
        booking.stay_id, booking.itinerary_id = target.stay_id, target.itinerary_id
        booking.save_changes("stay", "itinerary")
    return booking


def _summary(booking: Booking, before: Connection, target: Connection) -> str:
    """From what to what, in words that outlive the records (TA-14)."""
    what = f"booking {booking}"
    if before == Connection():
        return f"Connected {what} to {_in_words(target)}"
    if target == Connection():
        return f"Disconnected {what} from {_in_words(before)}"
    return f"Moved {what} from {_in_words(before)} to {_in_words(target)}"


def _in_words(connection: Connection) -> str:
    """Raises NotFound for a target that is not there, or is another organisation's."""
    if connection.stay_id is not None:
        stay = Stay.objects.select_related("hotel").filter(id=connection.stay_id).first()
        if stay is None:
            raise NotFound("There is no such stay. It may have been taken back meanwhile.")
        return f"stay {stay.reservation_number} ({stay.hotel.name})"
    sought = connection.itinerary_id
    itinerary = None if sought is None else Itinerary.objects.filter(id=sought).first()
    if itinerary is None:
        raise NotFound("There is no such itinerary. It may have been taken back meanwhile.")
    return f"itinerary {itinerary.trip_id} {itinerary.name}"
