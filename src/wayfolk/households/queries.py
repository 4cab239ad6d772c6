"""Finding households, and who lives in them. Only what this actor may see."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from wayfolk.customers.models import ContactSet, Customer, Place, load_reach
from wayfolk.customers.rules.sharing import HOUSEHOLD, Group
from wayfolk.households import rules
from wayfolk.households.models import (
    Connection,
    Guardian,
    Household,
    HouseholdMember,
    HouseholdQuerySet,
)
from wayfolk.households.rules import Shared
from wayfolk.identity.search.queries import find_customers
from wayfolk.kit import clock, text
from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.rules import Actor

RESULTS_MAX = 200
_NUMBER = re.compile(r"(?:h-?|#)?0*(\d{1,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MemberShown:
    """A membership with its customer, and the address and preferences that count for them.

    `address` is None for a role that may not see addresses.
    """

    member: HouseholdMember
    customer: Customer
    address: Shared | None
    preferences: Shared


def may_see(by: Actor) -> bool:
    """Whether households exist for this actor at all: permission and module."""
    return by.may("households.view") and by.has_module("households")


def list_households(*, by: Actor) -> HouseholdQuerySet:
    """All households, ended ones included, in no order: see `kit.paging`."""
    by.require_module("households")
    by.require("households.view")
    return Household.objects.all()


def get_household(household_id: UUID, *, by: Actor) -> Household:
    """One household; raises NotFound."""
    found = list_households(by=by).filter(id=household_id).select_related("merged_into").first()
    if found is None:
        raise NotFound("There is no such household. It may have been taken back since.")
    return found


def get_household_by_number(number: int, *, by: Actor) -> Household:
    """One household by Household No; raises NotFound."""
    found = list_households(by=by).filter(number=number).select_related("merged_into").first()
    if found is None:
        raise NotFound(f"There is no household H-{number}. It may have been taken back since.")
    return found


def find_ids(query: str, *, by: Actor, limit: int = RESULTS_MAX) -> list[UUID]:
    """Ids by Household No, name, city or member; each is entered by an index of its own."""
    rows = list_households(by=by)
    cleaned = text.clean(query)[:200]
    folded = text.fold(cleaned)
    if not folded:
        return []
    found: dict[UUID, None] = {}
    number = _NUMBER.fullmatch(text.fold_digits(cleaned).replace(" ", ""))
    if number:
        found |= dict.fromkeys(rows.filter(number=int(number[1])).values_list("id", flat=True))
    found |= dict.fromkeys(_beginning(rows, "folded_name", folded, limit))
    if by.may_see("customer.address"):
        found |= dict.fromkeys(_beginning(rows, "folded_city", folded, limit))
    if by.may("customers.view"):
        hits = find_customers(cleaned, by=by, limit=limit).hits
        people = HouseholdMember.objects.filter(customer_id__in=[hit.customer_id for hit in hits])
        found |= dict.fromkeys(people.values_list("household_id", flat=True)[:limit])
    return list(found)[:limit]


def members_on(household_id: UUID, day: date, *, by: Actor) -> list[HouseholdMember]:
    """Who lived there on that day, with their customers, by role and since when."""
    return [shown.member for shown in list_members(household_id, by=by, on=day)]


def list_members(household_id: UUID, *, by: Actor, on: date | None = None) -> list[MemberShown]:
    """Everybody who ever lived there, or on that day: heads first, then by first day.

    Two queries, however many there are.
    """
    by.require_module("households")
    by.require("households.view")
    rows = HouseholdMember.objects.filter(household_id=household_id)
    rows = rows if on is None else rows.on(on)
    members = sorted(rows.select_related("customer", "household"), key=_rank)
    load_reach([member.customer for member in members])
    return [describe_member(member, member.customer, by=by) for member in members]


def describe_member(member: HouseholdMember, customer: Customer, *, by: Actor) -> MemberShown:
    """The membership of a customer (addresses loaded) with what counts for them (KP-20)."""
    household = member.household
    address = None
    if by.may_see("customer.address"):
        primary = next((a for a in customer.places if a.set == ContactSet.PRIMARY), None)
        address = rules.effective_address(
            _address_of(household),
            _address_of(primary) if primary else None,
            uses_household=member.uses_household_address,
        )
    preferences = _preferences(member, customer)
    return MemberShown(member, customer, address, preferences)


def preferences_of(customer: Customer, *, by: Actor) -> tuple[Shared, Household | None]:
    """Channel, newsletters and language of a customer today, and the household they are of.

    Who lives in several has those of the household of longest standing; who lives in none, or
    for an actor who sees no households, has a language alone.
    """
    for member in current_memberships([customer.id], by=by).get(customer.id, []):
        found = _preferences(member, customer)
        return found, member.household if found.source == rules.HOUSEHOLD else None
    nothing = dict.fromkeys(rules.PREFERENCE_FIELDS, "")
    return Shared({**nothing, "language": customer.language}, rules.OWN), None


def _preferences(member: HouseholdMember, customer: Customer) -> Shared:
    own = _values(member, rules.SHARED_PREFERENCES) | {"language": customer.language}
    return rules.effective_preferences(
        _values(member.household, rules.PREFERENCE_FIELDS),
        own,
        uses_household=member.uses_household_preferences,
    )


def current_memberships(
    customer_ids: Collection[UUID], *, by: Actor, on: date | None = None
) -> dict[UUID, list[HouseholdMember]]:
    """Customer -> memberships of that day (today), households loaded; one query for any number.

    Empty for an actor for whom households do not exist.
    """
    if not may_see(by) or not customer_ids:
        return {}
    day = on or clock.today(by.time_zone)
    rows = HouseholdMember.objects.filter(customer_id__in=list(customer_ids)).on(day)
    found: dict[UUID, list[HouseholdMember]] = defaultdict(list)
    for member in rows.select_related("household").order_by("from_on", "id"):
        found[member.customer_id].append(member)
    return dict(found)


def groups_of(customer_ids: Collection[UUID], by: Actor) -> dict[UUID, list[Group]]:
    """Customer -> households of today, for whoever asks; named where the actor may see them."""
    rows = HouseholdMember.objects.filter(customer_id__in=list(customer_ids))
    rows = rows.on(clock.today(by.time_zone)).select_related("household").order_by("from_on", "id")
    is_named = may_see(by)
    found: dict[UUID, list[Group]] = defaultdict(list)
    for member in rows:
        home = member.household
        found[member.customer_id].append(
            Group(HOUSEHOLD, home.number, home.name if is_named else "")
        )
    return dict(found)


def list_memberships(customer_id: UUID, *, by: Actor) -> list[HouseholdMember]:
    """Every household that a customer lives or lived in, the latest first."""
    if not may_see(by):
        return []
    rows = HouseholdMember.objects.filter(customer_id=customer_id).select_related("household")
    return list(rows.order_by("-from_on", "-id"))


def list_housemates(
    household_ids: Collection[UUID], *, by: Actor, on: date | None = None
) -> list[HouseholdMember]:
    """Everybody who lives in these households on that day (today), heads first; one query."""
    by.require("households.view")
    day = on or clock.today(by.time_zone)
    rows = HouseholdMember.objects.filter(household_id__in=list(household_ids)).on(day)
    return sorted(rows.select_related("customer"), key=_rank)


def names_in(household_ids: Collection[UUID], *, by: Actor) -> dict[UUID, list[str]]:
    """Household -> names of who lives there today, heads first; for lists."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for member in list_housemates(household_ids, by=by):
        found[member.household_id].append(member.customer.name)
    return dict(found)


