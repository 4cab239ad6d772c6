"""Writing a resolved batch: new records, changes to existing ones, and what the rows said."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from wayfolk.customers import operations as customer_operations
from wayfolk.integrations.imports import merging_sql, personal
from wayfolk.integrations.imports.fields import LAYOUT
from wayfolk.integrations.imports.merging_sql import ADDRESSES, BOOKINGS, CUSTOMERS, STAYS, Target
from wayfolk.kit import clock, tenancy
from wayfolk.kit.text import FOLDING_VERSION
from wayfolk.organization import brands, numbering
from wayfolk.organization.models import NumberKind

# Contact points and addresses of customers that this batch creates are no change to a customer.
_CONTACTS_NEW = """
    WITH w AS (INSERT INTO customers_contactpoint (
        id, organization_id, version, created_at, updated_at,
        customer_id, "set", kind, value, normalised)
    SELECT DISTINCT ON (b.customer_id, k.contact_set, k.kind)
        k.id, %(organization)s::smallint, 1, %(now)s, %(now)s,
        b.customer_id, k.contact_set, k.kind, k.value, k.normalised
    FROM import_contact k JOIN import_batch b ON b.row_number = k.row_number
    WHERE b.customer_is_present AND (
        b.old IS NULL OR b.fingerprints[k.position] IS DISTINCT FROM b.old[k.position])
    ORDER BY b.customer_id, k.contact_set, k.kind, b.row_number
    ON CONFLICT (organization_id, customer_id, "set", kind) DO NOTHING
    RETURNING customer_id)
    SELECT customer_id FROM w
    EXCEPT SELECT customer_id FROM import_row WHERE customer_is_created
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
    WITH w AS (INSERT INTO customers_address (id, organization_id, version, created_at, updated_at,
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
    RETURNING customer_id)
    SELECT customer_id FROM w
    EXCEPT SELECT customer_id FROM import_row WHERE customer_is_created
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
_NUMBER = "%(number)s + row_number() OVER (ORDER BY b.row_number)"
# Bookings are numbered brand by brand, in the file's order; see Writer._number_bookings.
_BRAND = "coalesce(b.booking_brand, '')"
_NUMBER_OF_BRAND = (
    f"(%(starts)s::jsonb ->> {_BRAND})::bigint"
    f" + row_number() OVER (PARTITION BY {_BRAND} ORDER BY b.row_number)"
)
_CUSTOMERS_NEW = merging_sql.insert(
    CUSTOMERS,
    extra={
        "number": _NUMBER,
        "kind": f"CASE WHEN {merging_sql.IS_NEW_COMPANY} THEN 'company' ELSE 'person' END",
        "status": "'active'",
        "is_special_guest": "false",
        "sort_key": "b.sort_key",
        "folded_given": "b.folded_given",
        "folded_family": "b.folded_family",
        "folding_version": str(FOLDING_VERSION),
    },
)
_STAYS_NEW = merging_sql.insert(
    STAYS, extra={"hotel_id": "b.hotel_id", "folded_reservation": "b.folded_reservation"}
)
_BOOKINGS_NEW = merging_sql.insert(
    BOOKINGS,
    extra={
        "number": _NUMBER_OF_BRAND,
        "brand_id": f"(%(brands)s::jsonb ->> {_BRAND})::uuid",
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

    def add(self, kind: str, created: int, updated: int, unchanged: int) -> None:
        self.created[kind] = created
        self.updated[kind] = updated
        self.unchanged[kind] = unchanged


@dataclass
class Writer:
    """Writes one batch that has been staged and resolved, inside the caller's change set.

    `remarks`: what was left out of rows, by their numbers.
    """

    run_id: UUID
    change_set_id: UUID
    currency: str
    kinds: frozenset[str]
    written: Written = field(default_factory=Written)
    remarks: dict[int, str] = field(default_factory=dict)

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
            cursor.execute("SELECT count(*) FROM import_row")
            self._row_count = int(cursor.fetchone()[0])
        if self._row_count:
            # Numbers of customers before those of bookings, as everywhere: nobody waits in a ring.
            self._number_customers()
            if "stay" in self.kinds:
                self._write_records("stay", STAYS, _STAYS_NEW)
            if "booking" in self.kinds:
                self._write_bookings()
            # After their bookings: the totals of new customers are then written once.
            self._write_customers()
            self._run(_REMEMBER)
        return self.written

    def _write_customers(self) -> None:
        created, shared = self._create_customers()
        completes = self.kinds != {"customer"}
        changed = self._update(CUSTOMERS, completes=completes)
        newer = merging_sql.is_newer("k.position", completes=completes)
        parts = {row[0] for row in self._fetch(_CONTACTS_NEW)}
        parts |= self._change("customer_id", _CONTACTS_CHANGED.format(newer=newer))
        parts |= {row[0] for row in self._fetch(_ADDRESSES_NEW)}
        parts |= self._update(ADDRESSES, completes=completes)
        self._run(_EXTERNAL_IDS)
        self._note_left_out()
        if changed:
            customer_operations.derive_folded(changed)
        if other := parts - changed - shared:
            customer_operations.count_as_changed(other)
        updated = (changed | parts) - shared
        self._add("customer", created, len(updated))

    def _note_left_out(self) -> None:
        """Remarks for rows that give a company what only a person can have."""
        found = "SELECT DISTINCT customer_id FROM import_row WHERE NOT customer_is_created"
        self._params["found"] = [row[0] for row in self._fetch(found)]
        companies = dict(self._fetch(personal.COMPANIES))
        if companies:
            self._params["companies"] = list(companies)
            for row_number, customer_id, names in self._fetch(personal.LEFT_OUT):
                self.remarks[row_number] = personal.remark(companies[customer_id], names)

    def _create_customers(self) -> tuple[int, set[UUID]]:
        """Returns how many there are, and those of whom several rows of the batch speak."""
        if not self._customer_count:
            return 0, set()
        self._run(_CUSTOMERS_NEW)
        shared = self._fetch(
            "SELECT customer_id FROM import_row WHERE customer_is_created"
            " GROUP BY customer_id HAVING count(*) > 1"
        )
        return self._customer_count, {row[0] for row in shared}

    def _write_bookings(self) -> None:
        count = self._count("booking_is_new")
        if count:
            self._number_bookings()
        self._write_records("booking", BOOKINGS, _BOOKINGS_NEW if count else "")

    def _count(self, column: str) -> int:
        return int(self._fetch(f"SELECT count(*) FROM import_row WHERE {column}")[0][0])

    def _number_customers(self) -> None:
        self._customer_count = count = self._count("customer_is_new")
        if count:
            self._params["number"] = numbering.take_numbers(NumberKind.CUSTOMER, count)[0] - 1

    def _number_bookings(self) -> None:
        """A block of numbers for each brand of the batch, in one order for all transactions."""
        found = self._fetch(
            f"SELECT {_BRAND}, count(*) FROM import_batch b WHERE b.booking_is_new"
            " GROUP BY 1 ORDER BY 1"
        )
        named = any(code for code, _ in found)
        known = {b.code: brands.reference_of(b) for b in brands.list_brands()} if named else {}
        starts = {
            code: numbering.take_numbers(NumberKind.BOOKING, count, brand_id=known.get(code))[0] - 1
            for code, count in found
        }
        self._params["starts"] = json.dumps(starts)
        self._params["brands"] = json.dumps(
            {code: str(each) for code, each in known.items() if each}
        )

    def _write_records(self, kind: str, target: Target, insert: str) -> None:
        created = self._run(insert) if insert else 0
        updated = self._update(target, completes=False)
        self._add(kind, created, len(updated))

    def _add(self, kind: str, created: int, updated: int) -> None:
        self.written.add(kind, created, updated, self._row_count - created - updated)

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
                f"SELECT DISTINCT b.{key} FROM import_row b"
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
