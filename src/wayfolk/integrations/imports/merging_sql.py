"""SQL that brings existing records up to what a file says, without undoing anybody's work.

For each value: where the row was imported before, it counts only if the file's own value has
changed since; an empty cell never counts. Where the row is new to us, its values replace those
of the record, or, in a file about something else, only complete it.
"""

from dataclasses import dataclass

from wayfolk.customers.rules import PERSON_ONLY
from wayfolk.integrations.imports import fields, preparing
from wayfolk.integrations.imports.fields import POSITION, Field

# Where the column of a record has another name than the field.
_COLUMNS = {"booking.total": "total_minor", "booking.cost": "cost_minor"}
_HAS_LINES = (
    "EXISTS (SELECT 1 FROM bookings_bookingline l"
    " WHERE l.organization_id = t.organization_id AND l.booking_id = t.id)"
)
# Price and cost of a booking that has lines are their sums, in their currency; whoever has
# declined the newsletter is not subscribed again by a file.
_SETTLED = dict.fromkeys(("booking.total", "booking.cost", "booking.currency"), _HAS_LINES) | {
    "customer.takes_newsletter": "t.takes_newsletter IS FALSE"
}
_PERSONAL = frozenset(f"customer.{name}" for name in PERSON_ONLY)
_TEXT_SHAPES = frozenset({"text", "lines", "country", "choice", "phone", "currency"})


# SQL: a new customer without a person's name is a company.
IS_NEW_COMPANY = "coalesce(b.customer_given_name, b.customer_family_name) IS NULL"


@dataclass(frozen=True, slots=True)
class Value:
    """One column of a record, and the column of the batch that fills it.

    `position`: of its fingerprint, counted from 1. `blank`: the column's value for nothing.
    `is_personal`: a company has none, whatever the row says. `is_settled`: SQL of when the record
    `t` says itself what its value is, whatever the row says.
    """

    column: str
    staged: str
    position: int
    blank: str
    default: str = ""
    is_personal: bool = False
    is_settled: str = "false"

    @property
    def inserted(self) -> str:
        """SQL of the value in a new record."""
        default = self.default or self.blank
        if self.is_personal:
            return f"CASE WHEN {IS_NEW_COMPANY} THEN {default} ELSE {self._said(default)} END"
        return self._said(default)

    def _said(self, default: str) -> str:
        return f"b.{self.staged}" if default == "NULL" else f"coalesce(b.{self.staged}, {default})"


@dataclass(frozen=True, slots=True)
class Target:
    """A table that a batch fills. `key`: column of the batch that names the record.

    `is_new`: column of the batch that tells the row which creates it. `match`: column of the
    table that the key is compared with. `only`: which rows may change.
    """

    table: str
    key: str
    values: tuple[Value, ...]
    is_new: str
    match: str = "id"
    only: str = "true"


def value_of(spec: Field, default: str = "") -> Value:
    is_text = spec.shape in _TEXT_SHAPES
    blank = "''" if is_text else ("0" if spec.shape == "count" else "NULL")
    column = _COLUMNS.get(spec.key, spec.name)
    staged, position = preparing.staged_name(spec), POSITION[spec.key] + 1
    settled = _SETTLED.get(spec.key, "false")
    return Value(column, staged, position, blank, default, spec.key in _PERSONAL, settled)


_DEFAULTS = {
    "stay.status": "'expected'",
    "booking.status": "'confirmed'",
    "booking.currency": "%(currency)s",
    "booking.exchange_rate": "1",
    "booking.total": "0",
}


def _values(kind: str, part: str) -> tuple[Value, ...]:
    return tuple(
        value_of(spec, _DEFAULTS.get(spec.key, ""))
        for spec in fields.of_kind(kind)
        if spec.part == part
    )


_OWNER = fields.GUEST_POSITION + 1
_PRESENT = "t.deleted_at IS NULL AND t.status <> 'merged'"

