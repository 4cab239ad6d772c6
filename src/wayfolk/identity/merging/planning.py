"""The plan of a merge: what would become of every value and row, and what speaks against it."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db import connection

from wayfolk.customers.models import Customer, Status
from wayfolk.identity.merging import aliases, fields, links
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.rules import Guard, Party, Plan
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, NotFound
from wayfolk.staff.rules import Actor

ABSORBED_MAX = 50


class SameRecord(InvalidValue):
    code = "same_record"


def plan_merge(
    survivor_id: UUID,
    absorbed_ids: Sequence[UUID],
    *,
    by: Actor,
    choices: Mapping[str, UUID] | None = None,
) -> Plan:
    """What merging these records into the survivor would do (KP-34); nothing is changed.

    Ids of records merged before stand for their survivors. Raises NotAllowed, NotFound,
    SameRecord.
    """
    by.require("customers.merge")
    with tenancy.scope(by.organization_id):
        survivor = aliases.resolve(survivor_id)
        absorbed = list(dict.fromkeys(aliases.resolve(each) for each in absorbed_ids))
        return plan_of(parties_of(survivor, absorbed, by=by), choices or {})


def parties_of(
    survivor_id: UUID, absorbed_ids: Sequence[UUID], *, by: Actor, is_locking: bool = False
) -> Parties:
    """The records; raises NotFound, and SameRecord where one of them is named twice."""
    if survivor_id in absorbed_ids:
        raise SameRecord("A record cannot be merged with itself. Choose two different customers.")
    if not 1 <= len(absorbed_ids) <= ABSORBED_MAX:
        raise InvalidValue(f"Choose between 1 and {ABSORBED_MAX} records to merge into the other.")
    chosen = Customer.objects.filter(id__in=[survivor_id, *absorbed_ids])
    found = {c.id: c for c in (chosen.locked() if is_locking else chosen)}
    missing = [each for each in (survivor_id, *absorbed_ids) if each not in found]
    if missing:
        raise NotFound("One of the customers does not exist. It may have been erased meanwhile.")
    absorbed = tuple(found[each] for each in absorbed_ids)
    return Parties(found[survivor_id], absorbed, by, clock.today(by.time_zone))


def plan_of(parties: Parties, choices: Mapping[str, UUID]) -> Plan:
    links.require_all_claimed()
    found = links.registered()
    return Plan(
        survivor=_party(parties.survivor),
        absorbed=tuple(_party(customer) for customer in parties.absorbed),
        fields=fields.fields_of(parties, choices),
        relations=tuple(
            relation
            for each in found
            for relation in each.relations(parties)
            if relation.moved or relation.united or relation.staying
        ),
        guards=(*_guards(parties), *(g for each in found for g in each.guards(parties))),
        fingerprint=fingerprint(parties),
    )


def _party(customer: Customer) -> Party:
    return Party(customer.id, customer.number, customer.name)


def _guards(parties: Parties) -> list[Guard]:
    """What speaks against it in the records themselves (KP-35)."""
    found: list[Guard] = []
    if len({customer.kind for customer in parties.all}) > 1:
        found.append(
            Guard(
                "different_kinds",
                "A person and a company are not one record. If one of them was entered as the"
                " wrong type, convert it first (“Convert” on its page).",
                is_blocking=True,
            )
        )
    for customer in parties.all:
        found += _state_guards(customer)
    births = {customer.birth_on for customer in parties.all if customer.birth_on}
    if len(births) > 1:
        found.append(
            Guard(
                "different_births",
                "Their dates of birth differ: they may be two people of one name. Correct the"
                " wrong one first if you can.",
                is_blocking=False,
            )
        )
    return found


def _state_guards(customer: Customer) -> list[Guard]:
    named = f"{customer.name} ({customer.number})"
    if customer.deleted_at is not None:
        return [Guard("deleted", f"{named} was deleted. Restore the record first.", True)]
    if customer.status == Status.RESTRICTED:
        words = (
            f"{named} is restricted: nothing may be done with these data. Lift the restriction"
            " first if there is a reason to."
        )
        return [Guard("restricted", words, is_blocking=True)]
    return []


# A row that was written has another version (xmin) or, written twice in one transaction, another
# place (ctid). To read these is a tenth of the work of reading every value of thousands of rows.
_ROWS = """
    SELECT md5(coalesce(string_agg(concat(t.id, t.xmin, t.ctid), ',' ORDER BY t.id), ''))
    FROM "{table}" t
    WHERE t.organization_id = %s AND t."{column}" = ANY (%s)
"""


def fingerprint(parties: Parties) -> str:
    """Of every row that the plan read: any write to one of them makes it another."""
    digest = hashlib.sha256()
    digest.update(repr(parties.ids).encode())
    columns = sorted((r.table, r.column) for r in links.references_to_customers())
    for table, column in [(Customer._meta.db_table, "id"), *columns]:
        digest.update(_digest(table, column, parties.ids))
    return digest.hexdigest()


def _digest(table: str, column: str, ids: Collection[UUID]) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            _ROWS.format(table=table, column=column),
            [tenancy.current_organization_id(), list(ids)],
        )
        return str(cursor.fetchone()[0]).encode()
