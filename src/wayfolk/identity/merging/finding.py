"""Merges that were made, and the records that they are about."""

from collections.abc import Collection
from uuid import UUID

from wayfolk.customers.models import Customer
from wayfolk.identity.merging import aliases
from wayfolk.identity.models import Merge
from wayfolk.kit import tenancy
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


def get_merge(merge_id: UUID, *, by: Actor) -> Merge:
    """Raises NotAllowed, NotFound."""
    by.require("customers.merge")
    with tenancy.scope(by.organization_id):
        found: Merge | None = Merge.objects.filter(id=merge_id).select_related("survivor").first()
    if found is None:
        raise NotFound("There is no such merge.")
    return found


def merges_of(customer_id: UUID, *, by: Actor) -> list[Merge]:
    """The merges that stand by which others became part of this record, newest first."""
    by.require("customers.merge")
    with tenancy.scope(by.organization_id):
        ids = [customer_id, *aliases.absorbed_by(customer_id)]
        found = Merge.objects.filter(survivor_id__in=ids, unmerged_by=None)
        return list(found.select_related("survivor").order_by("-created_at", "-id"))


def later_of(merge: Merge) -> list[Merge]:
    """The merges that stand by which more came to the record, or to whom it became part of."""
    chain = [merge.survivor_id, *aliases.survivors_of(merge.survivor_id)]
    found = Merge.objects.filter(survivor_id__in=chain, created_at__gt=merge.created_at)
    return list(found.filter(unmerged_by=None).order_by("created_at"))


def absorbed_of(merge: Merge) -> list[UUID]:
    return [UUID(each) for each in merge.absorbed]


def parties_of(merge: Merge) -> dict[UUID, Customer]:
    """The records of a merge by id, absorbed ones included."""
    ids = [merge.survivor_id, *absorbed_of(merge)]
    with tenancy.scope(merge.organization_id):
        return {customer.id: customer for customer in Customer.objects.filter(id__in=ids)}


def ids_of(numbers: Collection[int], *, by: Actor) -> dict[int, UUID]:
    """Customer No -> id, those merged before included; raises NotFound naming a missing one."""
    by.require("customers.merge")
    with tenancy.scope(by.organization_id):
        rows = Customer.objects.filter(number__in=numbers, deleted_at__isnull=True)
        found = dict(rows.values_list("number", "id"))
    missing = sorted(set(numbers) - set(found))
    if missing:
        raise NotFound(f"There is no customer with number {missing[0]}. It may have been deleted.")
    return found
