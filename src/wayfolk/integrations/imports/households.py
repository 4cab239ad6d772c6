"""Who lives where, as the rows of a batch tell it: planned before anything is written.

A row that no household accepts must not leave its customer behind either, so everything is
checked first; then the batch is written without the rows at fault.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules import name_of
from wayfolk.households import rules
from wayfolk.households.models import Household, HouseholdMember
from wayfolk.households.operations import keeping, moving, outcomes
from wayfolk.integrations.imports import fitness, resolving
from wayfolk.integrations.imports.fields import POSITION
from wayfolk.integrations.imports.living import HOUSEHOLD_FIELDS
from wayfolk.integrations.imports.problems import RowsRefused
from wayfolk.integrations.models import HouseholdKey
from wayfolk.kit.errors import Refusal
from wayfolk.organization import numbering
from wayfolk.organization.models import NumberKind

_NAMES = tuple(spec.name.removeprefix("household_") for spec in HOUSEHOLD_FIELDS)
_FIRST = POSITION[HOUSEHOLD_FIELDS[0].key] + 1
_STATED = """
    SELECT b.row_number, b.customer_id, b.customer_is_created, b.customer_given_name,
        b.customer_family_name, {address},
        b.old IS NULL AS is_new, b.fingerprints[{first}:{last}], b.old[{first}:{last}], {values}
    FROM import_household h JOIN import_batch b ON b.row_number = h.row_number
    ORDER BY b.row_number
""".format(
    address=", ".join(f"coalesce(b.customer_{name}, '')" for name in rules.ADDRESS_FIELDS),
    first=_FIRST,
    last=_FIRST + len(HOUSEHOLD_FIELDS) - 1,
    values=", ".join(f"h.{spec.name}" for spec in HOUSEHOLD_FIELDS),
)
_MERGES_MAX = 20


class Stated(NamedTuple):
    """One row's word on who lives where. `news`: what it says that it did not say last time."""

    row_number: int
    customer_id: UUID
    is_created: bool
    name: str
    family: str
    address: Mapping[str, str]
    news: frozenset[str]
    values: Mapping[str, Any]

    @property
    def uses_address(self) -> bool:
        return bool(self.values["address"] != "no")


@dataclass
class HouseholdPlan:
    """What a batch does to households, checked and not written yet."""

    households: list[Household] = field(default_factory=list)
    keys: list[HouseholdKey] = field(default_factory=list)
    members: list[HouseholdMember] = field(default_factory=list)
    changes: dict[UUID, tuple[HouseholdMember, set[str]]] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    stated: set[UUID] = field(default_factory=set)

    def write(self) -> None:
        """After the batch's customers."""
        Household.objects.bulk_create(self.households)
        HouseholdKey.objects.bulk_create(self.keys)
        HouseholdMember.objects.bulk_create(self.members)
        for member, names in self.changes.values():
            member.save_changes(*names)

    def counts(self) -> tuple[int, int, int]:
        """Households created, changed, and told of without news."""
        created = {household.id for household in self.households}
        touched = {member.household_id for member in self.members}
        touched |= {member.household_id for member, _ in self.changes.values()}
        updated = touched - created
        return len(created), len(updated), len(self.stated - touched - created)


def plan(system: str, today: date) -> HouseholdPlan:
    """For a staged and resolved batch that has import_household.

    Raises RowsRefused with the households' own words.
    """
    return _Planner(system, today, _stated()).plan()


def _stated() -> list[Stated]:
    with connection.cursor() as cursor:
        cursor.execute(_STATED)
        return [_stated_of(row) for row in cursor.fetchall()]


def _stated_of(row: tuple[Any, ...]) -> Stated:
    found = iter(row)
    number, customer_id, is_created, given, family = islice(found, 5)
    address = dict(zip(rules.ADDRESS_FIELDS, islice(found, len(rules.ADDRESS_FIELDS)), strict=True))
    is_new, now, before = islice(found, 3)
    values = dict(zip(_NAMES, found, strict=True))
    news = {
        name
        for index, name in enumerate(_NAMES)
        if now[index] is not None and (is_new or now[index] != before[index])
    }
    name = name_of(Kind.PERSON, given or "", "", family or "", "")
    return Stated(
        number, customer_id, is_created, name, family or "", address, frozenset(news), values
    )


