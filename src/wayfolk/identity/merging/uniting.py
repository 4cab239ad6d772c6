"""References of which a customer has one for each key: what both have is united by a rule.

A row that both records have is united with the survivor's, and only then removed (the change log
keeps it, the undo brings it back); where the rule cannot keep all that it carries, it stays.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.moving import Links
from wayfolk.identity.merging.rules import SHOWN_MAX, Relation


@dataclass(frozen=True, slots=True)
class Union:
    """What the row that is kept takes over from the one that goes, and the sentence about it."""

    changes: dict[str, Any]
    words: str


Unite = Callable[[Any, Any], Union | None]
Describe = Callable[[Any], str]


@dataclass(slots=True)
class Outcome:
    """What becomes of the rows: kept ones with changes, those that go, those that stay."""

    kept: dict[UUID, tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    gone: list[Any] = field(default_factory=list)
    staying: dict[UUID, str] = field(default_factory=dict)
    united: list[str] = field(default_factory=list)
    moved: int = 0

    def unite(self, kept: Any, other: Any, union: Union) -> None:
        row, changes = self.kept.setdefault(kept.id, (kept, {}))
        for name, value in union.changes.items():
            setattr(row, name, value)
            changes[name] = value
        self.gone.append(other)
        self.united.append(union.words)


@dataclass(frozen=True)
class UnitedLinks(Links):
    """`key`: the columns that with the customer are unique. `unite(kept, other)`: None: stays."""

    key: Sequence[str] = ()
    unite: Unite | None = None
    stays_because: str = "The main record has one, too."
    describe: Describe = str
    related: Sequence[str] = ()

    def relations(self, parties: Parties) -> list[Relation]:
        outcome = self.decide(parties)
        staying = list(outcome.staying.values())
        return [
            Relation(
                self.code,
                self.words,
                outcome.moved,
                tuple(outcome.united[:SHOWN_MAX]),
                tuple(staying[:SHOWN_MAX]),
            )
        ]

    def move(self, parties: Parties) -> None:
        outcome = self.decide(parties)
        gone = [row.id for row in outcome.gone]
        if gone:
            self.model.objects.filter(id__in=gone).delete()
        for row, changes in outcome.kept.values():
            row.save_changes(*changes)
        self.reassign(parties, staying=outcome.staying)

    def decide(self, parties: Parties) -> Outcome:
        outcome = Outcome()
        for rows in self._shared(parties).values():
            kept, *others = sorted(rows, key=lambda row: (self._rank(row, parties), row.id))
            for other in others:
                union = self.unite(kept, other) if self.unite else None
                if union is None:
                    outcome.staying[other.id] = f"{self.describe(other)}: {self.stays_because}"
                else:
                    outcome.unite(kept, other, union)
        absorbed = self.of(parties.absorbed_ids).count()
        outcome.moved = absorbed - len(outcome.gone) - len(outcome.staying)
        return outcome

    def _rank(self, row: Any, parties: Parties) -> int:
        return parties.rank[getattr(row, f"{self.field}_id")]

    def _shared(self, parties: Parties) -> dict[tuple[Any, ...], list[Any]]:
        """The rows of keys that more than one of the records has."""
        keys: dict[tuple[Any, ...], list[UUID]] = {}
        for row_id, *key in self.of(parties.ids).values_list("id", *self.key):
            keys.setdefault(tuple(key), []).append(row_id)
        shared = [row_id for ids in keys.values() if len(ids) > 1 for row_id in ids]
        groups: dict[tuple[Any, ...], list[Any]] = {}
        if shared:
            rows = self.model.objects.filter(id__in=shared)
            rows = rows.select_related(*self.related) if self.related else rows
            for row in rows:
                groups.setdefault(tuple(getattr(row, name) for name in self.key), []).append(row)
        return groups


def is_overlapping(one: Any, other: Any) -> bool:
    """Whether two rows with from_on and to_on (None: open) share a day."""
    return _begins(one) < _ends(other) and _begins(other) < _ends(one)


def _begins(row: Any) -> date:
    return row.from_on or date.min


def _ends(row: Any) -> date:
    return row.to_on or date.max


def united_period(kept: Any, other: Any) -> dict[str, Any]:
    """From the earlier beginning until the later end; only what changes."""
    begins, ends = min(_begins(kept), _begins(other)), max(_ends(kept), _ends(other))
    period = {
        "from_on": None if begins == date.min else begins,
        "to_on": None if ends == date.max else ends,
    }
    return {name: value for name, value in period.items() if getattr(kept, name) != value}


@dataclass(frozen=True)
class PeriodLinks(UnitedLinks):
    """Rows that hold from a day until a day: overlapping ones of one `key` become one period.

    `exclusive`: columns of which the customer has one value at a time in other keys as well (a
    role, in whatever household): what would overlap there stays.
    """

    exclusive: Sequence[str] = ()

    def decide(self, parties: Parties) -> Outcome:
        outcome = Outcome()
        rows = self.of(parties.ids)
        rows = list(rows.select_related(*self.related) if self.related else rows)
        own = [row for row in rows if self._rank(row, parties) == 0]
        others = [row for row in rows if self._rank(row, parties)]
        for row in sorted(others, key=lambda r: (self._rank(r, parties), _begins(r), r.id)):
            self._place(row, own, outcome)
        outcome.moved = len(others) - len(outcome.gone) - len(outcome.staying)
        return outcome

    def _place(self, row: Any, own: list[Any], outcome: Outcome) -> None:
        same = [k for k in own if self._agree(k, row, self.key) and is_overlapping(k, row)]
        union = self.unite(same[0], row) if len(same) == 1 and self.unite else None
        if (same and union is None) or self._collides(row, own, same):
            outcome.staying[row.id] = f"{self.describe(row)}: {self.stays_because}"
        elif union is not None:
            outcome.unite(same[0], row, union)
        else:
            own.append(row)

    def _collides(self, row: Any, own: Collection[Any], same: Collection[Any]) -> bool:
        if not self.exclusive:
            return False
        held = [k for k in own if k not in same and self._agree(k, row, self.exclusive)]
        return any(is_overlapping(k, row) for k in held)

    @staticmethod
    def _agree(one: Any, other: Any, names: Sequence[str]) -> bool:
        return all(getattr(one, name) == getattr(other, name) for name in names)
