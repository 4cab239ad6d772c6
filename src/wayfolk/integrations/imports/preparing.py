"""From a cleaned row to lines for COPY: keys, fingerprints, folded values, new ids. No Django here.

A row becomes a line of three temporary tables. import_row is narrow, for it is updated while
records are looked up; import_value holds what the file says; import_contact has a line for each
contact point. import_batch is the view over the first two. A fourth, import_household, is there
for batches that tell who lives where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from wayfolk.bookings import folding as booking_folding
from wayfolk.customers import folding
from wayfolk.integrations.imports import fields, living
from wayfolk.integrations.imports.cleaned import CleanRow
from wayfolk.integrations.imports.fields import FIELDS, POSITION
from wayfolk.integrations.imports.mapping import Lookalikes
from wayfolk.kit import contact, ids, text
from wayfolk.stays import folding as stay_folding

_SQL_TYPES = {
    "date": "date", "count": "int", "amount": "bigint", "rate": "numeric", "flag": "boolean",
}  # fmt: skip

STAGED_FIELDS = tuple(f for f in FIELDS if f.part in {"column", "address", "brand"})


def staged_name(spec: fields.Field) -> str:
    return f"{spec.kind}_{spec.name}"


# (column, SQL type) of what is copied, in the order of the lines.
ROW_COLUMNS = (
    ("row_number", "int"),
    ("memory_id", "uuid"),
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
    ("folded_hotel", "text"),
    ("folded_reservation", "text"),
    ("reference", "text"),
)
VALUE_COLUMNS = (
    ("row_number", "int"),
    ("fingerprints", "int[]"),
    ("address_fresh_id", "uuid"),
    ("external_fresh_id", "uuid"),
    ("hotel_name", "text"),
    ("folded_product", "text"),
    ("folded_city", "text"),
    ("sort_key", "text"),
    *((staged_name(spec), _SQL_TYPES.get(spec.shape, "text")) for spec in STAGED_FIELDS),
)
CONTACT_COLUMNS = (
    ("row_number", "int"),
    ("position", "int"),
    ("id", "uuid"),
    ("contact_set", "text"),
    ("kind", "text"),
    ("value", "text"),
    ("normalised", "text"),
)
HOUSEHOLD_COLUMNS = (
    ("row_number", "int"),
    *((spec.name, _SQL_TYPES.get(spec.shape, "text")) for spec in living.HOUSEHOLD_FIELDS),
)

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
_HOUSEHOLD_KEY = POSITION[fields.HOUSEHOLD_KEY]
_HOUSEHOLD_POSITIONS = tuple(POSITION[spec.key] for spec in living.HOUSEHOLD_FIELDS)
_CONTACT_POSITIONS = tuple(
    (POSITION[spec.key], *fields.contact_of(spec.name)) for spec in fields.CONTACTS
)


@dataclass(frozen=True)
class Kind:
    """What a file fills, the system its external ids are from, and see mapping.Lookalikes."""

    organization_id: int
    region: str
    system: str
    kinds: frozenset[str]
    lookalikes: Lookalikes = "create"


class Prepared(NamedTuple):
    """A row ready for staging; of a refused one only number, refusal and remarks.

    `memory_id`: what the row is about, the same whenever it is imported again. The lines are
    what COPY reads, each with its line break; `contact_lines` has as many as there are contacts.
    """

    number: int
    refusal: str
    remarks: str
    memory_id: str = ""
    fingerprints: str = ""
    row_line: str = ""
    value_line: str = ""
    contact_lines: str = ""
    household_line: str = ""

    def refused(self, reason: str) -> "Prepared":
        return Prepared(self.number, reason, self.remarks)


class _Folded(NamedTuple):
    """The forms in which what a row says is compared with records; None where it is silent."""

    given: str
    family: str
    sort_key: str
    email: str | None
    phone: str | None
    hotel: str | None
    reservation: str | None


def prepare(row: CleanRow, kind: Kind, *, identity: str = "") -> Prepared:
    """Keys, fingerprints, folded values and new ids for a cleaned row, as lines for COPY.

    `identity`: what tells its customer from others, where that is no value of the row itself.
    """
    remarks = " ".join(row.remarks)
    if row.refusal:
        return Prepared(row.number, row.refusal, remarks)
    phone, contact_lines = _contacts(row, kind.region)
    folded = _folded(row.values, phone)
    prints = fingerprints(row.values)
    identity = identity or _customer_identity(row.values, kind, folded, prints)
    customer_key = int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), signed=True)
    is_about_more = "stay" in kind.kinds or "booking" in kind.kinds
    prints.append(_signed(customer_key & 0xFFFFFFFF) if is_about_more else None)
    said = "{" + ",".join(["NULL" if p is None else str(p) for p in prints]) + "}"
    memory = _row_identity(row.values, kind, identity, folded)
    memory_id = digest(f"{kind.organization_id}\x1f{memory}")
    return Prepared(
        row.number,
        "",
        remarks,
        memory_id,
        said,
        _row_line(row, kind, folded, memory_id, customer_key),
        _value_line(row, folded, said),
        contact_lines,
        _household_line(row),
    )


def _contacts(row: CleanRow, region: str) -> tuple[str | None, str]:
    """The first phone number there is, normalised, and the lines of all contact points."""
    phone, lines = None, []
    for position, contact_set, kind in _CONTACT_POSITIONS:
        value = row.values[position]
        if value is not None:
            normalised = folding.normalise(kind, value, region)
            if kind != "email":
                phone = phone or normalised or None
            lines.append(
                copy_line(
                    row.number, position + 1, ids.new_text(), contact_set, kind, value, normalised
                )
            )
    return phone, "".join(lines)


def _folded(values: Sequence[Any], phone: str | None) -> _Folded:
    is_company = not (values[_GIVEN] or values[_FAMILY])
    name = folding.fold_customer(
        given_name=values[_GIVEN] or "",
        middle_name="" if is_company else values[_MIDDLE] or "",
        family_name=values[_FAMILY] or "",
        company_name=values[_COMPANY] or "",
    )
    email, hotel, reservation = values[_EMAIL], values[_HOTEL], values[_RESERVATION]
    return _Folded(
        name.folded_given,
        name.folded_family,
        name.sort_key,
        contact.normalise_email(email) if email else None,
        phone,
        _fold_hotel(hotel) if hotel else None,
        stay_folding.fold_reservation(reservation) if reservation else None,
    )


def _row_line(row: CleanRow, kind: Kind, folded: _Folded, memory_id: str, customer_key: int) -> str:
    """In the order of ROW_COLUMNS."""
    external = row.values[_EXTERNAL]
    return copy_line(
        row.number,
        memory_id,
        customer_key,
        folded.given,
        folded.family,
        folded.email,
        folded.phone,
        kind.system if external else None,
        external,
        ids.new_text(),
        ids.new_text() if "stay" in kind.kinds else None,
        ids.new_text() if "booking" in kind.kinds else None,
        folded.hotel,
        folded.reservation,
        row.values[_REFERENCE],
    )


def _value_line(row: CleanRow, folded: _Folded, fingerprints: str) -> str:
    """In the order of VALUE_COLUMNS."""
    values = row.values
    return copy_line(
        row.number,
        fingerprints,
        ids.new_text(),
        ids.new_text() if values[_EXTERNAL] else None,
        values[_HOTEL],
        _fold_product(values[_PRODUCT]) if values[_PRODUCT] else None,
        text.fold(values[_CITY]) if values[_CITY] else None,
        folded.sort_key,
        *[values[position] for position in _STAGED_POSITIONS],
    )


def _household_line(row: CleanRow) -> str:
    """In the order of HOUSEHOLD_COLUMNS; none for a row that tells nothing of it."""
    if row.values[_HOUSEHOLD_KEY] is None:
        return ""
    return copy_line(row.number, *[row.values[position] for position in _HOUSEHOLD_POSITIONS])


# Stands for NULL in the lines: no cleaned text contains it.
NULL = "\x01"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_line(*values: Any) -> str:
    """A line of COPY's text format, with NULL as its null string."""
    cells = [NULL if v is None else v if type(v) is str else str(v) for v in values]
    line = "\t".join(cells)
    # One look at the line instead of one at each cell: hardly any holds such a character.
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(cells):
        line = "\t".join([cell.translate(_ESCAPES) for cell in cells])
    return line + "\n"


