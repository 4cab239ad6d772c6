"""Passengers of a booking: adding, removing, who leads, which type. Each is one change set.

Exactly one leads where there are any (KP-11); the database checks it again at the end. See
docs/algorithms/passenger_types.md.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import OpenChangeSet, change_set
from wayfolk.bookings import passengers, queries
from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.bookings.operations.recording import (
    create_booking,
    lock_booking,
    require_version,
)
from wayfolk.bookings.rules import BookingData
from wayfolk.customers.models import Customer, Kind
from wayfolk.identity.search import recency
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.passengers.models import PassengerType
from wayfolk.passengers.rules import TYPES, UNKNOWN, numbers_in_words
from wayfolk.staff.rules import Actor

PASSENGERS_MAX = 500


class TypesUnknown(Conflict):
    """Of somebody on the booking it is not known whether they are adult, child or infant."""

    code = "passenger_types_unknown"


@dataclass(frozen=True, slots=True)
class Removal:
    """Who went, None where nobody did; and who leads instead, None where that stays."""

    removed: BookingPassenger | None = None
    new_lead: BookingPassenger | None = None


@dataclass
class _Work:
    """A booking being changed, with its passengers in their order."""

    booking: Booking
    present: list[BookingPassenger]
    current: OpenChangeSet

    def find(self, customer_id: UUID) -> BookingPassenger:
        for passenger in self.present:
            if passenger.customer_id == customer_id:
                return passenger
        raise NotFound(
            f"That customer is no passenger of booking {self.booking} any more. Reload the page."
        )

    def say(self, summary: str) -> None:
        self.current.summary = self.current.summary or summary


def create_with_passengers(
    data: BookingData, customer_ids: Sequence[UUID], *, by: Actor
) -> Booking:
    """A new booking with these people on it, taken back as one (KP-18).

    Raises what create_booking and add_passengers raise; then there is no booking either.
    """
    with change_set(by=by, operation="bookings.create", summary=""):
        booking = create_booking(data, by=by)
        if customer_ids:
            add_passengers(booking.id, customer_ids, by=by)
    return booking


def add_passengers(
    booking_id: UUID, customer_ids: Sequence[UUID], *, by: Actor
) -> list[BookingPassenger]:
    """Add people at the end of the list; those on it already stay as they are.

    Where nobody is on it yet the booking's customer leads, else the first of them. Returns
    those who were added. Raises NotFound, NotAllowed, InvalidValues (a company, too many).
    """
    by.require("customers.view")
    with _work_on(booking_id, by=by, operation="add_passengers") as work:
        on_it = {passenger.customer_id for passenger in work.present}
        wanted = [id_ for id_ in dict.fromkeys(customer_ids) if id_ not in on_it]
        people = _lock_people(wanted)
        _require_room(len(on_it) + len(wanted))
        last = max((passenger.position for passenger in work.present), default=0)
        added = [
            BookingPassenger(
                booking=work.booking,
                customer=people[id_],
                position=last + place,
                issued_name=people[id_].name,
            )
            for place, id_ in enumerate(wanted, start=1)
        ]
        if added and not work.present:
            buyer = (each for each in added if each.customer_id == work.booking.customer_id)
            next(buyer, added[0]).is_lead = True
        work.say(f"Added {_named(added)} to booking {work.booking}")
        BookingPassenger.objects.bulk_create(added)
        recency.touch(wanted)
    return added


def remove_passenger(booking_id: UUID, customer_id: UUID, *, by: Actor) -> Removal:
    """Take somebody off; where the lead goes, the first of the others in their order leads.

    Nothing happens when they are not on it.
    """
    with _work_on(booking_id, by=by, operation="remove_passenger") as work:
        gone = next((p for p in work.present if p.customer_id == customer_id), None)
        if gone is None:
            return Removal()
        BookingPassenger.objects.filter(id=gone.id).delete()
        others = [passenger for passenger in work.present if passenger is not gone]
        heir = others[0] if gone.is_lead and others else None
        if heir is not None:
            heir.is_lead = True
            heir.save_changes("is_lead")
        leads = f"; {heir.customer.name} leads now" if heir else ""
        work.say(f"Took {gone.customer.name} off booking {work.booking}{leads}")
    return Removal(gone, heir)


def set_lead(booking_id: UUID, customer_id: UUID, *, by: Actor) -> BookingPassenger:
    """Make a passenger the lead instead of who is it now. Raises NotFound."""
    with _work_on(booking_id, by=by, operation="set_lead") as work:
        lead = work.find(customer_id)
        for passenger in work.present:
            if passenger.is_lead != (passenger is lead):
                passenger.is_lead = passenger is lead
                passenger.save_changes("is_lead")
        work.say(f"Made {lead.customer.name} lead passenger of booking {work.booking}")
    return lead


def set_type(
    booking_id: UUID, customer_id: UUID, passenger_type: str, *, by: Actor
) -> BookingPassenger:
    """Say by hand what somebody travels as; "" leaves it to their age. Raises NotFound."""
    if passenger_type not in {UNKNOWN, *TYPES}:
        raise InvalidValues(
            {
                "type": f"“{passenger_type[:40]}” is no passenger type. Use one of:"
                f" {', '.join(TYPES)}; or leave it to the age."
            }
        )
    with _work_on(booking_id, by=by, operation="set_passenger_type") as work:
        passenger = work.find(customer_id)
        name = passenger.customer.name
        if passenger_type:
            word = PassengerType(passenger_type).label.lower()
            work.say(f"Noted {name} as {word} on booking {work.booking}")
        else:
            work.say(f"Left the passenger type of {name} on booking {work.booking} to the age")
        if passenger.given_type != passenger_type:
            passenger.given_type = passenger_type
            passenger.save_changes("given_type")
    return passenger


def take_numbers(booking_id: UUID, *, by: Actor, version: int | None = None) -> Booking:
    """Make the booked adults, children and infants those who are named as passengers.

    Raises TypesUnknown while somebody's type is not known, NotAllowed for a role that may not
    see what it follows from, Conflict where nobody is named or `version` is not the present one.
    """
    with _work_on(booking_id, by=by, operation="take_numbers") as work:
        require_version(work.booking, version)
        whole = queries.get_booking(booking_id, by=by)
        party = passengers.party_of(whole, by=by)
        _require_countable(party, by)
        numbers = dict(party.numbers)
        work.say(
            f"Took the numbers of booking {work.booking} from its passengers:"
            f" {numbers_in_words(numbers)}"
        )
        changed = {n: v for n, v in numbers.items() if getattr(work.booking, n) != v}
        for name, value in changed.items():
            setattr(work.booking, name, value)
        if changed:
            work.booking.save_changes(*changed)
    return work.booking


def settle_leads(booking_ids: Collection[UUID]) -> None:
    """One lead for each of these bookings again, after an undo put passengers back.

    Whoever led before the undo keeps the lead; where nobody is left who did, the first in the
    list gets it.
    """
    rows = BookingPassenger.objects.filter(booking_id__in=booking_ids)
    parties: dict[UUID, list[BookingPassenger]] = {}
    for passenger in rows.order_by("booking_id", "position", "id"):
        parties.setdefault(passenger.booking_id, []).append(passenger)
    unsettled = [party for party in parties.values() if sum(p.is_lead for p in party) != 1]
    if not unsettled:
        return
    moved = _written_just_now([p.id for party in unsettled for p in party])
    changes: list[dict[str, object]] = []
    for party in unsettled:
        lead = min(party, key=lambda p: (not p.is_lead, p.id in moved, p.position, p.id))
        changes += [
            {"id": str(p.id), "is_lead": p is lead} for p in party if p.is_lead != (p is lead)
        ]
    deriving.update_rows(BookingPassenger._meta.db_table, ["is_lead"], changes)


def _written_just_now(passenger_ids: Sequence[UUID]) -> set[UUID]:
    """Those that the change set that is open has written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_id FROM audit_change WHERE organization_id = %s AND row_id = ANY (%s)"
            " AND change_set_id = current_setting('wayfolk.change_set_id')::uuid",
            [tenancy.current_organization_id(), list(passenger_ids)],
        )
        return {row[0] for row in cursor.fetchall()}


