"""Merges for these tests: as somebody does them who looked at the plan."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.households import making
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.identity.merging import executing, planning, unmerging
from wayfolk.identity.merging.rules import Plan
from wayfolk.identity.models import Merge
from wayfolk.kit import tenancy

person = making.person
company = making.company
# Kept when a merge is taken back: that it was made, that these are two people, what was told of it.
REMEMBERED = {"identity_merge", "identity_pairverdict", "audit_outboxevent"}
# Sums of nothing, which triggers leave where something was.
COUNTS = {"bookings_customeryear": "bookings", "service_customerfigures": "overall_count"}


def plan(cast: Cast, survivor: Customer, *absorbed: Customer, **extra: Any) -> Plan:
    ids = [customer.id for customer in absorbed]
    return planning.plan_merge(survivor.id, ids, by=extra.pop("by", cast.manager), **extra)


def merge(
    cast: Cast,
    survivor: Customer,
    *absorbed: Customer,
    choices: Mapping[str, UUID] | None = None,
) -> Merge:
    """With everything confirmed that the plan warned of."""
    seen = plan(cast, survivor, *absorbed)
    return executing.merge_customers(
        survivor.id,
        [customer.id for customer in absorbed],
        choices=choices,
        confirmed=[guard.code for guard in seen.to_confirm],
        fingerprint=seen.fingerprint,
        by=cast.manager,
    ).merge


def unmerge(cast: Cast, made: Merge, **extra: Any) -> Any:
    return unmerging.unmerge(made.id, by=cast.manager, **extra)


def reread(customer: Customer) -> Customer:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.get(id=customer.id)


def last_change_set(cast: Cast) -> ChangeSet:
    with tenancy.scope(cast.organization.id):
        return ChangeSet.objects.order_by("-started_at", "-id")[0]


def dump(cast: Cast) -> list[tuple[str, str]]:
    """What the organisation's rows say, but for what merging itself remembers."""
    rows = making.dump(cast.organization.id)
    return [
        (table, row)
        for table, row in rows
        if table not in REMEMBERED and not (table in COUNTS and json.loads(row)[COUNTS[table]] == 0)
    ]


def points_of(customer: Customer) -> dict[tuple[str, str], str]:
    """(set, kind) -> value."""
    with tenancy.scope(customer.organization_id):
        found = Customer.objects.get(id=customer.id).contact_points.all()
        return {(point.set, point.kind): point.value for point in found}
