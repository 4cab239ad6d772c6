"""One rule of a mapping: which field it fills, in which way, from which columns. No Django here."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Literal, get_args

from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports.fields import Field

Method = Literal[
    "copy", "constant", "date_parts", "minus_days", "plus_days", "sum", "times_nights", "template",
    "lookup",
]  # fmt: skip
METHODS: tuple[Method, ...] = get_args(Method)

_TEXTS = frozenset({"text", "lines", "name", "email", "phone"})
_WORDS = frozenset({"text", "lines", "choice", "flag", "country", "currency"})
_DATES = frozenset({"date"})
# The same in every row, these would make one record of all rows.
_IDENTIFYING = frozenset(
    {
        "customer.external_id",
        "customer.household_key",
        "stay.reservation_number",
        "booking.reference",
        *(f"partner.{name}" for name in ("key", "number", "name", "id_number")),
    }
)


@dataclass(frozen=True)
class Rule:
    """How one field gets its value.

    copy: the cell. constant: `value`. date_parts: year, month, day columns. minus_days and
    plus_days: the date of field `base` moved by the sum of the columns. sum: of the columns.
    times_nights: first column times the sum of the others. template: `value` with {column}s.
    lookup: the cell's entry in `table` (folded keys), else `value`; several columns are joined
    by a space. A rule that is still being written has "" for a column not chosen yet.
    """

    target: str
    method: Method = "copy"
    columns: tuple[str, ...] = ()
    value: str = ""
    base: str = ""
    table: Dictionary[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.target.partition(".")[0]

    @property
    def spec(self) -> Field:
        return fields.BY_KEY[self.target]

    @property
    def is_plain(self) -> bool:
        """One column as it is: what the page shows beside the column itself."""
        return self.method == "copy" and len(self.columns) == 1 and bool(self.columns[0])


@dataclass(frozen=True)
class Way:
    """What a method is called and takes. `columns`: what is in each column that it needs.

    `more`: what is in any further column, "" when it takes no more. `shapes`: of the fields
    that can be filled so, empty for all.
    """

    label: str
    columns: tuple[str, ...] = ()
    more: str = ""
    has_base: bool = False
    shapes: frozenset[str] = frozenset()


WAYS: Dictionary[Method, Way] = {
    "date_parts": Way("a date from year, month and day", ("Year", "Month", "Day"), shapes=_DATES),
    "plus_days": Way(
        "another date plus nights or days", (), "Nights or days", has_base=True, shapes=_DATES
    ),
    "minus_days": Way("another date minus days", (), "Days", has_base=True, shapes=_DATES),
    "sum": Way("the sum of columns", ("Column",), "Plus", shapes=frozenset({"count", "amount"})),
    "times_nights": Way(
        "a price per night times the nights",
        ("Price per night", "Nights"),
        "Plus nights",
        shapes=frozenset({"amount"}),
    ),
    "template": Way("a text with columns in it", shapes=_TEXTS),
    "lookup": Way("a list: this value becomes that", ("Column",), "Together with", shapes=_WORDS),
    "copy": Way("one column as it is", ("Column",)),
    "constant": Way("the same value in every row"),
}


def methods_of(spec: Field) -> tuple[Method, ...]:
    """The methods that can fill this field, the likeliest first."""
    return tuple(
        method
        for method, way in WAYS.items()
        if (not way.shapes or spec.shape in way.shapes)
        and not (method == "constant" and spec.key in _IDENTIFYING)
    )


def in_words(rule: Rule) -> str:  # noqa: PLR0911 - one answer for each method
    """What a complete rule makes its field from."""
    columns = listed(rule.columns)
    match rule.method:
        case "constant":
            return f"always “{rule.value}”"
        case "date_parts":
            return f"year, month and day from {columns}"
        case "minus_days" | "plus_days" if not rule.columns:
            return f"the same as {fields.BY_KEY[rule.base].full_label}"
        case "minus_days":
            return f"{fields.BY_KEY[rule.base].full_label} minus the days in {columns}"
        case "plus_days":
            return f"{fields.BY_KEY[rule.base].full_label} plus the nights in {columns}"
        case "sum":
            return f"the sum of {columns}"
        case "times_nights":
            return f"{listed(rule.columns[:1])} times the nights in {listed(rule.columns[1:])}"
        case "template":
            return f"the text “{rule.value}”"
        case "lookup":
            entries = ", ".join(f"{key} → {value}" for key, value in rule.table.items())
            rest = f", anything else → {rule.value}" if rule.value else ""
            return f"{columns} translated: {entries}{rest}"
        case _:
            return f"the column {columns}"


def listed(names: Iterable[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    if not quoted:
        return ""
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