class _Planner:
    """Plans one batch: its households by key, and where each of its people lives already."""

    def __init__(self, system: str, today: date, stated: list[Stated]) -> None:
        self._system, self._today = system, today
        self._refused = _absences(stated)
        self._stated = [r for r in stated if r.news and r.row_number not in self._refused]
        self._plan = HouseholdPlan()
        self._fresh: set[UUID] = set()
        people = {row.customer_id for row in self._stated if not row.is_created}
        self._customers = {c.id: c for c in Customer.objects.filter(id__in=people)}
        self._lived = _memberships(people)

    def plan(self) -> HouseholdPlan:
        households = self._households()
        self._plan.stated = {household.id for household in households.values()}
        for row in self._stated:
            household = households.get(row.values["key"])
            if household is None:
                continue  # its household was refused
            try:
                self._place(row, household)
            except Refusal as refusal:
                self._refused[row.row_number] = refusal.message
        if self._refused:
            raise RowsRefused(self._refused)
        return self._plan

    def _households(self) -> dict[str, Household]:
        """The household of each key, new ones for keys that are not known."""
        by_key: dict[str, list[Stated]] = defaultdict(list)
        for row in self._stated:
            by_key[row.values["key"]].append(row)
        known = _known(self._system, by_key)
        fresh = [key for key in by_key if key not in known]
        numbers = numbering.take_numbers(NumberKind.HOUSEHOLD, len(fresh)) if fresh else range(0)
        for key, number in zip(fresh, numbers, strict=True):
            try:
                household = keeping.household_of(_values_of(by_key[key]), number)
            except Refusal as refusal:
                self._refused |= dict.fromkeys(
                    (row.row_number for row in by_key[key]), refusal.message
                )
                continue
            self._plan.households.append(household)
            self._plan.keys.append(
                HouseholdKey(household=household, system=self._system, value=key)
            )
            known[key] = household
        return known

    def _place(self, row: Stated, household: Household) -> None:
        """Where the row's person lives in the household from now on; raises Refusal."""
        customer = self._customers.get(row.customer_id)
        if customer is not None:
            outcomes.require_person(customer)
        lived = self._lived[row.customer_id]
        own = _own_place(lived, household, row)
        place = own or HouseholdMember(
            household=household, customer_id=row.customer_id, role="adult", from_on=self._today
        )
        changed = _brought_up(place, row, is_new=own is None)
        span = rules.checked_span(place.from_on, place.to_on)
        if own is None or changed & {"role", "from_on", "to_on"}:
            outcomes.require_living(household, span.from_on)
            name = customer.name if customer else row.name
            others = [member for member in lived if member is not place]
            remarks = moving.require_room(place, name, others)
            if remarks:
                self._plan.remarks[row.row_number] = " ".join(remarks)
        if own is None:
            lived.append(place)
            self._plan.members.append(place)
            self._fresh.add(place.id)
        elif changed and place.id not in self._fresh:
            _, before = self._plan.changes.get(place.id, (place, set()))
            self._plan.changes[place.id] = (place, before | changed)


def _absences(stated: Iterable[Stated]) -> dict[int, str]:
    """Rows about somebody who was deleted since, with the reason why nobody lives anywhere then."""
    absent = resolving.absent()
    gone = fitness.known(absent.values()) if absent else {}
    return {
        row.row_number: fitness.absence(gone[row.customer_id])
        for row in stated
        if row.row_number in absent
    }


def _own_place(
    lived: Iterable[HouseholdMember], household: Household, row: Stated
) -> HouseholdMember | None:
    """The time in this household that the row is about: that on its days, else the latest."""
    here = [member for member in lived if member.household_id == household.id]
    from_on, to_on = row.values["from"], row.values["to"]
    if from_on is None:
        return max(here, key=lambda member: member.from_on, default=None)
    span = rules.Span(from_on, to_on)
    return next((m for m in here if rules.Span(m.from_on, m.to_on).overlaps(span)), None)


def _brought_up(place: HouseholdMember, row: Stated, *, is_new: bool) -> set[str]:
    """Give the membership what the row says anew; returns the names of what differs."""
    wished = {
        "role": ("role", row.values["role"]),
        "from_on": ("from", row.values["from"]),
        "to_on": ("to", row.values["to"]),
        "uses_household_address": ("address", row.uses_address),
    }
    changed = set()
    for name, (stated, value) in wished.items():
        counts = value is not None if is_new else stated in row.news
        if counts and getattr(place, name) != value:
            setattr(place, name, value)
            changed.add(name)
    return changed


def _values_of(rows: list[Stated]) -> dict[str, Any]:
    """A new household of the first name and the head's address, else the first member's.

    Without a name it is called after the family. Raises InvalidValues.
    """
    heads_first = sorted(rows, key=lambda row: row.values["role"] != "head")
    named = (row.values["name"] for row in rows)
    families = (row.family or row.name for row in heads_first)
    name = next(filter(None, (*named, *families)), "")
    sharing = (row.address for row in heads_first if row.uses_address)
    address = next((each for each in sharing if any(each.values())), {})
    return rules.checked({"name": name, **address})


def _known(system: str, keys: Collection[str]) -> dict[str, Household]:
    """Households by key, locked; of one that was merged the one that it went into."""
    rows = HouseholdKey.objects.filter(system=system, value__in=list(keys))
    ids = dict(rows.values_list("value", "household_id"))
    for _ in range(_MERGES_MAX):
        homes = {home.id: home for home in Household.objects.filter(id__in=set(ids.values()))}
        merged = {key: homes[home_id].merged_into_id for key, home_id in ids.items()}
        if not any(merged.values()):
            break
        ids = {key: merged[key] or home_id for key, home_id in ids.items()}
    locked = {home.id: home for home in Household.objects.filter(id__in=set(ids.values())).locked()}
    return {key: locked[home_id] for key, home_id in ids.items()}


def _memberships(people: Collection[UUID]) -> dict[UUID, list[HouseholdMember]]:
    found: dict[UUID, list[HouseholdMember]] = defaultdict(list)
    rows = HouseholdMember.objects.filter(customer_id__in=list(people))
    for member in rows.select_related("household").order_by("from_on", "id"):
        found[member.customer_id].append(member)
    return found
