"""One row of a file to values for records, with what is wrong about it. No Django here."""

from collections.abc import Callable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NoReturn

from wayfolk.integrations.imports import cells, fields, living, names
from wayfolk.integrations.imports.cleaned import CleanRow, Surroundings, Values
from wayfolk.integrations.imports.fields import FIELDS, POSITION, Field
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.imports.receiving import StoredRow
from wayfolk.integrations.imports.trade import cleaning as trade_cleaning
from wayfolk.kit.errors import InvalidValue
from wayfolk.kit.text import fold

Read = Callable[[list[str], Values], Any]

# Optional, but a wrong one is worse than none: the row is refused.
_ESSENTIAL = frozenset(
    {
        "booking.total",
        "booking.cost",
        "booking.currency",
        "booking.exchange_rate",
        "booking.brand",
        "customer.full_name",
        *(f"customer.{name}" for name in (*fields.NAMES, "company_name")),
        *(spec.key for spec in FIELDS if spec.is_required),
        *living.ESSENTIAL,
        *trade_cleaning.ESSENTIAL,
    }
)
_NAMES = tuple(POSITION[f"customer.{name}"] for name in fields.NAMES)
_GIVEN, _FAMILY, _COMPANY = (
    POSITION[f"customer.{name}"] for name in ("given_name", "family_name", "company_name")
)
_BIRTH = POSITION["customer.birth_on"]
_ARRIVAL, _DEPARTURE = POSITION["stay.arrival_on"], POSITION["stay.departure_on"]
_DEPARTS, _RETURNS = POSITION["booking.departs_on"], POSITION["booking.returns_on"]
_PARTY = tuple(POSITION[f"stay.{name}"] for name in ("adults", "children", "infants"))
_CURRENCY, _RATE = POSITION["booking.currency"], POSITION["booking.exchange_rate"]


@dataclass(frozen=True, slots=True)
class _Step:
    spec: Field
    position: int
    read: Read


class RowCleaner:
    """Cleans the rows of one file by one mapping."""

    def __init__(self, mapping: Mapping, headers: list[str], around: Surroundings) -> None:
        self._around = around
        self._mapping = mapping
        self._is_trade = "partner" in mapping.kinds
        self._has_households = any(spec.part == "household" for spec in mapping.fields())
        self._width = len(fields.ALL_FIELDS) if self._is_trade else len(FIELDS)
        self._kinds = frozenset(mapping.kinds)
        self._columns = {header: index for index, header in enumerate(headers)}
        rules = sorted(mapping.active_rules, key=lambda r: (bool(r.base), POSITION[r.target]))
        self._steps = [
            _Step(fields.BY_KEY[rule.target], POSITION[rule.target], self._reader(rule))
            for rule in rules
        ]
        self._required = [
            (POSITION[spec.key], spec)
            for kind in mapping.kinds
            for spec in fields.of_kind(kind)
            if spec.is_required
        ]

    def clean(self, row: StoredRow) -> CleanRow:
        """Every fault of the row at once, so that one look at the refused file mends it."""
        clean = CleanRow(row.number, [None] * self._width, row.problem)
        if row.problem:
            return clean
        values = clean.values
        for step in self._steps:
            try:
                value = step.read(row.cells, values)
            except InvalidValue as error:
                _note_fault(clean, step.spec, error.message)
                continue
            if value is None:
                continue
            if step.spec.part == "composed":
                _set_name(value, values, clean)
            else:
                values[step.position] = value
        self._check(clean)
        return clean

    def _check(self, row: CleanRow) -> None:
        values = row.values
        for position, spec in self._required:
            if values[position] is None and spec.key not in row.faults:
                row.refuse(f"{spec.full_label} is empty.", spec.key)
        if self._is_trade:
            trade_cleaning.check(row, self._around)
            return
        if not (values[_GIVEN] or values[_FAMILY] or values[_COMPANY]) and not row.refusal:
            row.refuse("No customer is named in this row.", "customer.full_name")
        birth = values[_BIRTH]
        if birth is not None and birth > self._around.today:
            values[_BIRTH] = None
            row.remark(
                f"The date of birth {birth} lies in the future; it was left out.",
                "customer.birth_on",
            )
        if self._has_households:
            living.check(row)
        if "stay" in self._kinds:
            _check_stay(row)
        if "booking" in self._kinds:
            self._check_booking(row)

    def _check_booking(self, row: CleanRow) -> None:
        departs, returns = row.values[_DEPARTS], row.values[_RETURNS]
        if departs and returns and returns < departs:
            row.refuse(
                f"The return date {returns} lies before the departure date {departs}.",
                "booking.returns_on",
            )
        currency = row.values[_CURRENCY]
        if currency and currency != self._around.currency and row.values[_RATE] is None:
            row.refuse(
                f"The booking is in {currency} and your totals in {self._around.currency}: map a"
                " column to the exchange rate, or give a fixed one.",
                "booking.exchange_rate",
            )

    def _reader(self, rule: Rule) -> Read:  # noqa: PLR0911 - one answer for each method
        at = [self._columns[column] for column in rule.columns]
        spec = fields.BY_KEY[rule.target]
        match rule.method:
            case "copy":
                return self._copied(spec, rule, at[0])
            case "constant":
                value = self._converted(spec, "")(rule.value)
                return lambda _cells, _values: value
            case "date_parts":
                return self._dated(at)
            case "minus_days" | "plus_days":
                sign = -1 if rule.method == "minus_days" else 1
                return partial(_moved, sign, POSITION[rule.base], at)
            case "sum":
                return partial(self._total if spec.shape == "amount" else _sum, at)
            case "times_nights":
                return partial(self._times_nights, at)
            case "template":
                return _template(rule, at, self._converted(spec, ""))
            case "lookup":
                return _lookup(rule, at, spec)

    def _copied(self, spec: Field, rule: Rule, at: int) -> Read:
        if spec.shape == "amount":
            return lambda row, values: cells.amount(
                row[at], values[_CURRENCY] or self._around.currency
            )
        convert = self._converted(spec, rule.columns[0])
        if spec.shape == "date" and spec.name != "birth_on" and self._mapping.shift_days:
            return lambda row, _values: self._shifted(convert(row[at]))
        return lambda row, _values: convert(row[at])

    def _converted(self, spec: Field, column: str) -> cells.Convert:
        if spec.shape == "brand":
            return cells.brand_of(self._around.brands)
        order = self._mapping.date_orders.get(column, self._around.date_order)
        return cells.converter(spec, order=order, currency=self._around.currency)

    def _dated(self, at: list[int]) -> Read:
        year, month, day = at
        return lambda row, _values: self._shifted(
            cells.date_of_parts(row[year], row[month], row[day])
        )

    def _shifted(self, value: date | None) -> date | None:
        if value is None or not self._mapping.shift_days:
            return value
        return value + timedelta(days=self._mapping.shift_days)

    def _total(self, at: list[int], row: list[str], values: Values) -> int | None:
        parts = [part for i in at if (part := cells.decimal(row[i])) is not None]
        currency = values[_CURRENCY] or self._around.currency
        return cells.minor_units(sum(parts, Decimal()), currency) if parts else None

    def _times_nights(self, at: list[int], row: list[str], values: Values) -> int | None:
        price = cells.decimal(row[at[0]])
        nights = _sum(at[1:], row, values)
        if price is None or nights is None:
            return None
        return cells.minor_units(price * nights, values[_CURRENCY] or self._around.currency)