def list_guardians(customer_ids: Collection[UUID], *, by: Actor) -> list[Guardian]:
    """Who answers, or answered, for these people, and for whom they do; the latest first."""
    if not may_see(by) or not customer_ids:
        return []
    rows = guardians_of(customer_ids, by=by).select_related("child", "guardian")
    return list(rows.order_by("-from_on", "-id"))


def guardians_of(customer_ids: Collection[UUID], *, by: Actor) -> TenantQuerySet[Guardian]:
    """The same as rows, in no order."""
    by.require("households.view")
    people = list(customer_ids)
    rows: TenantQuerySet[Guardian] = Guardian.objects.filter(
        Q(child_id__in=people) | Q(guardian_id__in=people)
    )
    return rows


def list_connections(household_id: UUID, *, by: Actor) -> list[Connection]:
    """People connected with the household, the present ones first."""
    by.require("households.view")
    rows = Connection.objects.filter(household_id=household_id).select_related("customer")
    return sorted(rows, key=lambda row: (row.to_on is not None, row.from_on, row.id))


def _beginning(rows: HouseholdQuerySet, column: str, folded: str, limit: int) -> list[UUID]:
    """Ranges rather than LIKE, which uses no index under row-level security."""
    bounds = {f"{column}__gte": folded, f"{column}__lt": f"{folded}~"}
    return list(rows.filter(**bounds).order_by(column).values_list("id", flat=True)[:limit])


def _rank(member: HouseholdMember) -> tuple[int, date, UUID]:
    return rules.ROLES.index(member.role), member.from_on, member.id


def _address_of(record: Household | Place) -> Mapping[str, str]:
    return _values(record, rules.ADDRESS_FIELDS)


def _values(record: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}
