"""Rows of a staged batch whose customers nobody recognised, as they are compared."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from wayfolk.customers.folding import PHONE_KINDS
from wayfolk.identity.matching.record import Record

_NAMES = ("given_name", "middle_name", "family_name", "company_name")
_TEXTS = (*_NAMES, "gender", "lines", "postcode", "city", "country")
_COLUMNS = ", ".join(f"b.customer_{name}" for name in (*_TEXTS, "birth_on"))
# Of several rows about one customer the first speaks.
_STRANGERS = f"""
    SELECT b.row_number, ARRAY(
        SELECT r.row_number FROM import_row r
        WHERE r.customer_key = b.customer_key AND r.customer_id IS NULL ORDER BY r.row_number
    ), {_COLUMNS}
    FROM import_batch b
    WHERE b.customer_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM import_row r WHERE r.customer_key = b.customer_key
        AND r.customer_id IS NULL AND r.row_number < b.row_number)
    ORDER BY b.row_number
"""
_CONTACTS = "SELECT row_number, kind, normalised FROM import_contact ORDER BY row_number, position"


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who is to be created, and the numbers of all rows about them."""

    record: Record
    rows: tuple[int, ...]


def of_batch() -> list[Stranger]:
    """Everybody whom resolving.recognise left without a customer, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(_STRANGERS)
        found = cursor.fetchall()
        cursor.execute(_CONTACTS)
        contacts: dict[int, list[tuple[str, str]]] = {}
        for number, kind, normalised in cursor.fetchall():
            contacts.setdefault(number, []).append((kind, normalised))
    return [
        Stranger(_record(values, contacts.get(number, [])), tuple(rows))
        for number, rows, *values in found
    ]


def _record(values: list[Any], contacts: list[tuple[str, str]]) -> Record:
    texts: dict[str, Any] = {n: value or "" for n, value in zip(_TEXTS, values, strict=False)}
    is_company = bool(texts["company_name"]) and not (texts["given_name"] or texts["family_name"])
    return Record(
        kind="company" if is_company else "person",
        birth_on=values[-1],
        emails=tuple(value for kind, value in contacts if kind == "email"),
        phones=tuple(value for kind, value in contacts if kind in PHONE_KINDS),
        **texts,
    )
