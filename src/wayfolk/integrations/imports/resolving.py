"""Which records the rows of a batch are about: remembered, found, or to be created."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports.fields import LAYOUT
from wayfolk.kit import clock, ids, tenancy
from wayfolk.stays.models import Property

_PHONES = ("phone", "mobile", "evening_phone", "fax")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A row about what an earlier row of the same file (`first`) was about already."""

    row_number: int
    first: int
    is_same: bool


_REMEMBERED = """
    UPDATE import_batch b SET old = m.fingerprints, booking_id = m.booking_id,
        stay_id = CASE WHEN b.fingerprints[{hotel}] = m.fingerprints[{hotel}]
                        AND b.fingerprints[{reservation}] = m.fingerprints[{reservation}]
                  THEN m.stay_id END,
        customer_id = CASE WHEN m.customer_key = b.customer_key THEN m.customer_id END
    FROM integrations_importedrow m
    WHERE m.organization_id = %s AND m.id = b.memory_id AND m.layout = %s
      AND NOT m.change_set_id = ANY (%s::uuid[])
      AND EXISTS (SELECT 1 FROM customers_customer c
                  WHERE c.organization_id = m.organization_id AND c.id = m.customer_id)
      AND (m.stay_id IS NULL OR EXISTS (SELECT 1 FROM stays_stay s
           WHERE s.organization_id = m.organization_id AND s.id = m.stay_id))
      AND (m.booking_id IS NULL OR EXISTS (SELECT 1 FROM bookings_booking k
           WHERE k.organization_id = m.organization_id AND k.id = m.booking_id))
""".format(
    hotel=fields.POSITION["stay.hotel"] + 1,
    reservation=fields.POSITION["stay.reservation_number"] + 1,
)

# A customer whom the other system knows by another id is somebody else, whoever shares the email.
_NOT_ANOTHER = """(r.external_value IS NULL OR NOT EXISTS (
    SELECT 1 FROM customers_externalid x WHERE x.organization_id = c.organization_id
    AND x.customer_id = c.id AND x.system = r.external_system))"""

# Of several customers of one name and email (or phone) the oldest is meant.
_BY_EXTERNAL_ID = """
    UPDATE import_batch b SET customer_id = x.customer_id
    FROM customers_externalid x
    JOIN customers_customer c ON c.organization_id = x.organization_id AND c.id = x.customer_id
    WHERE x.organization_id = %s AND c.organization_id = %s
      AND x.system = b.external_system AND x.value = b.external_value
      AND c.deleted_at IS NULL AND c.status <> 'merged' AND b.customer_id IS NULL
"""
_BY_CONTACT = """
    UPDATE import_batch b SET customer_id = f.customer_id
    FROM (
        SELECT DISTINCT ON (r.row_number) r.row_number, c.id AS customer_id
        FROM import_batch r
        JOIN customers_contactpoint p
          ON p.organization_id = %s AND p.normalised = r.{match} AND p.kind = ANY (%s)
        JOIN customers_customer c
          ON c.organization_id = %s AND c.id = p.customer_id
        WHERE r.customer_id IS NULL AND r.{match} IS NOT NULL AND {only}
          AND c.folded_given = r.folded_given AND c.folded_family = r.folded_family
          AND c.deleted_at IS NULL AND c.status <> 'merged'
        ORDER BY r.row_number, c.number
    ) f
    WHERE f.row_number = b.row_number
"""
_NEW_CUSTOMERS = """
    UPDATE import_batch b SET customer_id = n.id, customer_is_new = b.row_number = n.first
    FROM (
        SELECT row_number,
               first_value(customer_fresh_id) OVER w AS id, first_value(row_number) OVER w AS first
        FROM import_batch WHERE customer_id IS NULL
        WINDOW w AS (PARTITION BY customer_key ORDER BY row_number)
    ) n
    WHERE n.row_number = b.row_number
"""
_STAYS = """
    UPDATE import_batch b SET stay_id = s.id FROM stays_stay s
    WHERE s.organization_id = %s AND s.hotel_id = b.hotel_id
      AND s.folded_reservation = b.folded_reservation AND b.stay_id IS NULL
"""
_NEW_STAYS = """
    UPDATE import_batch b SET stay_id = n.id, stay_is_new = b.row_number = n.first
    FROM (
        SELECT row_number,
               first_value(stay_fresh_id) OVER w AS id, first_value(row_number) OVER w AS first
        FROM import_batch WHERE stay_id IS NULL AND stay_fresh_id IS NOT NULL
        WINDOW w AS (PARTITION BY hotel_id, folded_reservation ORDER BY row_number)
    ) n
    WHERE n.row_number = b.row_number
"""
_BOOKINGS = """
    UPDATE import_batch b SET booking_id = k.id FROM bookings_booking k
    WHERE k.organization_id = %s AND k.reference = b.booking_reference AND k.reference <> ''
      AND b.booking_id IS NULL
"""
# Rows of one batch never share a booking: the reference identifies the row.
_NEW_BOOKINGS = """
    UPDATE import_batch SET booking_id = booking_fresh_id, booking_is_new = true
    WHERE booking_id IS NULL AND booking_fresh_id IS NOT NULL
"""


