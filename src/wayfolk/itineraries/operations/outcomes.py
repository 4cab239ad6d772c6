"""What every write to an itinerary answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from wayfolk.audit.change_sets import OpenChangeSet, change_set
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Outcome:
    """The itinerary after a write.

    `change_set_id` is what undo takes, None where nothing changed (or where the caller's own
    change set is still open). `warnings` are for the reader and refuse nothing (TP-22).
    """

    itinerary: Itinerary
    change_set_id: UUID | None
    warnings: tuple[str, ...] = ()


@dataclass
class Work:
    """An operation under way: its locked itinerary, and what it has to say at the end."""

    current: OpenChangeSet
    itinerary: Itinerary
    warnings: tuple[str, ...] = ()

    def summarise(self, summary: str) -> None:
        """Say what was done; inside a larger operation the larger one has said it."""
        self.current.summary = self.current.summary or summary

    def outcome(self) -> Outcome:
        written = self.current.id if self.current.was_written else None
        return Outcome(self.itinerary, written, self.warnings)


def require_editing(by: Actor) -> None:
    """Raises NotAllowed unless itineraries are in use and this actor may change them."""
    by.require_module("itineraries")
    by.require("itineraries.edit")


@contextmanager
def work_on(itinerary_id: UUID, *, by: Actor, operation: str) -> Iterator[Work]:
    """One change set with the itinerary locked; raises NotAllowed, NotFound."""
    require_editing(by)
    with change_set(by=by, operation=f"itineraries.{operation}", summary="") as current:
        yield Work(current, lock_itinerary(itinerary_id))


def lock_itinerary(itinerary_id: UUID) -> Itinerary:
    """The itinerary, locked until the transaction ends; raises NotFound."""
    itinerary = Itinerary.objects.filter(id=itinerary_id).locked().first()
    if itinerary is None:
        raise NotFound("There is no such itinerary.")
    return itinerary
