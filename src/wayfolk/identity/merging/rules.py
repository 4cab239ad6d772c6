"""What a merge would do, as values, and the decisions over them. Plain Python.

A plan is data that pages, API and command line show; nothing in it is a model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

SHOWN_MAX = 20  # sentences about single rows; the counts are whole


@dataclass(frozen=True, slots=True)
class Party:
    """A record of the merge, as the plan names it."""

    id: UUID
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """What one record has in a field, since when and by whom (None, "": since its creation)."""

    customer_id: UUID
    value: str
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the records: `chosen` is whose value the survivor will have, and why.

    `combined`: the value made of several, where none is taken alone. Values are left out, and
    `is_shown` is False, where the reader may not see them; the rule decides then.
    """

    code: str
    label: str
    values: tuple[Value, ...]
    chosen: UUID
    reason: str
    combined: str | None = None
    is_shown: bool = True
    may_choose: bool = True

    @property
    def differs(self) -> bool:
        return len({value.value for value in self.values}) > 1


@dataclass(frozen=True, slots=True)
class Relation:
    """What becomes of the rows of one kind: how many move, which are united, which stay.

    `united` and `staying`: sentences about rows that cannot simply move. What stays, stays on
    the absorbed record and is shown through the survivor.
    """

    code: str
    label: str
    moved: int
    united: tuple[str, ...] = ()
    staying: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """Something that speaks against the merge, with the safe way. `code` confirms it."""

    code: str
    message: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What merging `absorbed` into `survivor` would do. `fingerprint`: of everything read."""

    survivor: Party
    absorbed: tuple[Party, ...]
    fields: tuple[Field, ...]
    relations: tuple[Relation, ...]
    guards: tuple[Guard, ...]
    fingerprint: str

    @property
    def blocking(self) -> list[Guard]:
        return [guard for guard in self.guards if guard.is_blocking]

    @property
    def to_confirm(self) -> list[Guard]:
        return [guard for guard in self.guards if not guard.is_blocking]


def as_json(plan: Plan) -> dict[str, Any]:
    """The plan for machines; records are named by their numbers."""
    numbers = {party.id: party.number for party in (plan.survivor, *plan.absorbed)}
    return {
        "survivor": _named(plan.survivor),
        "absorbed": [_named(party) for party in plan.absorbed],
        "fields": [_field_json(each, numbers) for each in plan.fields],
        "relations": [
            {
                "code": each.code,
                "label": each.label,
                "moved": each.moved,
                "united": list(each.united),
                "staying": list(each.staying),
            }
            for each in plan.relations
        ],
        "guards": [
            {"code": each.code, "message": each.message, "is_blocking": each.is_blocking}
            for each in plan.guards
        ],
        "fingerprint": plan.fingerprint,
    }


def _named(party: Party) -> dict[str, Any]:
    return {"number": party.number, "name": party.name}


def _field_json(each: Field, numbers: Mapping[UUID, int]) -> dict[str, Any]:
    return {
        "code": each.code,
        "label": each.label,
        "values": [
            {
                "number": numbers[value.customer_id],
                "value": value.value,
                "changed_at": value.changed_at.isoformat() if value.changed_at else None,
                "changed_by": value.changed_by,
            }
            for value in each.values
        ],
        "chosen": numbers[each.chosen],
        "reason": each.reason,
        "combined": each.combined,
        "is_shown": each.is_shown,
        "may_choose": each.may_choose,
    }


@dataclass(frozen=True, slots=True)
class Decision:
    """Whose value a field of the survivor gets, and why; `combined` if of several."""

    chosen: UUID
    reason: str
    combined: Any = None


COMBINED = ("notes", "is_special_guest", "takes_newsletter")
NOTES_SEPARATOR = "\n\n"


def decide(name: str, values: Sequence[tuple[UUID, Any]], choices: Mapping[str, UUID]) -> Decision:
    """Which value of a field survives; `values` begins with the survivor's.

    A choice is followed, but for what is never lost: an objection to newsletters, notes.
    """
    survivor_id, present = values[0]
    filled = [(who, value) for who, value in values if value not in {None, ""}]
    if name == "takes_newsletter":
        return _least_consent(survivor_id, values)
    if name == "notes":
        return _both_notes(survivor_id, filled)
    if name == "is_special_guest":
        who = next((who for who, value in values if value), survivor_id)
        return Decision(who, "One of them is a special guest.", any(value for _, value in values))
    if name in choices:
        return Decision(choices[name], "Chosen by hand.")
    if present not in {None, ""} or not filled:
        return Decision(survivor_id, "The main record's value stays.")
    return Decision(filled[0][0], "The main record has none.")


def _least_consent(survivor_id: UUID, values: Sequence[tuple[UUID, Any]]) -> Decision:
    for sought, reason in ((False, "An objection to newsletters stays."), (True, "Agreed to.")):
        for who, value in values:
            if value is sought:
                return Decision(who, reason, sought)
    return Decision(survivor_id, "Nobody was asked.")


def _both_notes(survivor_id: UUID, filled: Sequence[tuple[UUID, Any]]) -> Decision:
    texts: list[str] = []
    for _, value in filled:
        if value not in texts:
            texts.append(value)
    if len(texts) > 1:
        return Decision(survivor_id, "The notes of all are kept.", NOTES_SEPARATOR.join(texts))
    return Decision(filled[0][0] if filled else survivor_id, "There is one note.")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one contact point or address: its set, and its kind ("" for addresses)."""

    set: str
    kind: str


