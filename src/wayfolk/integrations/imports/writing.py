"""Writing a resolved batch: new records, changes to existing ones, and what the rows said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers import folding
from wayfolk.customers import operations as customer_operations
from wayfolk.integrations.imports import merging_sql, staging
from wayfolk.integrations.imports.fields import LAYOUT, POSITION
from wayfolk.integrations.imports.merging_sql import ADDRESSES, BOOKINGS, CUSTOMERS, STAYS, Target
from wayfolk.integrations.imports.staging import Prepared
from wayfolk.kit import clock, tenancy
from wayfolk.organization import numbering
from wayfolk.organization.models import NumberKind

_GIVEN, _MIDDLE, _FAMILY, _COMPANY = (
    POSITION[f"customer.{name}"]
    for name in ("given_name", "middle_name", "family_name", "company_name")
)
_FOLDS = ("id", "number", *customer_operations.FOLDED_COLUMNS)

_CONTACTS_NEW = """
    INSERT INTO customers_contactpoint (id, organization_id, version, created_at, updated_at,
        customer_id, "set", kind, value, normalised)
    SELECT DISTINCT ON (b.customer_id, k.contact_set, k.kind)
        k.id, %(organization)s::smallint, 1, %(now)s, %(now)s,
        b.customer_id, k.contact_set, k.kind, k.value, k.normalised
    FROM import_contact k JOIN import_batch b ON b.row_number = k.row_number
    WHERE b.customer_is_present AND (
        b.old IS NULL OR b.fingerprints[k.position] IS DISTINCT FROM b.old[k.position])
    ORDER BY b.customer_id, k.contact_set, k.kind, b.row_number
    ON CONFLICT (organization_id, customer_id, "set", kind) DO NOTHING
    RETURNING customer_id
"""
_CONTACTS_CHANGED = """
    UPDATE customers_contactpoint p SET value = n.value, normalised = n.normalised,
        version = p.version + 1, updated_at = %(now)s
    FROM (
        SELECT DISTINCT ON (b.customer_id, k.contact_set, k.kind)
            b.customer_id, k.contact_set, k.kind, k.value, k.normalised
        FROM import_contact k JOIN import_batch b ON b.row_number = k.row_number
        WHERE NOT b.customer_is_new AND b.customer_is_present AND {newer}
        ORDER BY b.customer_id, k.contact_set, k.kind, b.row_number DESC
    ) n
    WHERE p.organization_id = %(organization)s AND p.customer_id = n.customer_id
      AND p.customer_id = ANY (%(keys)s)
      AND p.set = n.contact_set AND p.kind = n.kind AND p.value <> n.value
    RETURNING p.customer_id
"""
_ADDRESSES_NEW = """
    INSERT INTO customers_address (id, organization_id, version, created_at, updated_at,
        customer_id, "set", lines, postcode, city, country, folded_city)
    SELECT DISTINCT ON (b.customer_id)
        b.address_fresh_id, %(organization)s::smallint, 1, %(now)s, %(now)s,
        b.customer_id, 'primary', coalesce(b.customer_lines, ''), coalesce(b.customer_postcode, ''),
        coalesce(b.customer_city, ''), coalesce(b.customer_country, ''),
        coalesce(b.folded_city, '')
    FROM import_batch b
    WHERE b.customer_is_present
      AND coalesce(b.customer_lines, b.customer_postcode, b.customer_city, b.customer_country)
          IS NOT NULL
      AND (b.old IS NULL OR {changed})
    ORDER BY b.customer_id, b.row_number
    ON CONFLICT (organization_id, customer_id, "set") DO NOTHING
    RETURNING customer_id
""".format(
    changed=" OR ".join(
        f"b.fingerprints[{v.position}] IS DISTINCT FROM b.old[{v.position}]"
        for v in ADDRESSES.values
    )
)
_EXTERNAL_IDS = """
    INSERT INTO customers_externalid (id, organization_id, version, created_at, updated_at,
        customer_id, system, value)
    SELECT b.external_fresh_id, %(organization)s::smallint, 1, %(now)s, %(now)s,
        b.customer_id, b.external_system, b.external_value
    FROM import_batch b WHERE b.external_value IS NOT NULL
    ON CONFLICT (organization_id, system, value) DO NOTHING
