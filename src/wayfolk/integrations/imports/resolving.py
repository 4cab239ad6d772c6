"""Which records the rows of a batch are about: remembered, found, or to be created."""

from collections.abc import Iterable, Mapping
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


# Records are looked up row by row, in subqueries that the planner cannot turn around: row
# security hides from it how many rows an organisation has, and guessing "one" it would begin
# with all of them.
_REMEMBERED = """
    UPDATE import_row b SET old = f.fingerprints, memory_run = f.run_id,
        memory_row = f.row_number, booking_id = f.booking_id,
        stay_id = CASE WHEN f.said[{hotel}] = f.fingerprints[{hotel}]
                        AND f.said[{reservation}] = f.fingerprints[{reservation}]
                  THEN f.stay_id END,
        customer_id = CASE WHEN f.customer_key = b.customer_key THEN f.customer_id END
    FROM (
        SELECT r.row_number AS staged_row, r.fingerprints AS said, m.*
        FROM import_batch r CROSS JOIN LATERAL (
            SELECT m.fingerprints, m.run_id, m.row_number, m.customer_key, m.customer_id,
                   m.stay_id, m.booking_id
            FROM integrations_importedrow m
            WHERE m.organization_id = %(organization)s AND m.id = r.memory_id
              AND m.layout = %(layout)s AND NOT m.change_set_id = ANY (%(undone)s::uuid[])
              AND (SELECT count(*) FROM customers_customer c
                   WHERE c.organization_id = %(organization)s AND c.id = m.customer_id) = 1
              AND (m.stay_id IS NULL OR (SELECT count(*) FROM stays_stay s
                   WHERE s.organization_id = %(organization)s AND s.id = m.stay_id) = 1)
              AND (m.booking_id IS NULL OR (SELECT count(*) FROM bookings_booking k
                   WHERE k.organization_id = %(organization)s AND k.id = m.booking_id) = 1)
            LIMIT 1
        ) m
    ) f
    WHERE f.staged_row = b.row_number
""".format(
    hotel=fields.POSITION["stay.hotel"] + 1,
    reservation=fields.POSITION["stay.reservation_number"] + 1,
)
_UNCHANGED = """
    DELETE FROM import_row b USING import_value v
    WHERE v.row_number = b.row_number
      AND b.old IS NOT NULL AND (v.fingerprints = b.old OR NOT EXISTS (
        SELECT 1 FROM unnest(v.fingerprints, b.old) AS f(now, before)
        WHERE f.now IS NOT NULL AND f.now IS DISTINCT FROM f.before))
    RETURNING b.memory_id, b.row_number
"""
_SEEN_AGAIN = """
    UPDATE integrations_importedrow m SET run_id = %(run)s, row_number = s.row_number
    FROM unnest(%(memories)s::uuid[], %(rows)s::int[]) AS s(id, row_number)
    WHERE m.organization_id = %(organization)s AND m.id = ANY (%(memories)s::uuid[])
      AND s.id = m.id
"""
_BY_EXTERNAL_ID = """
    UPDATE import_row b SET customer_id = (
        SELECT c.id FROM customers_externalid x JOIN customers_customer c
          ON c.organization_id = x.organization_id AND c.id = x.customer_id
        WHERE x.organization_id = %(organization)s AND c.organization_id = %(organization)s
          AND x.system = b.external_system AND x.value = b.external_value
          AND c.deleted_at IS NULL AND c.status <> 'merged')
    WHERE b.customer_id IS NULL AND b.external_value IS NOT NULL
"""
# Of several customers of one name and email (or phone) the oldest is meant, and whoever was merged
# away only if nobody else is. One whom the other system knows by another id is somebody else.
_BY_CONTACT = """
    UPDATE import_row b SET customer_id = (
        SELECT c.id FROM (
            SELECT p.customer_id FROM customers_contactpoint p
            WHERE p.organization_id = %(organization)s AND p.normalised = b.{match}
              AND p.kind = ANY (%(kinds)s) OFFSET 0
        ) p JOIN customers_customer c
          ON c.organization_id = %(organization)s AND c.id = p.customer_id
        WHERE c.folded_given = b.folded_given AND c.folded_family = b.folded_family
          AND c.deleted_at IS NULL
          AND (c.status <> 'merged' OR (
              SELECT count(*) FROM customers_customer s
              WHERE s.organization_id = %(organization)s AND s.deleted_at IS NULL
                AND s.id = identity_survivor(%(organization)s::smallint, c.id)) = 1)
          AND (b.external_value IS NULL OR NOT EXISTS (
              SELECT 1 FROM customers_externalid x WHERE x.organization_id = %(organization)s
              AND x.customer_id = coalesce(
                  identity_survivor(%(organization)s::smallint, c.id), c.id)
              AND x.system = b.external_system))
        ORDER BY c.status = 'merged', c.number LIMIT 1)
    WHERE b.customer_id IS NULL AND b.{match} IS NOT NULL
"""
_NEW_CUSTOMERS = """
    UPDATE import_row b SET customer_id = n.id, customer_is_new = b.row_number = n.first,
        customer_is_present = true, customer_is_created = true
    FROM (
        SELECT row_number,
               first_value(customer_fresh_id) OVER w AS id, first_value(row_number) OVER w AS first
        FROM import_row WHERE customer_id IS NULL
        WINDOW w AS (PARTITION BY customer_key ORDER BY row_number)
    ) n
    WHERE n.row_number = b.row_number
"""
# Whoever was merged away lives on in another customer, who may have been merged in turn.
_SURVIVORS = """
    UPDATE import_row b SET customer_id = u.survivor_id
    FROM identity_customeralias u
    WHERE u.organization_id = %(organization)s AND u.customer_id = b.customer_id
"""
_PRESENT = """
    UPDATE import_row b SET customer_is_present = (
        SELECT count(*) FROM customers_customer c
        WHERE c.organization_id = %(organization)s AND c.id = b.customer_id
          AND c.deleted_at IS NULL AND c.status <> 'merged') = 1
    WHERE NOT b.customer_is_present
"""
_HOTELS = """
    UPDATE import_row b SET hotel_id = (
        SELECT p.id FROM stays_property p
        WHERE p.organization_id = %(organization)s AND p.folded_name = b.folded_hotel)
"""
_STAYS = """
    UPDATE import_row b SET stay_id = (
        SELECT s.id FROM stays_stay s
        WHERE s.organization_id = %(organization)s AND s.hotel_id = b.hotel_id
          AND s.folded_reservation = b.folded_reservation)
    WHERE b.stay_id IS NULL
"""
_NEW_STAYS = """
    UPDATE import_row b SET stay_id = n.id, stay_is_new = b.row_number = n.first
    FROM (
        SELECT row_number,
               first_value(stay_fresh_id) OVER w AS id, first_value(row_number) OVER w AS first
        FROM import_row WHERE stay_id IS NULL AND stay_fresh_id IS NOT NULL
        WINDOW w AS (PARTITION BY hotel_id, folded_reservation ORDER BY row_number)
    ) n
    WHERE n.row_number = b.row_number
"""
_BOOKINGS = """
    UPDATE import_row b SET booking_id = (
        SELECT k.id FROM bookings_booking k
        WHERE k.organization_id = %(organization)s AND k.reference = b.reference
          AND k.reference <> '')
    WHERE b.booking_id IS NULL
"""
# Rows of one batch never share a booking: the reference identifies the row.
_NEW_BOOKINGS = """
    UPDATE import_row SET booking_id = booking_fresh_id, booking_is_new = true
    WHERE booking_id IS NULL AND booking_fresh_id IS NOT NULL
"""


