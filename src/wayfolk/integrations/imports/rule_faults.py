"""What is wrong with a rule that somebody is writing, in words that say what to do. No Django."""

import re
from collections.abc import Iterable, Sequence
from typing import get_args

from wayfolk.integrations.imports import cells, fields
from wayfolk.integrations.imports.fields import Field
from wayfolk.integrations.imports.rule import WAYS, Rule, listed, methods_of
from wayfolk.kit.dates import Order
from wayfolk.kit.errors import InvalidValue
from wayfolk.kit.text import fold

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# The currency with most decimals: whether an amount suits its own is seen row by row.
_ANY_CURRENCY = "CLF"


def find_fault(rule: Rule, rules: Sequence[Rule]) -> str:
    """Why `rule`, one of `rules`, cannot be carried out as it stands; "" when it can."""
    if rule.method not in methods_of(rule.spec):
        return f"{rule.spec.full_label} cannot be {WAYS[rule.method].label}. Choose another way."
    return _column_fault(rule) or _base_fault(rule, rules) or _value_faults(rule)


def find_unknown_columns(rule: Rule, headers: Iterable[str]) -> list[str]:
    return sorted({column for column in rule.columns if column} - set(headers))


def _column_fault(rule: Rule) -> str:
    if rule.method in {"template", "constant"}:
        return ""
    way = WAYS[rule.method]
    chosen = [*rule.columns, *[""] * len(way.columns)]
    missing = [what for what, column in zip(way.columns, chosen, strict=False) if not column]
    if missing or "" in rule.columns:
        return f"Choose a column for: {', '.join(missing or [way.more]).lower()}."
    if len(rule.columns) > len(way.columns) and not way.more:
        return f"It takes {len(way.columns)} columns and has {len(rule.columns)}."
    twice = [column for column in dict.fromkeys(rule.columns) if rule.columns.count(column) > 1]
    return f"{listed(twice)} is chosen twice. Choose another column there." if twice else ""


def _base_fault(rule: Rule, rules: Sequence[Rule]) -> str:
    if not WAYS[rule.method].has_base:
        return ""
    base = fields.BY_KEY.get(rule.base)
    if base is None or base.shape != "date" or base.key == rule.target:
        return "Choose the date to count from."
    of_base = next((other for other in rules if other.target == base.key), None)
    if of_base is None:
        return f"The days are counted from {base.full_label}, which nothing fills yet. Fill it."
    is_later = fields.POSITION[base.key] >= fields.POSITION[rule.target]
    if of_base.base and is_later:  # the dates are worked out in the order of the fields
        return (
            f"{base.full_label} is itself counted from another date. Count this one from that"
            " date as well."
        )
    return ""


def _value_faults(rule: Rule) -> str:
    match rule.method:
        case "constant":
            return _constant_fault(rule)
        case "template":
            return _template_fault(rule)
        case "lookup":
            return _table_fault(rule)
        case _:
            return ""


def _constant_fault(rule: Rule) -> str:
    if not rule.value.strip():
        return "Write the value that holds for every row."
    return _value_fault(rule.spec, rule.value)


def _template_fault(rule: Rule) -> str:
    unknown = [
        name for name in _PLACEHOLDER.findall(_without_columns(rule)) if name not in rule.columns
    ]
    if unknown:
        return f"The text names {listed(unknown)}, which is no column of this file. Correct it."
    if not rule.columns:
        return "Write a text that names a column in braces, such as {hotel}-{row_id}."
    return ""


def _without_columns(rule: Rule) -> str:
    text = rule.value
    for column in rule.columns:
        text = text.replace("{" + column + "}", "")
    return text


def _table_fault(rule: Rule) -> str:
    if not rule.table and not rule.value:
        return "Say for at least one value what it becomes."
    keys = [fold(key) for key in rule.table]
    twice = [key for key in rule.table if keys.count(fold(key)) > 1]
    if twice:
        return f"{listed(twice)} are the same value to Wayfolk, and stand in the list twice."
    values = dict.fromkeys(filter(None, (*rule.table.values(), rule.value)))
    faults = (_entry_fault(rule.spec, value) for value in values)
    return next(filter(None, faults), "")


def _entry_fault(spec: Field, value: str) -> str:
    """Entries of a list are stored as they stand, so they must be codes where codes are stored."""
    if spec.choices:
        return "" if value in spec.choices else f"“{value}” is none of {', '.join(spec.choices)}."
    if fault := _value_fault(spec, value):
        return fault
    if spec.shape in {"country", "currency"}:
        code = cells.converter(spec, order="ymd", currency=_ANY_CURRENCY)(value)
        return "" if code == value else f"Write the code {code} for “{value}”."
    return ""


def _value_fault(spec: Field, value: str) -> str:
    """What its field says against a value that was written by hand."""
    orders: tuple[Order, ...] = get_args(Order) if spec.shape == "date" else ("ymd",)
    message = ""
    for order in orders:
        try:
            converted = cells.converter(spec, order=order, currency=_ANY_CURRENCY)(value)
        except InvalidValue as error:
            message = message or error.message
        else:
            return "" if converted is not None else f"“{value}” counts as empty. Write a value."
    return message