"""
_CUSTOMERS_NEW = merging_sql.insert(
    CUSTOMERS,
    extra={
        "number": "f.number",
        "kind": "CASE WHEN coalesce(b.customer_given_name, b.customer_family_name) IS NULL"
        " THEN 'company' ELSE 'person' END",
        "status": "'active'",
        "is_special_guest": "false",
        **{c: f"f.{c}" for c in _FOLDS[2:]},
    },
).replace("FROM import_batch b", "FROM import_batch b JOIN import_fold f ON f.id = b.customer_id")
_STAYS_NEW = merging_sql.insert(
    STAYS, extra={"hotel_id": "b.hotel_id", "folded_reservation": "b.folded_reservation"}
)
_BOOKINGS_NEW = merging_sql.insert(
    BOOKINGS,
    extra={
        "number": "%(number)s + row_number() OVER (ORDER BY b.row_number)",
        "stay_id": "b.stay_id",
    },
)
_REMEMBER = """
    INSERT INTO integrations_importedrow (id, organization_id, version, created_at, updated_at,
        run_id, row_number, change_set_id, layout, fingerprints, customer_key, customer_id,
        stay_id, booking_id)
    SELECT b.memory_id, %(organization)s::smallint, 1, %(now)s, %(now)s,
        %(run)s, b.row_number, %(change_set)s, %(layout)s,
        CASE WHEN b.old IS NULL THEN b.fingerprints ELSE ARRAY(
            SELECT coalesce(f.now, f.before)
            FROM unnest(b.fingerprints, b.old) WITH ORDINALITY AS f(now, before, position)
            ORDER BY f.position) END,
        b.customer_key, b.customer_id, b.stay_id, b.booking_id
    FROM import_batch b
    ON CONFLICT (organization_id, id) DO UPDATE SET updated_at = excluded.updated_at,
        run_id = excluded.run_id, row_number = excluded.row_number,
        change_set_id = excluded.change_set_id, layout = excluded.layout,
        fingerprints = excluded.fingerprints, customer_key = excluded.customer_key,
        customer_id = excluded.customer_id,
        stay_id = coalesce(excluded.stay_id, integrations_importedrow.stay_id),
        booking_id = coalesce(excluded.booking_id, integrations_importedrow.booking_id)