def remember(undone: Iterable[UUID]) -> None:
    """Find what the rows said last time. An import that was undone is forgotten."""
    _run(_REMEMBERED, layout=LAYOUT, undone=list(undone))


def settle(known: Mapping[int, UUID]) -> None:
    """Rows (by number) whose customer is known from elsewhere, whatever they say of it."""
    _run(
        "UPDATE import_row b SET customer_id = k.id"
        " FROM unnest(%(rows)s::int[], %(ids)s::uuid[]) AS k(row_number, id)"
        " WHERE k.row_number = b.row_number",
        rows=list(known),
        ids=list(known.values()),
    )


def customers_of_rows() -> dict[int, UUID]:
    """The customer of each row of a resolved batch, by the row's number."""
    return dict(_fetch("SELECT row_number, customer_id FROM import_row"))


def absent() -> dict[int, UUID]:
    """Of a resolved batch the customers who were deleted or merged, by the number of the row."""
    return dict(
        _fetch("SELECT row_number, customer_id FROM import_row WHERE NOT customer_is_present")
    )


def customers_found() -> dict[int, UUID]:
    """Of a resolved batch the customers who were there before it, by the number of the row."""
    return dict(
        _fetch("SELECT row_number, customer_id FROM import_row WHERE NOT customer_is_created")
    )