CUSTOMERS = Target(
    "customers_customer", "customer_id", _values("customer", "column"),
    only=_PRESENT, is_new="customer_is_new",
)  # fmt: skip
ADDRESSES = Target(
    "customers_address", "customer_id",
    (
        *_values("customer", "address"),
        Value("folded_city", "folded_city", POSITION["customer.city"] + 1, "''"),
    ),
    is_new="customer_is_new", match="customer_id", only="t.set = 'primary'",
)  # fmt: skip
STAYS = Target(
    "stays_stay",
    "stay_id",
    (*_values("stay", "column"), Value("guest_id", "customer_id", _OWNER, "NULL")),
    is_new="stay_is_new",
)
BOOKINGS = Target(
    "bookings_booking",
    "booking_id",
    (
        *_values("booking", "column"),
        Value("folded_product", "folded_product", POSITION["booking.product"] + 1, "''"),
        Value("customer_id", "customer_id", _OWNER, "NULL"),
    ),
    is_new="booking_is_new",
)


def is_newer(position: int | str, *, completes: bool) -> str:
    """SQL: whether the row's value at this position replaces the record's."""
    changed = f"b.fingerprints[{position}] IS DISTINCT FROM b.old[{position}]"
    fresh = "false" if completes else "true"
    return f"CASE WHEN b.old IS NULL THEN {fresh} ELSE {changed} END"


def lock(target: Target) -> str:
    """Lock the records of %(keys)s in id order, so that two writers never wait for each other."""
    return (
        f"SELECT 1 FROM {target.table} t WHERE t.organization_id = %(organization)s"
        f" AND t.{target.match} = ANY (%(keys)s) ORDER BY t.id FOR NO KEY UPDATE"
    )


def update(target: Target, *, completes: bool) -> str:
    """Change what differs; gives the keys of the records that were changed."""
    sources = ", ".join(
        f"{_last(v, is_newer(v.position, completes=completes))} AS new_{v.column}"
        + (f", {_last(v, 'b.old IS NULL')} AS fill_{v.column}" if completes else "")
        for v in target.values
    )
    columns = [v.column for v in target.values]
    wanted = [_wanted(v, completes) for v in target.values]
    assigned = ", ".join(f"{c} = {w}" for c, w in zip(columns, wanted, strict=True))
    present = ", ".join(f"t.{c}" for c in columns)
    return f"""
        UPDATE {target.table} t SET {assigned}, version = t.version + 1, updated_at = %(now)s
        FROM (SELECT b.{target.key} AS key, {sources} FROM import_batch b
              WHERE b.{target.key} IS NOT NULL AND NOT b.{target.is_new}
              GROUP BY b.{target.key}) u
        WHERE t.organization_id = %(organization)s AND t.{target.match} = u.key AND {target.only}
          AND t.{target.match} = ANY (%(keys)s)
          AND ({present}) IS DISTINCT FROM ({", ".join(wanted)})
        RETURNING t.{target.match}
    """


def _last(value: Value, condition: str) -> str:
    """SQL: of several rows about one record, the value of the last that has one."""
    return (
        f"(array_agg(b.{value.staged} ORDER BY b.row_number DESC)"
        f" FILTER (WHERE b.{value.staged} IS NOT NULL AND {condition}))[1]"
    )


def _wanted(value: Value, completes: bool) -> str:
    column = value.column
    new = f"u.new_{column}"
    if completes:
        empty = f"t.{column} IS NULL" if value.blank == "NULL" else f"t.{column} = {value.blank}"
        new = f"{new}, CASE WHEN {empty} THEN u.fill_{column} END"
    if value.is_personal:
        return f"CASE WHEN t.kind = 'company' THEN t.{column} ELSE coalesce({new}, t.{column}) END"
    if value.is_settled != "false":
        return f"CASE WHEN {value.is_settled} THEN t.{column} ELSE coalesce({new}, t.{column}) END"
    return f"coalesce({new}, t.{column})"


def insert(target: Target, *, extra: dict[str, str]) -> str:
    """Insert the new records of the batch. `extra`: further columns with their SQL."""
    columns = {
        "id": f"b.{target.key}",
        "organization_id": "%(organization)s::smallint",
        "version": "1",
        "created_at": "%(now)s",
        "updated_at": "%(now)s",
        **{v.column: v.inserted for v in target.values},
        **extra,
    }
    return (
        f"INSERT INTO {target.table} ({', '.join(columns)})"
        f" SELECT {', '.join(columns.values())} FROM import_batch b"
        f" WHERE b.{target.is_new} ORDER BY b.row_number"
    )
