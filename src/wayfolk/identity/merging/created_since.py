"""Rows that came to a survivor after a merge: whose are they, should it be taken back?

A booking made since may be the absorbed person's. What the row itself says (an email, a phone,
a name) is compared with what each of them has; without evidence it stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving, tables
from wayfolk.audit.models import Change
from wayfolk.customers.models import ContactPoint, Customer
from wayfolk.identity.merging import aliases, finding, links
from wayfolk.identity.merging.finding import absorbed_of
from wayfolk.identity.models import CustomerAlias, Merge
from wayfolk.kit import contact, text

ASSIGN = "assign"  # "assign:table:row id" -> id of the customer, among the choices of an undo
BY_HAND = f"{ASSIGN}:by_hand"  # only what is assigned moves: evidence decides nothing


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row made since, and whose it is by evidence (`because`, "" for none)."""

    table: str
    column: str
    row_id: UUID
    noun: str
    words: str
    created_at: datetime
    proposed: UUID
    because: str = ""

    @property
    def key(self) -> str:
        return f"{ASSIGN}:{self.table}:{self.row_id}"


@dataclass(frozen=True)
class _Since:
    """The merge, the record that now holds its rows, and since when each in between held them."""

    merge: Merge
    holder: UUID
    held_from: Mapping[UUID, datetime]
    later: Sequence[UUID]  # change sets of later merges


def find(merge: Merge) -> list[Candidate]:
    """The rows, oldest first. To be asked once the merge's own rows are back."""
    since, signs = _since(merge), _signs(merge)
    found = [
        _candidate(since, row, table, column, each.evidence, signs)
        for each in links.registered()
        for table, column in each.claims
        if each.is_moving and tables.model_of(table).is_change_logged
        for row in _rows(since, table, column)
    ]
    return sorted(found, key=lambda c: (c.created_at, c.row_id))


def assign(merge: Merge, choices: Mapping[str, str]) -> None:
    """Give the rows to whom they were assigned, or to whom the evidence points."""
    allowed = {merge.survivor_id, *absorbed_of(merge)}
    moves: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for candidate in find(merge):
        proposed = None if BY_HAND in choices else str(candidate.proposed)
        owner = choices.get(candidate.key, proposed)
        if owner and UUID(owner) in allowed - {merge.survivor_id}:
            row = {"id": str(candidate.row_id), candidate.column: owner}
            moves.setdefault((candidate.table, candidate.column), []).append(row)
    for (table, column), rows in moves.items():
        deriving.update_rows(table, [column], rows)


def _since(merge: Merge) -> _Since:
    held_from = {merge.survivor_id: merge.created_at}
    chain = aliases.survivors_of(merge.survivor_id)
    steps = CustomerAlias.objects.filter(customer_id__in=[merge.survivor_id, *chain])
    held_from |= {step.survivor_id: step.created_at for step in steps}
    later = [each.change_set_id for each in finding.later_of(merge)]
    return _Since(merge, chain[-1] if chain else merge.survivor_id, held_from, later)


def _rows(since: _Since, table: str, column: str) -> Iterable[Any]:
    """Those that were made on the survivor, or on whom it became part of, while they were one."""
    name = column.removesuffix("_id")
    chosen = tables.model_of(table).objects.filter(
        **{column: since.holder, "created_at__gt": since.merge.created_at}
    )
    rows = list(chosen.select_related(name))
    moved = _origins(since, table, column, [row.id for row in rows]) if rows else {}
    for row in rows:
        start = since.held_from.get(moved.get(row.id, since.holder))
        if start is not None and row.created_at > start:
            yield row


def _origins(since: _Since, table: str, column: str, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Row -> where it was before later merges moved it."""
    changes = Change.objects.filter(
        change_set_id__in=since.later, table_name=table, row_id__in=ids
    ).order_by("seq")
    found: dict[UUID, UUID] = {}
    for change in changes:
        if column in (change.before or {}):
            found.setdefault(change.row_id, UUID(change.before[column]))
    return found


def _signs(merge: Merge) -> dict[UUID, set[str]]:
    """What each of the records is known by: emails, phones, names, all as they compare."""
    ids = [merge.survivor_id, *absorbed_of(merge)]
    signs: dict[UUID, set[str]] = {each: set() for each in ids}
    for point in ContactPoint.objects.filter(customer_id__in=ids):
        signs[point.customer_id].add(point.normalised)
    for customer in Customer.objects.filter(id__in=ids):
        signs[customer.id].add(text.fold(customer.name))
    return signs


def _candidate(
    since: _Since,
    row: Any,
    table: str,
    column: str,
    evidence: Sequence[str],
    signs: Mapping[UUID, set[str]],
) -> Candidate:
    proposed, because = since.merge.survivor_id, ""
    for name in evidence:
        value = str(getattr(row, name) or "")
        owners = [who for who, known in signs.items() if value and _forms(value) & known]
        if len(owners) == 1:
            proposed, because = owners[0], f"It says {value}."
            break
    noun = str(row._meta.verbose_name)
    return Candidate(table, column, row.id, noun, str(row), row.created_at, proposed, because)


def _forms(value: str) -> set[str]:
    forms = {text.fold(value), contact.normalise_email(value)}
    return {form for form in forms | {contact.normalise_phone(value, "")} if form}
