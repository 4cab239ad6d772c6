"""How the survivor is reached: contact points and addresses find the places that are free.

A customer has two places for each kind. What finds none stays on the absorbed record, from where
the survivor's page and the search still show it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.customers.models import Address, ContactPoint
from wayfolk.customers.rules import ADDRESS_FIELDS, CONTACT_KINDS, FIELD_RULES, SETS
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.moving import Links
from wayfolk.identity.merging.rules import SHOWN_MAX, Held, Relation, Seating, Slot, seat
from wayfolk.kit import text
from wayfolk.staff.rules import Actor

ADDRESS = "address"
CHOICES = (*CONTACT_KINDS, ADDRESS)


def held_point(point: ContactPoint) -> Held:
    return Held(
        point.id, point.customer_id, Slot(point.set, point.kind), point.normalised, point.value
    )


def held_address(address: Address) -> Held:
    """Two addresses are the same when their words are."""
    key = " ".join(text.fold(getattr(address, name)) for name in ADDRESS_FIELDS)
    return Held(address.id, address.customer_id, Slot(address.set, ADDRESS), key, str(address))


@dataclass(frozen=True)
class ReachLinks(Links):
    """Rows of which each set has one. `values`: the columns that make up what is written."""

    values: Sequence[str] = ()
    held: Callable[[Any], Held] = held_point

    def relations(self, parties: Parties) -> list[Relation]:
        seating = self.seating(parties, {})
        staying = [
            f"{in_words(held, parties.by)} stays with {parties.named(held.customer_id)}: {why}"
            for held, why in seating.staying
        ]
        return [
            Relation(self.code, self.words, len(seating.moves), staying=tuple(staying[:SHOWN_MAX]))
        ]

    def move(self, parties: Parties) -> None:
        self.move_preferring(parties, {})

    def move_preferring(self, parties: Parties, preferred: Mapping[str, UUID]) -> None:
        """`preferred`: kind -> whose value is to come first."""
        seating = self.seating(parties, preferred)
        table = self.model._meta.db_table
        survivor_id = str(parties.survivor.id)
        deriving.update_rows(
            table,
            [self.column, "set"],
            [
                {"id": str(row_id), self.column: survivor_id, "set": slot.set}
                for row_id, slot in sorted(seating.moves.items())
            ],
        )
        for pair in seating.swaps:
            self._swap(*pair)

    def seating(self, parties: Parties, preferred: Mapping[str, UUID]) -> Seating:
        rows = [self.held(row) for row in self.of(parties.ids).locked()]
        rows.sort(key=lambda row: (parties.rank[row.customer_id], row.slot.set, row.row_id))
        return seat(parties.survivor.id, rows, SETS, preferred)

    def _swap(self, one_id: UUID, other_id: UUID) -> None:
        """Their values change places; the places stay, so that none is taken twice meanwhile."""
        rows = {row.id: row for row in self.model.objects.filter(id__in=[one_id, other_id])}
        one, other = rows[one_id], rows[other_id]
        for name in self.values:
            first, second = getattr(one, name), getattr(other, name)
            setattr(one, name, second)
            setattr(other, name, first)
        one.save_changes(*self.values)
        other.save_changes(*self.values)


POINTS = ReachLinks(ContactPoint, "customer", values=("kind", "value", "normalised"))
ADDRESSES = ReachLinks(
    Address, "customer", values=(*ADDRESS_FIELDS, "folded_city"), held=held_address
)


def in_words(held: Held, by: Actor) -> str:
    """The value, or its kind alone where the reader may not see it."""
    kind = held.slot.kind
    code = FIELD_RULES["city"] if kind == ADDRESS else FIELD_RULES[kind]
    label = kind.replace("_", " ").capitalize()
    return f"{label} {held.words}" if by.may_see(code) else label


def kept_apart(customer_ids: Sequence[UUID]) -> list[Held]:
    """What stayed on absorbed records: shown with the survivor."""
    points = [held_point(p) for p in ContactPoint.objects.filter(customer_id__in=customer_ids)]
    places = [held_address(a) for a in Address.objects.filter(customer_id__in=customer_ids)]
    return [*points, *places]
