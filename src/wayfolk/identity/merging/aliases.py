"""Where absorbed customers live on: ids and numbers lead to the survivor for ever."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from wayfolk.audit.tables import Passage
from wayfolk.identity.models import CustomerAlias, Merge
from wayfolk.kit import tenancy

_UP = """
    WITH RECURSIVE above(id, depth) AS (
        SELECT survivor_id, 1 FROM identity_customeralias
        WHERE organization_id = %(organization)s AND customer_id = %(customer)s
        UNION
        SELECT a.survivor_id, above.depth + 1 FROM identity_customeralias a
        JOIN above ON above.id = a.customer_id
        WHERE a.organization_id = %(organization)s AND above.depth < 1000
    )
    SELECT id FROM above ORDER BY depth
"""
_DOWN = """
    WITH RECURSIVE below(id) AS (
        SELECT customer_id FROM identity_customeralias
        WHERE organization_id = %(organization)s AND survivor_id = %(customer)s
        UNION
        SELECT a.customer_id FROM identity_customeralias a
        JOIN below ON below.id = a.survivor_id
        WHERE a.organization_id = %(organization)s
    )
    SELECT id FROM below
"""


def survivors_of(customer_id: UUID) -> list[UUID]:
    """Whom the record became part of, one after the other; none if it was not absorbed."""
    return _walk(_UP, customer_id)


def survivor_of(customer_id: UUID) -> UUID | None:
    """Who the record is today, None if it was not absorbed."""
    chain = survivors_of(customer_id)
    return chain[-1] if chain else None


def resolve(customer_id: UUID) -> UUID:
    """Who the record is today: itself unless it was absorbed."""
    return survivor_of(customer_id) or customer_id


def absorbed_by(customer_id: UUID) -> list[UUID]:
    """All that became part of this record, directly and through others."""
    return _walk(_DOWN, customer_id)


def former_numbers(customer_id: UUID) -> list[int]:
    """The numbers of the records that became part of this one."""
    ids = absorbed_by(customer_id)
    found = CustomerAlias.objects.filter(customer_id__in=ids)
    return sorted(found.values_list("number", flat=True))


def survivors_by_number(numbers: Collection[int]) -> dict[int, UUID]:
    """Former Customer No -> who the record is today, of those that are one."""
    rows = CustomerAlias.objects.filter(number__in=numbers).values_list("number", "customer_id")
    return {number: resolve(customer_id) for number, customer_id in rows}


def judge_passage(former: UUID, ours: UUID, now: UUID) -> Passage:
    """A reference that a change moved from `former` to `ours`, and that is at `now`."""
    if now in survivors_of(ours):
        return Passage.SUCCEEDED
    if _was_absorbed(now, into={former, ours}):
        return Passage.SETTLED
    return Passage.UNRELATED


def _was_absorbed(customer_id: UUID, *, into: set[UUID]) -> bool:
    """Whether it was ever part of one of these, by merges that stand or were taken back."""
    seen: set[UUID] = set()
    layer = set(into)
    while layer:
        seen |= layer
        lists = Merge.objects.filter(survivor_id__in=layer).values_list("absorbed", flat=True)
        layer = {UUID(each) for absorbed in lists for each in absorbed} - seen
        if customer_id in layer:
            return True
    return False


def _walk(statement: str, customer_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {"organization": tenancy.current_organization_id(), "customer": customer_id},
        )
        return [row[0] for row in cursor.fetchall()]