@contextmanager
def _work_on(booking_id: UUID, *, by: Actor, operation: str) -> Iterator[_Work]:
    """The booking locked, and then its passengers."""
    by.require_module("bookings")
    by.require("bookings.edit")
    with change_set(by=by, operation=f"bookings.{operation}", summary="") as current:
        booking = lock_booking(booking_id)
        rows = BookingPassenger.objects.filter(booking_id=booking_id).select_related("customer")
        yield _Work(booking, list(rows.order_by("position", "id")), current)


def _lock_people(customer_ids: Sequence[UUID]) -> dict[UUID, Customer]:
    """Those to be added, locked so that none is deleted meanwhile."""
    found = {c.id: c for c in Customer.objects.present().filter(id__in=customer_ids).locked()}
    if len(found) < len(customer_ids):
        raise NotFound(
            "Somebody to be added no longer exists, so nobody was added. They may have been"
            " deleted meanwhile; reload the page."
        )
    companies = [c.name for c in found.values() if c.kind == Kind.COMPANY]
    if companies:
        raise InvalidValues(
            {
                "customers": f"{companies[0]} is a company, and only people travel."
                " Choose the person who does."
            }
        )
    return found


def _require_room(count: int) -> None:
    if count > PASSENGERS_MAX:
        raise InvalidValues(
            {
                "customers": f"That would be {count} passengers; one booking holds at most"
                f" {PASSENGERS_MAX}. Make another booking for the others."
            }
        )


def _require_countable(party: passengers.Party, by: Actor) -> None:
    if not party.passengers:
        raise Conflict(
            "Nobody is named as a passenger of this booking, so its numbers were left as they are."
        )
    if any(shown.is_hidden for shown in party.passengers):
        raise NotAllowed(
            f"Your role “{by.role_name}” does not see dates of birth, from which the passenger"
            " types follow. Ask somebody who does, or say the types by hand."
        )
    unknown = [shown.customer.name for shown in party.unknown]
    if unknown:
        who = ", ".join(unknown[:5]) + (f" and {len(unknown) - 5} more" if unknown[5:] else "")
        raise TypesUnknown(
            f"Nothing was changed: whether {who} travel as adult, child or infant is not known."
            " Add the date of birth, or say the type by hand."
        )


def _named(added: Sequence[BookingPassenger]) -> str:
    names = [passenger.customer.name for passenger in added]
    return " and ".join(names) if len(names) <= 2 else f"{len(names)} passengers"