def take_out_repeated(run_id: UUID) -> list[Repeated]:
    """Take rows out of the batch that repeat one which this run had in an earlier batch."""
    organization_id = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM import_batch b USING integrations_importedrow m"
            " WHERE m.organization_id = %s AND m.id = b.memory_id AND m.run_id = %s"
            " RETURNING b.row_number, m.row_number, b.fingerprints = m.fingerprints",
            [organization_id, run_id],
        )
        return [Repeated(*row) for row in cursor.fetchall()]


def remember(undone: Iterable[UUID]) -> None:
    """Find what the rows said last time. An import that was undone is forgotten."""
    organization_id = tenancy.current_organization_id()
    _execute(_REMEMBERED, organization_id, LAYOUT, list(undone))


def take_out_unchanged(run_id: UUID) -> int:
    """Take rows out of the batch that say what they said last time; returns how many.

    A column that this mapping leaves out says nothing new.
    """
    organization_id = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE integrations_importedrow m SET run_id = %s, row_number = b.row_number"
            " FROM import_batch b WHERE m.organization_id = %s AND m.id = b.memory_id"
            " AND b.old IS NOT NULL AND (b.fingerprints = b.old OR NOT EXISTS ("
            "SELECT 1 FROM unnest(b.fingerprints, b.old) AS f(now, before)"
            " WHERE f.now IS NOT NULL AND f.now IS DISTINCT FROM f.before))",
            [run_id, organization_id],
        )
        count = int(cursor.rowcount)
        if count:
            cursor.execute(
                "DELETE FROM import_batch b USING integrations_importedrow m"
                " WHERE m.organization_id = %s AND m.id = b.memory_id AND m.run_id = %s",
                [organization_id, run_id],
            )
    return count


def resolve(kinds: frozenset[str]) -> None:
    """Give every row of the batch its customer, stay and booking, new ids where none is found."""
    organization_id = tenancy.current_organization_id()
    _execute(_BY_EXTERNAL_ID, organization_id, organization_id)
    by_email = _BY_CONTACT.format(match="match_email", only=_NOT_ANOTHER)
    _execute(by_email, organization_id, ["email"], organization_id)
    by_phone = _BY_CONTACT.format(
        match="match_phone", only=f"r.match_email IS NULL AND {_NOT_ANOTHER}"
    )
    _execute(by_phone, organization_id, list(_PHONES), organization_id)
    _execute(_NEW_CUSTOMERS)
    if "stay" in kinds:
        _find_hotels(organization_id)
        _execute(_STAYS, organization_id)
        _execute(_NEW_STAYS)
    if "booking" in kinds:
        _execute(_BOOKINGS, organization_id)
        _execute(_NEW_BOOKINGS)


def _find_hotels(organization_id: int) -> None:
    """Connect rows to properties by folded name; a hotel that is not there is created."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (folded_hotel) folded_hotel, hotel_name FROM import_batch"
            " WHERE folded_hotel IS NOT NULL ORDER BY folded_hotel, row_number"
        )
        wanted = dict(cursor.fetchall())
    known = set(
        Property.objects.filter(folded_name__in=wanted).values_list("folded_name", flat=True)
    )
    now = clock.now()
    with connection.cursor() as cursor:
        for folded, name in wanted.items():
            if folded in known:
                continue
            # Somebody may create the same hotel at this very moment.
            cursor.execute(
                "INSERT INTO stays_property (id, organization_id, version, created_at, updated_at,"
                " name, folded_name) VALUES (%s, %s, 1, %s, %s, %s, %s)"
                " ON CONFLICT (organization_id, folded_name) DO NOTHING",
                [ids.new_id(), organization_id, now, now, name, folded],
            )
        cursor.execute(
            "UPDATE import_batch b SET hotel_id = p.id FROM stays_property p"
            " WHERE p.organization_id = %s AND p.folded_name = b.folded_hotel",
            [organization_id],
        )


def _execute(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
