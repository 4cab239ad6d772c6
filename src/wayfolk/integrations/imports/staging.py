"""Staging a batch: cleaned rows, with keys and fingerprints, copied into temporary tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import connection
from psycopg import sql

from wayfolk.bookings import folding as booking_folding
from wayfolk.customers import operations as customer_operations
from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports.fields import FIELDS, POSITION
from wayfolk.integrations.imports.rows import CleanRow
from wayfolk.kit import contact, ids, text
from wayfolk.stays import folding as stay_folding

_SQL_TYPES = {"date": "date", "count": "int", "amount": "bigint", "rate": "numeric"}

STAGED_FIELDS = tuple(f for f in FIELDS if f.part in {"column", "address"})

# What SQL needs beside the fields themselves. The last ones are filled by resolving.
_KEYS = (
    ("row_number", "int"),
    ("memory_id", "uuid"),
    ("fingerprints", "int[]"),
    ("customer_key", "bigint"),
    ("folded_given", "text"),
    ("folded_family", "text"),
    ("match_email", "text"),
    ("match_phone", "text"),
    ("external_system", "text"),
    ("external_value", "text"),
    ("customer_fresh_id", "uuid"),
    ("stay_fresh_id", "uuid"),
    ("booking_fresh_id", "uuid"),
    ("address_fresh_id", "uuid"),
    ("external_fresh_id", "uuid"),
    ("hotel_name", "text"),
    ("folded_hotel", "text"),
    ("folded_reservation", "text"),
    ("folded_product", "text"),
    ("folded_city", "text"),
)
_RESOLVED = (
    ("old", "int[]"),
    ("memory_run", "uuid"),
    ("memory_row", "int"),
    ("customer_id", "uuid"),
    ("stay_id", "uuid"),
    ("booking_id", "uuid"),
    ("hotel_id", "uuid"),
    ("customer_is_present", "boolean NOT NULL DEFAULT false"),
    ("customer_is_new", "boolean NOT NULL DEFAULT false"),
    ("stay_is_new", "boolean NOT NULL DEFAULT false"),
    ("booking_is_new", "boolean NOT NULL DEFAULT false"),
)
_CONTACT_COLUMNS = (
    "row_number", "position", "id", "contact_set", "kind", "value", "normalised",
)  # fmt: skip

_EMAIL = POSITION["customer.primary_email"]
_EXTERNAL = POSITION["customer.external_id"]
_GIVEN, _MIDDLE, _FAMILY, _COMPANY, _BIRTH = (
    POSITION[f"customer.{name}"]
    for name in ("given_name", "middle_name", "family_name", "company_name", "birth_on")
)
_CITY = POSITION["customer.city"]
_HOTEL, _RESERVATION = POSITION["stay.hotel"], POSITION["stay.reservation_number"]
_REFERENCE, _PRODUCT = POSITION["booking.reference"], POSITION["booking.product"]
_STAGED_POSITIONS = tuple(POSITION[spec.key] for spec in STAGED_FIELDS)
_CONTACT_POSITIONS = tuple(
    (POSITION[spec.key], *fields.contact_of(spec.name)) for spec in fields.CONTACTS
)

Contact = tuple[str, str, str, str]  # set, kind, value, normalised


@dataclass(frozen=True)
class Kind:
    """What a file fills, and the system its external ids are from."""

    organization_id: int
    region: str
    system: str
    kinds: frozenset[str]


@dataclass(slots=True)
class Prepared:
    """A row ready for staging. `positions` and `contacts` run in parallel."""

    row: CleanRow
    memory_id: UUID
    keys: tuple[Any, ...]
    positions: list[int] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


def staged_name(spec: fields.Field) -> str:
    return f"{spec.kind}_{spec.name}"


def prepare(row: CleanRow, kind: Kind) -> Prepared:
    """Keys, fingerprints and new ids for a cleaned row."""
    values = row.values
    positions: list[int] = []
    contacts: list[Contact] = []
    for position, contact_set, contact_kind in _CONTACT_POSITIONS:
        value = values[position]
        if value is not None:
            normalised = customer_operations.normalise(contact_kind, value, kind.region)
            positions.append(position)
            contacts.append((contact_set, contact_kind, value, normalised))
    given = text.fold(f"{values[_GIVEN] or ''} {values[_MIDDLE] or ''}")[:200]
    family = (text.fold(values[_FAMILY] or "") or text.fold(values[_COMPANY] or ""))[:200]
    email = contact.normalise_email(values[_EMAIL]) if values[_EMAIL] else None
    phone = next((c[3] for c in contacts if c[1] != "email" and c[3]), None)
    prints = _fingerprints(values)
    identity = _customer_identity(values, kind, given, family, email, phone, prints)
    customer_key = int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), signed=True)
    if "stay" in kind.kinds or "booking" in kind.kinds:
        prints.append(_signed(customer_key & 0xFFFFFFFF))
    else:
        prints.append(None)
    hotel, reservation = values[_HOTEL], values[_RESERVATION]
    folded_hotel = _fold_hotel(hotel) if hotel else None
    folded_reservation = stay_folding.fold_reservation(reservation) if reservation else None
    memory = _row_identity(values, kind, identity, folded_hotel, folded_reservation)
    memory_id = _digest(f"{kind.organization_id}\x1f{memory}")
    keys = (
        row.number,
        memory_id,
        "{" + ",".join(["NULL" if p is None else str(p) for p in prints]) + "}",
        customer_key,
        given,
        family,
        email,
        phone,
        kind.system if values[_EXTERNAL] else None,
        values[_EXTERNAL],
        ids.new_id(),
        ids.new_id() if "stay" in kind.kinds else None,
        ids.new_id() if "booking" in kind.kinds else None,
        ids.new_id(),
        ids.new_id() if values[_EXTERNAL] else None,
        hotel,
        folded_hotel,
        folded_reservation,
        _fold_product(values[_PRODUCT]) if values[_PRODUCT] else None,
        text.fold(values[_CITY]) if values[_CITY] else None,
    )
    return Prepared(row, memory_id, keys, positions, contacts)


_fold_hotel = cache(stay_folding.fold_property)
_fold_product = cache(booking_folding.fold_product)


def _customer_identity(
    values: Sequence[Any],
    kind: Kind,
    given: str,
    family: str,
    email: str | None,
    phone: str | None,
    prints: list[int | None],
) -> str:
    """Who the row is about: the id in the other system, else email or phone with the name.

    With none of them, two rows are one person only when they say the same about the person.
    """
    if values[_EXTERNAL]:
        return f"id\x1f{kind.system}\x1f{values[_EXTERNAL]}"
    if email:
        return f"email\x1f{email}\x1f{given}\x1f{family}"
    if phone:
        return f"phone\x1f{phone}\x1f{given}\x1f{family}"
    return f"row\x1f{given}\x1f{family}\x1f{prints}"


def _row_identity(
    values: Sequence[Any],
    kind: Kind,
    customer: str,
    hotel: str | None,
    reservation: str | None,
) -> str:
    if "booking" in kind.kinds:
        return f"booking\x1f{values[_REFERENCE]}"
    if "stay" in kind.kinds:
        return f"stay\x1f{hotel}\x1f{reservation}"
    return f"customer\x1f{customer}"


def _digest(value: str) -> UUID:
    return UUID(bytes=blake2b(value.encode(), digest_size=16).digest())


def _fingerprints(values: Sequence[Any]) -> list[int | None]:
    return [None if v is None else crc32(str(v).encode()) - _HALF for v in values]


_HALF = 2**31


def _signed(number: int) -> int:
    """An unsigned 32-bit number as PostgreSQL's int holds it."""
    return number - _HALF


