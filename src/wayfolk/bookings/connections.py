"""What bookings are connected to: targets to choose from, and how a connection came about."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from wayfolk.audit.models import Change, ChangeSet
from wayfolk.bookings import rules
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import Connection
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import text
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import Stay

TARGETS_MAX = 20
Record = TypeVar("Record", Stay, Itinerary)


@dataclass(frozen=True, slots=True)
class Targets:
    """What a search found to connect a booking to; `is_too_short`: nothing was searched."""

    stays: Sequence[Stay] = ()
    itineraries: Sequence[Itinerary] = ()
    is_too_short: bool = False

    def __len__(self) -> int:
        return len(self.stays) + len(self.itineraries)


def may_see_itineraries(by: Actor) -> bool:
    """Trip names and what belongs to the Itineraries feature (TA-05, TA-06)."""
    return by.has_module("itineraries") and by.may("itineraries.view")


def search_targets(query: str, *, by: Actor, limit: int = TARGETS_MAX) -> Targets:
    """Stays by reservation ID; itineraries by trip name or Trip ID (TA-03).

    With fewer than three characters nothing is searched (TA-04). Trips are searched only
    where the Itineraries module is on and the role sees itineraries (TA-05).
    """
    by.require_module("bookings")
    by.require("bookings.connect")
    if len(text.clean(query).replace(" ", "")) < rules.SEARCH_MIN:
        return Targets(is_too_short=True)
    stays: list[Stay] = []
    itineraries: list[Itinerary] = []
    if stay_queries.may_see(by):
        ids = stay_queries.find_ids(query, by=by, limit=limit)
        stays = _in_order(stay_queries.list_stays(by=by).filter(id__in=ids), ids)
    if may_see_itineraries(by):
        ids = itinerary_queries.find_ids(query, by=by, limit=limit)
        found = itinerary_queries.list_itineraries(by=by).select_related("stage")
        itineraries = _in_order(found.filter(id__in=ids), ids)
    return Targets(stays, itineraries)


def _in_order(records: Iterable[Record], ids: Sequence[UUID]) -> list[Record]:
    by_id = {record.pk: record for record in records}
    return [by_id[i] for i in ids if i in by_id]


class Step(StrEnum):
    CONNECTED = "Connected"
    MOVED = "Moved"
    DISCONNECTED = "Disconnected"


@dataclass(frozen=True, slots=True)
class ConnectionChange:
    """One step in a booking's connection: who, when, from what, to what (TA-14)."""

    step: Step
    at: datetime
    author_name: str
    summary: str
    change_set_id: UUID
    before: Connection
    after: Connection


def list_history(booking_id: UUID, *, by: Actor) -> list[ConnectionChange]:
    """How the booking's connection came about, latest first, taken-back steps included."""
    by.require("bookings.view")
    by.require("history.view")
    booking = Booking.objects.filter(id=booking_id).first()
    if booking is None:
        return []
    changes = Change.objects.filter(
        table_name="bookings_booking", subject_id=booking_id, row_id=booking_id
    ).order_by("-seq")
    steps = list(_steps(changes, Connection(booking.stay_id, booking.itinerary_id)))
    change_sets = ChangeSet.objects.in_bulk({change.change_set_id for change, _, _ in steps})
    return [
        ConnectionChange(
            step=_step(before, after),
            at=change.at,
            author_name=change_sets[change.change_set_id].author_name,
            summary=change_sets[change.change_set_id].summary,
            change_set_id=change.change_set_id,
            before=before,
            after=after,
        )
        for change, before, after in steps
    ]


def _steps(
    changes: Iterable[Change], present: Connection
) -> Iterator[tuple[Change, Connection, Connection]]:
    """Backwards from what the booking is connected to now: an insertion logs no values."""
    after = present
    for change in changes:
        if change.operation == "I":
            before = Connection()
        else:
            former = change.before or {}
            before = Connection(
                _former(former, "stay_id", after.stay_id),
                _former(former, "itinerary_id", after.itinerary_id),
            )
        if before != after:
            yield change, before, after
        after = before


def _former(values: Mapping[str, str | None], column: str, unchanged: UUID | None) -> UUID | None:
    """A column that is not in the log of a change kept its value."""
    if column not in values:
        return unchanged
    value = values[column]
    return None if value is None else UUID(value)


def _step(before: Connection, after: Connection) -> Step:
    if before == Connection():
        return Step.CONNECTED
    return Step.DISCONNECTED if after == Connection() else Step.MOVED
