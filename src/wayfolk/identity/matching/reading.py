"""Records of the organisation's customers, read in bulk."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.customers.models import Status
from wayfolk.identity.matching.record import Record, record_of
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
_AT_PLACE = """
    SELECT a.customer_id FROM customers_address a
    WHERE a.organization_id = %s AND a.set = 'primary' AND a.postcode = %s
    LIMIT %s
"""
# Without statistics the planner believes -1.
_ABOUT = """
    SELECT (SELECT n.next_value FROM organization_numbering n
            WHERE n.organization_id = %s AND n.kind = %s),
        (SELECT reltuples FROM pg_class WHERE oid = 'customers_customer'::regclass)
"""
# What stayed on records that were merged into others, who live on in all of them.
_FORMER = """
    WITH RECURSIVE below (survivor_id, id) AS (
        SELECT a.survivor_id, a.customer_id FROM identity_customeralias a
        WHERE a.organization_id = %(org)s
            AND (%(ids)s::uuid[] IS NULL OR a.survivor_id = ANY (%(ids)s::uuid[]))
        UNION
        SELECT b.survivor_id, a.customer_id FROM identity_customeralias a
        JOIN below b ON b.id = a.survivor_id WHERE a.organization_id = %(org)s
    )
    SELECT b.survivor_id, p.kind, p.normalised FROM below b
    JOIN customers_contactpoint p ON p.organization_id = %(org)s AND p.customer_id = b.id
    WHERE p.organization_id = %(org)s ORDER BY b.survivor_id, b.id, p.set, p.kind
"""
# A first name stands alone or before a middle name: "anna", "anna maria".
_BEARERS = """
    SELECT n.name, n.is_given, (SELECT count(*) FROM (
        SELECT 1 FROM customers_customer c
        WHERE c.organization_id = %(org)s AND n.is_given
            AND c.folded_given >= n.name AND c.folded_given < n.name || '!'
        LIMIT %(most)s) AS g) + (SELECT count(*) FROM (
        SELECT 1 FROM customers_customer c
        WHERE c.organization_id = %(org)s AND NOT n.is_given AND c.folded_family = n.name
        LIMIT %(most)s) AS f)
    FROM unnest(%(names)s::text[], %(given)s::boolean[]) AS n (name, is_given)
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
        found = {row[0]: record_of(row) for row in cursor.fetchall()}
    for key, former in former_contacts(found).items():
        emails, phones = former.beside(found[key].emails, found[key].phones)
        found[key] = replace(found[key], emails=emails, phones=phones)
    return found


@dataclass(slots=True)
class Former:
    """What records had that became part of one."""

    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)

    def beside(
        self, emails: Iterable[str], phones: Iterable[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Emails and phones with these after them."""
        return (
            tuple(dict.fromkeys((*emails, *self.emails))),
            tuple(dict.fromkeys((*phones, *self.phones))),
        )


def former_contacts(ids: Collection[UUID] | None = None) -> dict[UUID, Former]:
    """Survivor -> contacts that stayed on what was merged into it; of everybody without ids."""
    values = {
        "org": tenancy.current_organization_id(),
        "ids": None if ids is None else list(ids),
    }
    found: dict[UUID, Former] = defaultdict(Former)
    with connection.cursor() as cursor:
        cursor.execute(_FORMER, values)
        for survivor_id, kind, value in cursor.fetchall():
            if kind == "email":
                found[survivor_id].emails.append(value)
            elif kind in PHONE_KINDS:
                found[survivor_id].phones.append(value)
    return found


@dataclass(frozen=True, slots=True)
class Bearers:
    """Folded name -> how many customers bear it; only names that somebody bears."""

    given: dict[str, int]
    family: dict[str, int]


def bearers(given: Collection[str], family: Collection[str], *, most: int) -> Bearers:
    """How many have these folded first names and last names, counted up to `most`."""
    values: dict[str, Any] = {
        "org": tenancy.current_organization_id(),
        "names": [*given, *family],
        "given": [True] * len(given) + [False] * len(family),
        "most": max(1, most),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEARERS, values)
        rows = cursor.fetchall()
    return Bearers(
        {name: count for name, is_given, count in rows if is_given and count},
        {name: count for name, is_given, count in rows if not is_given and count},
    )


def born_on(birth: Any, *, limit: int) -> list[UUID]:
    """Some of those who were born on this day."""
    with connection.cursor() as cursor:
        cursor.execute(_BORN, [tenancy.current_organization_id(), birth, limit])
        return [row[0] for row in cursor.fetchall()]


def at_postcode(postcode: str, *, limit: int) -> list[UUID]:
    """Some of those who live there, as it is written here."""
    with connection.cursor() as cursor:
        cursor.execute(_AT_PLACE, [tenancy.current_organization_id(), postcode, limit])
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
