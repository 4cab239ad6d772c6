"""A mapping: which columns of a file fill which fields, and how. No Django here."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from wayfolk.integrations.imports import fields
from wayfolk.kit.dates import Order
from wayfolk.kit.errors import InvalidValue
from wayfolk.kit.text import fold

Method = Literal[
    "copy", "constant", "date_parts", "minus_days", "plus_days", "sum", "times_nights", "template",
    "lookup",
]  # fmt: skip
METHODS: tuple[str, ...] = get_args(Method)


@dataclass(frozen=True)
class Rule:
    """How one field gets its value.

    copy: the cell. constant: `value`. date_parts: year, month, day columns. minus_days and
    plus_days: the date of field `base` moved by the sum of the columns. sum: of the columns.
    times_nights: first column times the sum of the others. template: `value` with {column}s.
    lookup: the cell's entry in `table` (folded keys), else `value`; several columns join by "|".
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
    def is_plain(self) -> bool:
        """One column as it is: what the page shows beside the column itself."""
        return self.method == "copy" and len(self.columns) == 1


@dataclass(frozen=True)
class Mapping:
    """`date_orders`: column -> order of its dates. `shift_days` moves all dates (demo data).

    `system` names the system that external ids are from.
    """

    rules: tuple[Rule, ...] = ()
    date_orders: Dictionary[str, Order] = field(default_factory=dict)
    system: str = "file"
    shift_days: int = 0

    @property
    def kinds(self) -> tuple[fields.Kind, ...]:
        present = {rule.kind for rule in self.rules if rule.method != "constant"}
        return tuple(kind for kind in fields.KINDS if kind in present)

    @property
    def active_rules(self) -> tuple[Rule, ...]:
        """Fixed values alone do not make a record of their kind."""
        return tuple(rule for rule in self.rules if rule.kind in self.kinds)

    def rule_for(self, target: str) -> Rule | None:
        return next((rule for rule in self.active_rules if rule.target == target), None)

    def columns(self) -> set[str]:
        return {column for rule in self.active_rules for column in rule.columns}

    def fields(self) -> list[fields.Field]:
        return [fields.BY_KEY[rule.target] for rule in self.active_rules]


def to_json(mapping: Mapping) -> dict[str, Any]:
    return {
        "rules": [
            {
                "target": rule.target,
                "method": rule.method,
                "columns": list(rule.columns),
                "value": rule.value,
                "base": rule.base,
                "table": dict(rule.table),
            }
            for rule in mapping.rules
        ],
        "date_orders": dict(mapping.date_orders),
        "system": mapping.system,
        "shift_days": mapping.shift_days,
    }


def from_json(data: Dictionary[str, Any]) -> Mapping:
    """A stored mapping; rules for fields that no longer exist are left out."""
    rules = tuple(
        Rule(
            target=entry["target"],
            method=entry["method"],
            columns=tuple(entry["columns"]),
            value=entry["value"],
            base=entry["base"],
            table=entry["table"],
        )
        for entry in data.get("rules", [])
        if entry["target"] in fields.BY_KEY and entry["method"] in METHODS
    )
    return Mapping(
        rules=rules,
        date_orders=data.get("date_orders", {}),
        system=data.get("system", "file"),
        shift_days=int(data.get("shift_days", 0)),
    )


def problems(mapping: Mapping, headers: Iterable[str]) -> list[str]:
    """What keeps this mapping from being run over a file with these headers, in words."""
    found = []
    known = set(headers)
    missing = sorted(mapping.columns() - known)
    if missing:
        found.append(
            f"The file has no column {_listed(missing)}. Map another column, or choose the file"
            " that this mapping was made for."
        )
    if not mapping.kinds:
        found.append("No column is mapped yet. Choose for at least one column what it fills.")
        return found
    targets = {rule.target for rule in mapping.active_rules}
    found += [
        f"{spec.full_label} is needed and no column fills it."
        for kind in mapping.kinds
        for spec in fields.of_kind(kind)
        if spec.is_required and spec.key not in targets
    ]
    names = {f"customer.{n}" for n in ("full_name", "given_name", "family_name", "company_name")}
    if not names & targets:
        found.append("Every row needs a customer: map a column to a name.")
    twice = sorted(
        fields.BY_KEY[key].full_label
        for key in targets
        if sum(rule.target == key for rule in mapping.active_rules) > 1
    )
    if twice:
        found.append(f"{_listed(twice)} is filled by more than one column. Keep one of them.")
    return found


def require_runnable(mapping: Mapping, headers: Iterable[str]) -> None:
    """Raises InvalidValue with everything that is missing."""
    found = problems(mapping, headers)
    if found:
        raise InvalidValue(" ".join(found), field="mapping")


def matched(mapping: Mapping, headers: Iterable[str]) -> Mapping:
    """The mapping with its columns spelled as this file spells them ("E-Mail" for "e mail")."""
    by_fold = {fold(header): header for header in headers}
    names = {column: by_fold.get(fold(column), column) for column in mapping.columns()}

    def renamed(rule: Rule) -> Rule:
        value = rule.value
        if rule.method == "template":
            for old, new in names.items():
                value = value.replace("{" + old + "}", "{" + new + "}")
        columns = tuple(names.get(column, column) for column in rule.columns)
        return Rule(rule.target, rule.method, columns, value, rule.base, rule.table)

    orders = {names.get(column, column): order for column, order in mapping.date_orders.items()}
    return Mapping(
        tuple(renamed(rule) for rule in mapping.rules), orders, mapping.system, mapping.shift_days
    )


def in_words(rule: Rule) -> str:  # noqa: PLR0911 - one answer for each method
    """A rule of several columns as a sentence for the page."""
    columns = _listed(rule.columns)
    match rule.method:
        case "constant":
            return f"always “{rule.value}”"
        case "date_parts":
            return f"year, month and day from {columns}"
        case "minus_days" | "plus_days" if not rule.columns:
            return f"the same as {fields.BY_KEY[rule.base].full_label}"
        case "minus_days":
            return f"{fields.BY_KEY[rule.base].label} minus the days in {columns}"
        case "plus_days":
            return f"{fields.BY_KEY[rule.base].label} plus the nights in {columns}"
        case "sum":
            return f"the sum of {columns}"
        case "times_nights":
            return f"{rule.columns[0]} times the nights in {_listed(rule.columns[1:])}"
        case "template":
            return f"the text “{rule.value}”"
        case "lookup":
            entries = ", ".join(f"{key} → {value}" for key, value in rule.table.items())
            rest = f", anything else → {rule.value}" if rule.value else ""
            return f"{columns} translated: {entries}{rest}"
        case _:
            return columns


def _listed(names: Iterable[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    if not quoted:
        return ""
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
