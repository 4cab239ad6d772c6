"""Records of the organisation's customers, read in bulk."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.models import Status
from wayfolk.identity.matching.record import Record
from wayfolk.kit import tenancy
from wayfolk.organization.models import NumberKind

# Restricted, deleted and merged ones are nobody's candidates.
_RECORDS = """
    SELECT c.id, c.kind, c.given_name, c.middle_name, c.family_name, c.company_name, c.birth_on,
        c.gender,
        ARRAY(SELECT p.normalised FROM customers_contactpoint p
              WHERE p.organization_id = %(org)s AND p.customer_id = c.id AND p.kind = 'email'
              ORDER BY p.set, p.kind),
        ARRAY(SELECT p.normalised FROM customers_contactpoint p
              WHERE p.organization_id = %(org)s AND p.customer_id = c.id
                AND p.kind = ANY (%(phones)s)
              ORDER BY p.set, p.kind),
        a.lines, a.postcode, a.city, a.country
    FROM customers_customer c
    LEFT JOIN customers_address a
        ON a.organization_id = %(org)s AND a.customer_id = c.id AND a.set = 'primary'
    WHERE c.organization_id = %(org)s AND c.id = ANY (%(ids)s) AND c.deleted_at IS NULL
        AND c.status = ANY (%(statuses)s)
"""
_BORN = """
    SELECT c.id FROM customers_customer c
    WHERE c.organization_id = %s AND c.birth_on = %s AND c.deleted_at IS NULL
    LIMIT %s
"""
# Without statistics the planner believes -1.
_ABOUT = """
    SELECT (SELECT n.next_value FROM organization_numbering n
            WHERE n.organization_id = %s AND n.kind = %s),
        (SELECT reltuples FROM pg_class WHERE oid = 'customers_customer'::regclass)
"""
SIZE_LEAST = 1_000
STATUSES = (Status.ACTIVE.value, Status.INACTIVE.value)


def records_of(ids: Collection[UUID]) -> dict[UUID, Record]:
    """Those of these customers whom a user may be offered, by id."""
    values: dict[str, Any] = {
        "org": tenancy.current_organization_id(),
        "ids": list(ids),
        "statuses": list(STATUSES),
        "phones": list(PHONE_KINDS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORDS, values)
        return {row[0]: record_of(row) for row in cursor.fetchall()}


def born_on(birth: Any, *, limit: int) -> list[UUID]:
    """Some of those who were born on this day."""
    with connection.cursor() as cursor:
        cursor.execute(_BORN, [tenancy.current_organization_id(), birth, limit])
        return [row[0] for row in cursor.fetchall()]


def customers_estimated() -> int:
    """About how many the organisation has: counting would take longer than the answer.

    The numbers that it has given out, or what the planner believes all organisations have where
    its numbers began high.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, [tenancy.current_organization_id(), NumberKind.CUSTOMER.value])
        given_out, believed = cursor.fetchone()
    known = [int(each) for each in (given_out, believed) if each is not None and each >= 0]
    return max(SIZE_LEAST, min(known, default=SIZE_LEAST))


_PLAIN = ("id", "kind", "given_name", "middle_name", "family_name", "company_name", "birth_on",
          "gender", "lines", "postcode", "city", "country")  # fmt: skip


def record_of(row: tuple[Any, ...]) -> Record:
    """Of columns in the order of _RECORDS."""
    texts = [value or "" for value in row[10:]]
    plain: dict[str, Any] = dict(zip(_PLAIN, [*row[:8], *texts], strict=True))
    return Record(**plain, emails=tuple(row[8] or ()), phones=tuple(row[9] or ()))
