"""The rules of a mapping as the page sends them back, one hidden field each."""

import json
from collections.abc import Sequence
from typing import Any

from wayfolk.integrations.imports import fields
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.mapping import METHODS, Mapping, Rule
from wayfolk.kit.errors import InvalidValue

COLUMNS_MAX = 300
ENTRIES_MAX = 1_000
TEXT_MAX = 2_000


def split_rules(mapping: Mapping) -> tuple[dict[str, Rule], list[Rule]]:
    """The first plain rule of each column, which stands beside the column; all other rules."""
    plain: dict[str, Rule] = {}
    for rule in mapping.rules:
        if rule.is_plain:
            plain.setdefault(rule.columns[0], rule)
    shown = {id(rule) for rule in plain.values()}
    return plain, [rule for rule in mapping.rules if id(rule) not in shown]


def write(rule: Rule) -> str:
    return json.dumps(mappings.rule_to_json(rule), ensure_ascii=False)


def read(sent: Sequence[str]) -> list[Rule]:
    """Raises InvalidValue for what this page has not written."""
    return [_read(text) for text in sent]


def _read(text: str) -> Rule:
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        entry = None
    if not (isinstance(entry, dict) and _is_rule(entry)):
        raise InvalidValue(
            f"A rule of this page arrived damaged (“{text[:60]}”). Reload the page and try again.",
            field="rule",
        )
    return mappings.rule_from_json(entry)


def _is_rule(entry: dict[str, Any]) -> bool:
    columns, table = entry.get("columns"), entry.get("table")
    if not (isinstance(columns, list) and len(columns) <= COLUMNS_MAX):
        return False
    if not (isinstance(table, dict) and len(table) <= ENTRIES_MAX):
        return False
    words = [entry.get("value"), entry.get("base"), *columns, *table.keys(), *table.values()]
    return (
        entry.get("target") in fields.BY_KEY
        and entry.get("method") in METHODS
        and all(isinstance(word, str) and len(word) <= TEXT_MAX for word in words)
    )