_fold_hotel = cache(stay_folding.fold_property)
_fold_product = cache(booking_folding.fold_product)


def _customer_identity(
    values: Sequence[Any], kind: Kind, folded: _Folded, prints: list[int | None]
) -> str:
    """Who the row is about: the id in the other system, else email or phone with the name.

    With none of them, two rows are one person only when they say the same about the person.
    """
    if values[_EXTERNAL]:
        return f"id\x1f{kind.system}\x1f{values[_EXTERNAL]}"
    name = f"{folded.given}\x1f{folded.family}"
    if folded.email:
        return f"email\x1f{folded.email}\x1f{name}"
    if folded.phone:
        return f"phone\x1f{folded.phone}\x1f{name}"
    return f"row\x1f{name}\x1f{prints}"


def _row_identity(values: Sequence[Any], kind: Kind, customer: str, folded: _Folded) -> str:
    if "booking" in kind.kinds:
        return f"booking\x1f{values[_REFERENCE]}"
    if "stay" in kind.kinds:
        return f"stay\x1f{folded.hotel}\x1f{folded.reservation}"
    return f"customer\x1f{customer}"


def digest(value: str) -> str:
    """A UUID in hexadecimal."""
    return blake2b(value.encode(), digest_size=16).hexdigest()


def fingerprints(values: Sequence[Any]) -> list[int | None]:
    """A number for each value by which a later file's is compared with it."""
    return [None if v is None else crc32(str(v).encode()) - _HALF for v in values]


_HALF = 2**31


def _signed(number: int) -> int:
    """An unsigned 32-bit number as PostgreSQL's int holds it."""
    return number - _HALF