def stage(batch: Iterable[Prepared]) -> None:
    """Make the temporary tables of this transaction and copy the batch into them."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS import_batch, import_contact")
        cursor.execute(_create_batch())
        cursor.execute(
            "CREATE TEMPORARY TABLE import_contact (row_number int, position int, id uuid,"
            " contact_set text, kind text, value text, normalised text) ON COMMIT DROP"
        )
    rows, contacts = [], []
    for prepared in batch:
        values = prepared.row.values
        rows.append((*prepared.keys, *(values[p] for p in _STAGED_POSITIONS)))
        number = prepared.row.number
        for position, reach in zip(prepared.positions, prepared.contacts, strict=True):
            contacts.append((number, position + 1, ids.new_id(), *reach))
    copy_rows("import_batch", _staged_columns(), rows)
    copy_rows("import_contact", _CONTACT_COLUMNS, contacts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE import_batch (row_number, customer_key)")
        cursor.execute("ANALYZE import_contact")


@cache
def _staged_columns() -> tuple[str, ...]:
    return (*(name for name, _ in _KEYS), *(staged_name(spec) for spec in STAGED_FIELDS))


@cache
def _create_batch() -> str:
    columns = [
        *_KEYS,
        *((staged_name(spec), _SQL_TYPES.get(spec.shape, "text")) for spec in STAGED_FIELDS),
        *_RESOLVED,
    ]
    listed = ", ".join(f"{name} {sql_type}" for name, sql_type in columns)
    return f"CREATE TEMPORARY TABLE import_batch ({listed}) ON COMMIT DROP"


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY into a temporary table."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