def _note_fault(row: CleanRow, spec: Field, message: str) -> None:
    if spec.key in _ESSENTIAL:
        row.refuse(f"{spec.full_label}: {message}", spec.key)
    else:
        row.remark(f"{spec.full_label}: {message} It was left out.", spec.key)


def _set_name(full: str, values: Values, row: CleanRow) -> None:
    split = names.split_name(full)
    parts = (split.title, split.given_name, split.middle_name, split.family_name)
    limits = (40, 200, 200, 200)
    if any(len(part) > limit for part, limit in zip(parts, limits, strict=True)):
        row.refuse(
            f"Customer: full name: “{full[:20]}…” has a part that is too long; at most 200"
            " characters can be stored.",
            "customer.full_name",
        )
        return
    for position, part in zip(_NAMES, parts, strict=True):
        if part:
            values[position] = part


def _check_stay(row: CleanRow) -> None:
    arrival, departure = row.values[_ARRIVAL], row.values[_DEPARTURE]
    if arrival and departure:
        if departure < arrival:
            row.refuse(
                f"The departure {departure} lies before the arrival {arrival}.", "stay.departure_on"
            )
        elif departure == arrival:
            row.remark(
                "The stay has no nights; it was taken in as a day visit.", "stay.departure_on"
            )
    adults, children, infants = (row.values[position] for position in _PARTY)
    if adults == 0 and not children and not infants:
        row.refuse("Nobody stays: there are no adults, children or infants.", "stay.adults")
    elif adults == 0:
        row.remark("The stay has children and no adult; it was taken in as it is.", "stay.adults")


def _moved(sign: int, base: int, at: list[int], row: list[str], values: Values) -> date | None:
    start: date | None = values[base]
    if start is None:
        return None
    if not at:
        return start
    days = _sum(at, row, values)
    return None if days is None else start + timedelta(days=sign * days)


def _sum(at: list[int], row: list[str], _values: Values) -> int | None:
    found = [number for i in at if (number := cells.count(row[i])) is not None]
    return sum(found) if found else None


def _template(rule: Rule, at: list[int], convert: cells.Convert) -> Read:
    """Empty as soon as one of its cells is: half a reference is none."""
    pattern = rule.value
    for column, index in zip(rule.columns, at, strict=True):
        pattern = pattern.replace("{" + column + "}", f"\x00{index}\x00")
    pieces = pattern.split("\x00")

    @lru_cache(maxsize=2_000)
    def fill(*said: str) -> Any:
        inserted = dict(zip(at, map(cells.plain, said), strict=True))
        if any(map(cells.is_blank, inserted.values())):
            return None
        return convert("".join(p if i % 2 == 0 else inserted[int(p)] for i, p in enumerate(pieces)))

    return lambda row, _values: fill(*(row[i] for i in at))


def _lookup(rule: Rule, at: list[int], spec: Field) -> Read:
    table: Dictionary[str, str] = {fold(key): value for key, value in rule.table.items()}
    unknown = set(table.values()) | ({rule.value} if rule.value else set())
    if spec.choices and not unknown <= set(spec.choices):
        _refuse_table(spec, unknown - set(spec.choices))

    @lru_cache(maxsize=2_000)
    def look_up(*said: str) -> str | None:
        key = fold(" ".join(map(cells.plain, said)))
        return table.get(key) or rule.value or None

    return lambda row, _values: look_up(*(row[i] for i in at))


def _refuse_table(spec: Field, unknown: set[str]) -> NoReturn:
    raise InvalidValue(
        f"The table for {spec.full_label} gives {', '.join(sorted(unknown))}, which is none of"
        f" {', '.join(spec.choices)}.",
        field="mapping",
    )
