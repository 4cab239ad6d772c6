"""The customer's own fields in a merge: whose value survives, with source and time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from wayfolk.audit.models import Change, ChangeSet, Operation
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import FIELD_RULES, LABELS, PLAIN_FIELDS
from wayfolk.identity.merging import reach
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.rules import COMBINED, Decision, Field, Held, Value, decide
from wayfolk.staff.rules import Actor

# Kinds are a guard's matter, and the status tells of the merge itself.
NAMES = tuple(name for name in PLAIN_FIELDS if name not in {"kind", "status"})
_CHANGES_READ = 1_000  # newest changes of the records that are looked at for sources

Source = tuple[datetime, str]
Sources = Mapping[tuple[UUID, str], Source]


def fields_of(parties: Parties, choices: Mapping[str, UUID]) -> tuple[Field, ...]:
    """Every field that one of them has filled, and the ways to reach them that can be chosen."""
    sources = _sources(parties)
    plain = [_field(name, parties, choices, sources) for name in NAMES]
    return tuple(f for f in [*plain, *_reach_fields(parties, choices)] if f is not None)


def decisions(parties: Parties, choices: Mapping[str, UUID]) -> dict[str, Decision]:
    return {
        name: decide(name, [(c.id, getattr(c, name)) for c in parties.all], choices)
        for name in NAMES
    }


def apply(parties: Parties, choices: Mapping[str, UUID]) -> None:
    """Give the survivor the values decided for; one write."""
    survivor, by_id = parties.survivor, {c.id: c for c in parties.all}
    changed: list[str] = []
    for name, decision in decisions(parties, choices).items():
        value = decision.combined
        if value is None:
            value = getattr(by_id[decision.chosen], name)
        if getattr(survivor, name) != value:
            setattr(survivor, name, value)
            changed.append(name)
    if changed:
        operations.apply_folding(survivor)
        survivor.save_changes(*changed, *operations.FOLDED_COLUMNS)


def _field(
    name: str, parties: Parties, choices: Mapping[str, UUID], sources: Sources
) -> Field | None:
    values = [(customer.id, getattr(customer, name)) for customer in parties.all]
    if not any(value not in {None, ""} and value is not False for _, value in values) and not (
        name == "takes_newsletter" and any(value is not None for _, value in values)
    ):
        return None
    code, by = FIELD_RULES.get(name, ""), parties.by
    is_shown = not code or by.may_see(code)
    decision = decide(name, values, choices)
    shown = tuple(
        Value(who, words_of(parties.all[parties.rank[who]], name), *sources.get((who, name), ()))
        for who, _ in values
    )
    combined = None if decision.combined is None else str(decision.combined)
    return Field(
        name,
        LABELS[name],
        shown if is_shown else (),
        decision.chosen,
        decision.reason,
        combined if is_shown else None,
        is_shown,
        may_choose=name not in COMBINED and _may_choose(code, by),
    )


def _may_choose(code: str, by: Actor) -> bool:
    return not code or by.may_edit(code)


def words_of(customer: Customer, name: str) -> str:
    """The value as people read it."""
    value: Any = getattr(customer, name)
    display = getattr(customer, f"get_{name}_display", None)
    if value in {None, ""}:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(display() if display else value)


def _reach_fields(parties: Parties, choices: Mapping[str, UUID]) -> list[Field]:
    firsts: dict[str, dict[UUID, Held]] = {}
    for links in (reach.POINTS, reach.ADDRESSES):
        rows = [links.held(row) for row in links.of(parties.ids)]
        for row in sorted(rows, key=lambda row: (row.slot.kind, row.slot.set)):
            firsts.setdefault(row.slot.kind, {}).setdefault(row.customer_id, row)
    sources = _sources_of_rows(firsts.values(), parties)
    return [_reach_field(kind, first, sources, parties, choices) for kind, first in firsts.items()]


def _reach_field(
    kind: str,
    first: Mapping[UUID, Held],
    sources: Mapping[UUID, Source],
    parties: Parties,
    choices: Mapping[str, UUID],
) -> Field:
    code = FIELD_RULES["city" if kind == reach.ADDRESS else kind]
    default = next(customer_id for customer_id in parties.ids if customer_id in first)
    is_shown = parties.by.may_see(code)
    values = tuple(
        Value(who, first[who].words, *sources.get(first[who].row_id, ()))
        if who in first
        else Value(who, "")
        for who in parties.ids
    )
    return Field(
        kind,
        LABELS.get(kind, kind),
        values if is_shown else (),
        choices.get(kind, default),
        "Comes first; what finds no place stays with the absorbed record.",
        is_shown=is_shown,
        may_choose=_may_choose(code, parties.by),
    )


def _sources(parties: Parties) -> Sources:
    """(customer, column) -> when it was last changed and by whom, from the change log."""
    changes: Sequence[Change] = list(
        Change.objects.filter(
            subject_id__in=parties.ids,
            table_name=Customer._meta.db_table,
            operation=Operation.UPDATE,
        ).order_by("-seq")[:_CHANGES_READ]
    )
    authors = _authors(changes)
    found: dict[tuple[UUID, str], Source] = {}
    for change in changes:
        for column in change.after or {}:
            source = (change.at, authors.get(change.change_set_id, ""))
            found.setdefault((change.row_id, column), source)
    return found


def _sources_of_rows(firsts: Iterable[Mapping[UUID, Held]], parties: Parties) -> dict[UUID, Source]:
    """Row -> when it was last changed and by whom; not of what came with the record."""
    rows = [held.row_id for first in firsts for held in first.values()]
    logged = Change.objects.filter(subject_id__in=parties.ids)
    changes = list(logged.filter(row_id__in=rows).order_by("-seq"))
    with_record = set(
        logged.filter(row_id__in=parties.ids, operation=Operation.INSERT).values_list(
            "change_set_id", flat=True
        )
    )
    authors = _authors(changes)
    found: dict[UUID, Source] = {}
    for change in changes:
        if change.change_set_id not in with_record:
            source = (change.at, authors.get(change.change_set_id, ""))
            found.setdefault(change.row_id, source)
    return found


def _authors(changes: Sequence[Change]) -> dict[UUID, str]:
    """Change set -> who made it."""
    ids = {change.change_set_id for change in changes}
    return dict(ChangeSet.objects.filter(id__in=ids).values_list("id", "author_name"))
