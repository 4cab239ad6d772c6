"""Rules while somebody writes them: where a new one begins, what a change keeps. No Django."""

from collections.abc import Sequence
from dataclasses import replace

from wayfolk.integrations.imports import cells, fields, guessing_rules
from wayfolk.integrations.imports.guessing_rules import Samples
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.imports.rule import WAYS, Method, Rule, methods_of
from wayfolk.kit.text import fold

# What dates are usually counted from, the first that is filled.
_BASES = ("stay.arrival_on", "booking.departs_on", "stay.departure_on")
VALUES_SHOWN = 40


def begin_rule(target: str, mapping: Mapping, headers: Sequence[str], samples: Samples) -> Rule:
    """A new rule for a field: what the columns suggest, else the likeliest way, still empty."""
    suggested = guessing_rules.find_rule(target, headers, samples)
    if suggested is not None:
        return suggested
    return with_method(Rule(target), methods_of(fields.BY_KEY[target])[0], mapping)


def with_method(rule: Rule, method: Method, mapping: Mapping) -> Rule:
    """The rule made in another way; columns that were chosen stay where they can."""
    way = WAYS[method]
    columns = rule.columns if way.more or method == "template" else rule.columns[: len(way.columns)]
    value = " ".join(f"{{{column}}}" for column in columns if column)
    return Rule(
        rule.target,
        method,
        () if method == "constant" else columns,
        value=value if method == "template" else "",
        base=rule.base or _usual_base(rule.target, mapping) if way.has_base else "",
    )


def with_text(rule: Rule, text: str, headers: Sequence[str]) -> Rule:
    """A template of this text; its columns are those that it names in braces."""
    named = tuple(header for header in headers if "{" + header + "}" in text)
    return replace(rule, value=text, columns=named)


def list_values(rule: Rule, samples: Samples) -> list[str]:
    """What the cells of a lookup say, each value once as the file spells it.

    One more than VALUES_SHOWN tells that there are more.
    """
    if not rule.columns or not all(column in samples for column in rule.columns):
        return []
    rows = zip(*(samples[column] for column in rule.columns), strict=True)
    found: dict[str, str] = {}
    for row in rows:
        said = " ".join(map(cells.plain, row))
        if said.strip():
            found.setdefault(fold(said), said)
        if len(found) > VALUES_SHOWN:
            break
    return list(found.values())


def _usual_base(target: str, mapping: Mapping) -> str:
    filled = {rule.target for rule in mapping.rules} - {target}
    return next((key for key in _BASES if key in filled), "")
