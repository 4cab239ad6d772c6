"""What every write to a household answers, and what they all begin with."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import OpenChangeSet, change_set
from wayfolk.customers.models import Customer, Kind
from wayfolk.households.models import Household, Period
from wayfolk.households.rules import day_words
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound
from wayfolk.staff.rules import Actor


class StaleHousehold(Conflict):
    """Somebody saved the household meanwhile; `details` has `version` and `expected`."""

    code = "stale"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The household after a write.

    `change_set_id` is what undo takes, None where nothing changed. `remarks` are for the
    reader and refuse nothing.
    """

    household: Household
    change_set_id: UUID | None
    remarks: tuple[str, ...] = ()


@dataclass
class Work:
    """An operation under way: its locked household, and what it has to say at the end."""

    current: OpenChangeSet
    household: Household
    remarks: list[str] = field(default_factory=list)

    def summarise(self, summary: str) -> None:
        """Say what was done; inside a larger operation the larger one has said it."""
        self.current.summary = self.current.summary or summary

    def outcome(self) -> Outcome:
        written = self.current.id if self.current.was_written else None
        return Outcome(self.household, written, tuple(dict.fromkeys(self.remarks)))


def require_editing(by: Actor) -> None:
    """Raises NotAllowed unless households are in use and this actor may change them."""
    by.require_module("households")
    by.require("households.edit")


@contextmanager
def work_on(household_id: UUID, *, by: Actor, operation: str) -> Iterator[Work]:
    """One change set with the household locked; raises NotAllowed, NotFound."""
    require_editing(by)
    with change_set(by=by, operation=f"households.{operation}", summary="") as current:
        yield Work(current, lock_households([household_id])[household_id])


def lock_households(household_ids: Collection[UUID]) -> dict[UUID, Household]:
    """The households, locked until the transaction ends; raises NotFound."""
    found = {row.id: row for row in Household.objects.filter(id__in=household_ids).locked()}
    if len(found) < len(set(household_ids)):
        raise NotFound("There is no such household. It may have been taken back meanwhile.")
    return found


def require_living(household: Household, day: date) -> None:
    """Raises InvalidValues when the household has ended by that day."""
    if household.ended_on is not None:
        raise InvalidValues(
            {
                "household": f"{household} ended on {day_words(household.ended_on)}, so nobody can"
                f" belong to it from {day_words(day)} on. Choose another household."
            }
        )


def lock_people(customer_ids: Collection[UUID], *, field: str = "customer") -> dict[UUID, Customer]:
    """Present customers who are people, locked; raises NotFound, InvalidValues for a company."""
    rows = Customer.objects.present().filter(id__in=list(customer_ids)).locked()
    found = {customer.id: customer for customer in rows}
    if len(found) < len(set(customer_ids)):
        raise NotFound(
            "A customer that was chosen no longer exists, so nothing was saved. Choose another one."
        )
    for customer in found.values():
        require_person(customer, field=field)
    return found


def require_person(customer: Customer, *, field: str = "customer") -> None:
    """Raises InvalidValues for a company."""
    if customer.kind == Kind.COMPANY:
        raise InvalidValues({field: f"{customer.name} is a company. Choose a person."})


def require_begun(row: Period, day: date, name: str) -> None:
    """Raises InvalidValues for a fact that does not hold before `day`: it cannot end then."""
    if day <= row.from_on:
        raise InvalidValues(
            {
                "on": f"{name} is there from {day_words(row.from_on)} on, so it cannot end on"
                f" {day_words(day)}. Choose a later day, or take back the change that added it."
            }
        )


def leave(row: Period, day: date) -> None:
    """End what holds before `day`; what was only to begin then never does."""
    if row.from_on >= day:
        type(row).objects.filter(id=row.id).delete()
    elif row.to_on is None or row.to_on > day:
        row.to_on = day
        row.save_changes("to_on")


def close(row: Period, day: date, name: str) -> None:
    """Let a fact hold no longer from `day` on; raises InvalidValues where it did not hold before.

    One that ends earlier anyway stays as it is.
    """
    require_begun(row, day, name)
    leave(row, day)