def take_out_repeated(run_id: UUID) -> list[Repeated]:
    """Take rows out of the batch that repeat one which this run had in an earlier batch."""
    rows = _fetch(
        "DELETE FROM import_row b USING import_value v"
        " WHERE v.row_number = b.row_number AND b.memory_run = %(run)s"
        " RETURNING b.row_number, b.memory_row, v.fingerprints = b.old",
        run=run_id,
    )
    return [Repeated(*row) for row in rows]


def take_out_unchanged(run_id: UUID) -> int:
    """Take rows out of the batch that say what they said last time; returns how many.

    A column that this mapping leaves out says nothing new.
    """
    rows = _fetch(_UNCHANGED)
    if rows:
        memories, numbers = zip(*rows, strict=True)
        _run(_SEEN_AGAIN, run=run_id, memories=list(memories), rows=list(numbers))
    return len(rows)


def recognise() -> None:
    """Give the rows of the batch their customers, as far as they are known."""
    _follow_merges()
    _run(_BY_EXTERNAL_ID)
    _run(_BY_CONTACT.format(match="match_email"), kinds=["email"])
    only_phone = " AND b.match_email IS NULL"
    _run(_BY_CONTACT.format(match="match_phone") + only_phone, kinds=list(_PHONES))
    _follow_merges()


def _follow_merges() -> None:
    while _run(_SURVIVORS):
        pass


def resolve(kinds: frozenset[str]) -> None:
    """Give every row of the batch its customer, stay and booking, new ids where none is found."""
    recognise()
    _run(_NEW_CUSTOMERS)
    _run(_PRESENT)
    if "stay" in kinds:
        _create_hotels()
        _run(_HOTELS)
        _run(_STAYS)
        _run(_NEW_STAYS)
    if "booking" in kinds:
        _run(_BOOKINGS)
        _run(_NEW_BOOKINGS)


def _create_hotels() -> None:
    """A hotel that is not there yet becomes a property."""
    wanted = dict(
        _fetch(
            "SELECT DISTINCT ON (folded_hotel) folded_hotel, hotel_name FROM import_batch"
            " WHERE folded_hotel IS NOT NULL ORDER BY folded_hotel, row_number"
        )
    )
    known = set(
        Property.objects.filter(folded_name__in=wanted).values_list("folded_name", flat=True)
    )
    for folded in wanted.keys() - known:
        # Somebody may create the same hotel at this very moment.
        _run(
            "INSERT INTO stays_property (id, organization_id, version, created_at, updated_at,"
            " name, folded_name)"
            " VALUES (%(id)s, %(organization)s, 1, %(now)s, %(now)s, %(name)s, %(folded)s)"
            " ON CONFLICT (organization_id, folded_name) DO NOTHING",
            id=ids.new_id(),
            now=clock.now(),
            name=wanted[folded],
            folded=folded,
        )


def _run(statement: str, **params: Any) -> int:
    """How many rows the statement changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement, _scoped(params))
        return int(cursor.rowcount)


def _fetch(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, _scoped(params))
        return list(cursor.fetchall())


def _scoped(params: dict[str, Any]) -> dict[str, Any]:
    return {"organization": tenancy.current_organization_id(), **params}
