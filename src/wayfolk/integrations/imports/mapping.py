"""A mapping: which columns of a file fill which fields, and how. No Django here."""

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from wayfolk.integrations.imports import fields, rule_faults
from wayfolk.integrations.imports.rule import METHODS, Method, Rule, in_words, listed
from wayfolk.kit.dates import Order
from wayfolk.kit.errors import InvalidValue
from wayfolk.kit.text import fold

__all__ = ["METHODS", "Lookalikes", "Mapping", "Method", "Rule", "in_words"]


# create: with a remark afterwards; update: the customer whom they look like; skip: the row.
Lookalikes = Literal["create", "update", "skip"]


@dataclass(frozen=True)
class Mapping:
    """`date_orders`: column -> order of its dates. `shift_days` moves all dates (demo data).

    `system` names the system that external ids are from. `lookalikes`: what becomes of a new
    customer who is likely somebody who is there already.
    """

    rules: tuple[Rule, ...] = ()
    date_orders: Dictionary[str, Order] = field(default_factory=dict)
    system: str = "file"
    shift_days: int = 0
    lookalikes: Lookalikes = "create"

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
        return {column for rule in self.active_rules for column in rule.columns if column}

    def fields(self) -> list[fields.Field]:
        return [fields.BY_KEY[rule.target] for rule in self.active_rules]


def to_json(mapping: Mapping) -> dict[str, Any]:
    return {
        "rules": [rule_to_json(rule) for rule in mapping.rules],
        "date_orders": dict(mapping.date_orders),
        "system": mapping.system,
        "shift_days": mapping.shift_days,
        "lookalikes": mapping.lookalikes,
    }


def rule_to_json(rule: Rule) -> dict[str, Any]:
    return {
        "target": rule.target,
        "method": rule.method,
        "columns": list(rule.columns),
        "value": rule.value,
        "base": rule.base,
        "table": dict(rule.table),
    }


def from_json(data: Dictionary[str, Any]) -> Mapping:
    """A stored mapping; rules for fields that no longer exist are left out."""
    rules = tuple(
        rule_from_json(entry)
        for entry in data.get("rules", [])
        if entry["target"] in fields.BY_KEY and entry["method"] in METHODS
    )
    return Mapping(
        rules=rules,
        date_orders=data.get("date_orders", {}),
        system=data.get("system", "file"),
        shift_days=int(data.get("shift_days", 0)),
        lookalikes=data.get("lookalikes", "create"),
    )


def rule_from_json(entry: Dictionary[str, Any]) -> Rule:
    return Rule(
        target=entry["target"],
        method=entry["method"],
        columns=tuple(entry["columns"]),
        value=entry["value"],
        base=entry["base"],
        table=entry["table"],
    )


def problems(mapping: Mapping, headers: Iterable[str]) -> list[str]:
    """What keeps this mapping from being run over a file with these headers, in words."""
    found = []
    known = set(headers)
    missing = sorted(mapping.columns() - known)
    if missing:
        found.append(
            f"The file has no column {listed(missing)}. Map another column, or choose the file"
            " that this mapping was made for."
        )
    if not mapping.kinds:
        found.append("No column is mapped yet. Choose for at least one column what it fills.")
        return found
    targets = {rule.target for rule in mapping.active_rules}
    found += [
        f"{spec.full_label} is needed and no column fills it. Map a column to it, or add a rule."
        for kind in mapping.kinds
        for spec in fields.of_kind(kind)
        if spec.is_required and spec.key not in targets
    ]
    if "partner" in mapping.kinds:
        found += _trade_problems(mapping, targets)
    names = {f"customer.{n}" for n in ("full_name", "given_name", "family_name", "company_name")}
    if not names & targets and "partner" not in mapping.kinds:
        found.append("Every row needs a customer: map a column to a name.")
    twice = sorted(
        fields.BY_KEY[key].full_label
        for key in targets
        if sum(rule.target == key for rule in mapping.active_rules) > 1
    )
    if twice:
        found.append(f"{listed(twice)} is filled by more than one column. Keep one of them.")
    found += [
        f"{rule.spec.full_label}: {fault}"
        for rule in mapping.active_rules
        if (fault := rule_faults.find_fault(rule, mapping.rules))
    ]
    return found


def _trade_problems(mapping: Mapping, targets: set[str]) -> list[str]:
    """Relations of partners are resolved over the whole file, so it holds nothing else."""
    found = []
    others = sorted(r.spec.full_label for r in mapping.active_rules if r.kind != "partner")
    if others:
        found.append(
            f"A file of trade partners fills nothing else: take out {listed(others)}, or import"
            " those columns in a file of their own."
        )
    if not targets & {"partner.name", "partner.key", "partner.number"}:
        found.append(
            "Every row needs a company: map a column to its name, its key or its Customer No."
        )
    return found


def fault_of(rule: Rule, mapping: Mapping, headers: Iterable[str]) -> str:
    """What keeps one rule of the mapping from being carried out, in words; "" for nothing."""
    missing = rule_faults.find_unknown_columns(rule, headers)
    if missing:
        return f"The file has no column {listed(missing)}. Choose another."
    if fault := rule_faults.find_fault(rule, mapping.rules):
        return fault
    others = [other for other in mapping.rules if other.target == rule.target]
    if len(others) > 1:
        plain = [column for other in others if other.is_plain for column in other.columns]
        by = f"the column {listed(plain)}" if plain and not rule.is_plain else "another rule"
        return f"This field is filled by {by} as well. Keep one of them."
    return ""


def sound_part(mapping: Mapping, headers: Iterable[str]) -> Mapping:
    """The mapping without the rules that cannot be carried out: what a preview can show."""
    known = set(headers)
    return replace(
        mapping,
        rules=tuple(
            rule
            for rule in mapping.rules
            if not rule_faults.find_unknown_columns(rule, known)
            and not rule_faults.find_fault(rule, mapping.rules)
        ),
    )


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
    rules = tuple(renamed(rule) for rule in mapping.rules)
    return replace(mapping, rules=rules, date_orders=orders)