"""


@dataclass
class Written:
    """How many records of each kind a batch created, changed and left as they were."""

    created: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, *, rows: int, created: int, updated: int) -> None:
        self.created[kind] = created
        self.updated[kind] = updated
        self.unchanged[kind] = rows - created - updated


@dataclass
class Writer:
    """Writes one batch that has been staged and resolved, inside the caller's change set."""

    run_id: UUID
    change_set_id: UUID
    currency: str
    kinds: frozenset[str]
    rows: Mapping[int, Prepared]
    written: Written = field(default_factory=Written)

    def __post_init__(self) -> None:
        self._params: dict[str, Any] = {
            "organization": tenancy.current_organization_id(),
            "now": clock.now(),
            "currency": self.currency,
            "run": self.run_id,
            "change_set": self.change_set_id,
            "layout": LAYOUT,
        }

    def write(self) -> Written:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM import_batch")
            self._row_count = int(cursor.fetchone()[0])
        if self._row_count:
            self._write_customers()
            if "stay" in self.kinds:
                self._write_records("stay", STAYS, _STAYS_NEW)
            if "booking" in self.kinds:
                self._write_bookings()
            self._run(_REMEMBER)
        return self.written

    def _write_customers(self) -> None:
        created = self._create_customers()
        completes = self.kinds != {"customer"}
        changed = self._update(CUSTOMERS, completes=completes)
        reach = {row[0] for row in self._fetch(_CONTACTS_NEW)}
        newer = merging_sql.is_newer("k.position", completes=completes)
        reach |= self._change("customer_id", _CONTACTS_CHANGED.format(newer=newer))
        places = {row[0] for row in self._fetch(_ADDRESSES_NEW)}
        places |= self._update(ADDRESSES, completes=completes)
        self._run(_EXTERNAL_IDS)
        shared = {customer_id for customer_id, is_alone in created.items() if not is_alone}
        refold = (changed | reach) - (created.keys() - shared)
        if refold:
            customer_operations.derive_folded(refold)
        updated = (changed | reach | places) - created.keys()
        self.written.add(
            "customer", rows=self._row_count, created=len(created), updated=len(updated)
        )

    def _create_customers(self) -> dict[UUID, bool]:
        """New customers, each with whether only one row of the batch is about it."""
        new = self._fetch(
            "SELECT row_number, customer_id, is_alone FROM (SELECT row_number, customer_id,"
            " customer_is_new, count(*) OVER (PARTITION BY customer_id) = 1 AS is_alone"
            " FROM import_batch) b WHERE customer_is_new ORDER BY row_number"
        )
        if not new:
            return {}
        numbers = numbering.take_numbers(NumberKind.CUSTOMER, len(new))
        self._run("DROP TABLE IF EXISTS import_fold")
        self._run(
            "CREATE TEMPORARY TABLE import_fold (id uuid, number bigint, sort_key text,"
            " folded_given text, folded_family text, folded_text text, folding_version int)"
            " ON COMMIT DROP"
        )
        staging.copy_rows(
            "import_fold",
            _FOLDS,
            (
                _folds(customer_id, number, self.rows[row_number])
                for (row_number, customer_id, _), number in zip(new, numbers, strict=True)
            ),
        )
        self._run(_CUSTOMERS_NEW)
        return {customer_id: is_alone for _, customer_id, is_alone in new}

    def _write_bookings(self) -> None:
        count = int(self._fetch("SELECT count(*) FROM import_batch WHERE booking_is_new")[0][0])
        if count:
            numbers = numbering.take_numbers(NumberKind.BOOKING, count)
            self._params["number"] = numbers[0] - 1
        self._write_records("booking", BOOKINGS, _BOOKINGS_NEW if count else "")

    def _write_records(self, kind: str, target: Target, insert: str) -> None:
        created = self._run(insert) if insert else 0
        updated = self._update(target, completes=False)
        self.written.add(kind, rows=self._row_count, created=created, updated=len(updated))

    def _update(self, target: Target, *, completes: bool) -> set[UUID]:
        statement = merging_sql.update(target, completes=completes)
        return self._change(target.key, statement, target)

    def _change(self, key: str, statement: str, target: Target = CUSTOMERS) -> set[UUID]:
        """Run an update over the records that were there; a batch of new ones costs nothing.

        The keys travel as an array: a join would leave it to the planner's guess to begin with
        the whole table (see resolving).
        """
        keys = [
            row[0]
            for row in self._fetch(
                f"SELECT DISTINCT b.{key} FROM import_batch b"
                f" WHERE NOT b.{target.is_new} AND b.{key} IS NOT NULL"
            )
        ]
        if not keys:
            return set()
        self._params["keys"] = keys
        self._run(merging_sql.lock(target))
        return {row[0] for row in self._fetch(statement)}

    def _run(self, statement: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._params)
            return int(cursor.rowcount)

    def _fetch(self, statement: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement, self._params)
            return list(cursor.fetchall())


def _folds(customer_id: UUID, number: int, prepared: Prepared) -> tuple[Any, ...]:
    values = prepared.row.values
    folded = folding.fold_customer(
        number=number,
        given_name=values[_GIVEN] or "",
        middle_name=values[_MIDDLE] or "",
        family_name=values[_FAMILY] or "",
        company_name=values[_COMPANY] or "",
        contacts=[(kind, value, normalised) for _, kind, value, normalised in prepared.contacts],
    )
    return (
        customer_id,
        number,
        folded.sort_key,
        folded.folded_given,
        folded.folded_family,
        folded.folded_text,
        folded.folding_version,
    )