@dataclass(frozen=True, slots=True)
class Held:
    """A contact point or address as it is: `key` says when two are the same."""

    row_id: UUID
    customer_id: UUID
    slot: Slot
    key: str
    words: str


@dataclass(slots=True)
class Seating:
    """Who gets which slot: rows that move to the survivor, those that stay, values that swap.

    `swaps`: two rows whose values change places, so that no slot is ever taken twice.
    """

    moves: dict[UUID, Slot] = field(default_factory=dict)
    staying: list[tuple[Held, str]] = field(default_factory=list)
    swaps: list[tuple[UUID, UUID]] = field(default_factory=list)


def seat(
    survivor_id: UUID, rows: Sequence[Held], sets: Sequence[str], preferred: Mapping[str, UUID]
) -> Seating:
    """Give the absorbed records' rows the survivor's free slots, in the order of `rows`.

    `preferred`: kind -> the record whose first value is to come first.
    """
    seating = Seating()
    places = {row.slot: row for row in rows if row.customer_id == survivor_id}
    for row in (row for row in rows if row.customer_id != survivor_id):
        same = [p for s, p in places.items() if s.kind == row.slot.kind and p.key == row.key]
        free = next(
            (Slot(s, row.slot.kind) for s in sets if Slot(s, row.slot.kind) not in places), None
        )
        if same:
            seating.staying.append((row, "The main record has the same."))
        elif free is None:
            seating.staying.append((row, "Both places of the main record are taken."))
        else:
            seating.moves[row.row_id] = free
            places[free] = row
    for kind, customer_id in preferred.items():
        _prefer(seating, places, rows, kind, customer_id, sets)
    return seating


def _prefer(
    seating: Seating,
    places: Mapping[Slot, Held],
    rows: Sequence[Held],
    kind: str,
    customer_id: UUID,
    sets: Sequence[str],
) -> None:
    """Let the first value of `customer_id` change places with the one that came first."""
    own = [row for row in rows if row.customer_id == customer_id and row.slot.kind == kind]
    first = places.get(Slot(sets[0], kind))
    if not own or first is None:
        return
    wanted = next((r for s in sets for r in own if r.slot.set == s), own[0])
    if wanted.key != first.key:
        twin = next(
            (p for p in places.values() if p.slot.kind == kind and p.key == wanted.key), wanted
        )
        seating.swaps.append((first.row_id, twin.row_id))
