"""One household becomes two: a divorce, a grown child."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.households import rules
from wayfolk.households.models import Household, HouseholdMember
from wayfolk.households.operations import keeping, moving, outcomes
from wayfolk.households.operations.outcomes import Outcome, Work
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Split:
    """Who goes where.

    `into`: an existing household; else a new one of the fields in `new`, with the language,
    channel and newsletters of the old one where `new` does not say otherwise, and with its
    address if `takes_address`. `roles`: customer -> role there; those not named keep theirs.
    """

    leaving: frozenset[UUID]
    into: UUID | None = None
    new: Mapping[str, Any] = field(default_factory=dict)
    takes_address: bool = False
    roles: Mapping[UUID, str] = field(default_factory=dict)


def split_household(household_id: UUID, split: Split, *, on: date, by: Actor) -> Outcome:
    """Let some members go to another household on one day, in one change.

    Who lived where before that day stays as it was. Connections, and members who are not
    named, stay. Answers with the household they went to. Raises InvalidValues where nobody
    would stay, and what moving out and in raises.
    """
    outcomes.require_editing(by)
    day = rules.checked_day(on)
    if split.into == household_id:
        raise InvalidValues({"into": "They live there already. Choose another household."})
    with change_set(by=by, operation="households.split", summary="") as current:
        ids = [household_id] if split.into is None else [household_id, split.into]
        locked = outcomes.lock_households(ids)
        old = locked[household_id]
        leaving = moving.leaving_members(old, split.leaving, day)
        _require_somebody_stays(old, leaving, day)
        target = locked[split.into] if split.into else _new_home(old, split, by)
        work = Work(current, target)
        names = rules.named(list(dict.fromkeys(member.customer.name for member in leaving)))
        work.summarise(f"{names} left {old} for {target} on {rules.day_words(day)}")
        outcomes.require_living(target, day)
        moving.transfer_members(work, leaving, day, roles=split.roles)
    return work.outcome()


def _require_somebody_stays(old: Household, leaving: list[HouseholdMember], day: date) -> None:
    gone = [member.id for member in leaving]
    rows = HouseholdMember.objects.filter(household_id=old.id).after(day)
    if not rows.exclude(id__in=gone).exists():
        raise InvalidValues(
            {
                "customer": f"Nobody would stay in {old}. Change its address if all of them moved,"
                " or merge it into the other household."
            }
        )


def _new_home(old: Household, split: Split, by: Actor) -> Household:
    copied = {name: getattr(old, name) for name in rules.PREFERENCE_FIELDS}
    if split.takes_address:
        copied |= {name: getattr(old, name) for name in rules.ADDRESS_FIELDS}
    values = rules.checked({"name": old.name, **copied, **split.new})
    keeping.require_address_right({name for name, value in split.new.items() if value}, by)
    return keeping.new_household(values)
