"""What a merge of customers does with households: the record's own rows, and nobody else's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from wayfolk.audit import deriving
from wayfolk.households.models import Connection, DismissedPair, Guardian, HouseholdMember
from wayfolk.identity.merging.links import Parties
from wayfolk.identity.merging.moving import Links
from wayfolk.identity.merging.rules import Guard, Relation
from wayfolk.identity.merging.uniting import PeriodLinks, Union, united_period

NOTE_MAX = 200


def _unite_members(kept: HouseholdMember, other: HouseholdMember) -> Union | None:
    """One time in one household. Newsletters go on only where both had them."""
    if kept.role != other.role:
        return None
    changes = united_period(kept, other)
    for name in ("newsletter_by_email", "newsletter_by_post"):
        if getattr(kept, name) and not getattr(other, name):
            changes[name] = False
    words = f"Both live in {kept.household.household_no}: one membership, for the whole time."
    return Union(changes, words)


def _unite_guardians(kept: Guardian, other: Guardian) -> Union:
    return Union(united_period(kept, other), "One guardian was noted twice: kept once.")


def _unite_connections(kept: Connection, other: Connection) -> Union | None:
    changes = united_period(kept, other)
    if other.note and other.note not in kept.note:
        changes["note"] = f"{kept.note}; {other.note}" if kept.note else other.note
        if len(changes["note"]) > NOTE_MAX:
            return None
    words = f"Both are connected to {kept.household.household_no}: kept once."
    return Union(changes, words)


@dataclass(frozen=True)
class _WardLinks(PeriodLinks):
    def guards(self, parties: Parties) -> list[Guard]:
        """Who answers for somebody is not that somebody."""
        pairs = Guardian.objects.filter(child_id__in=parties.ids, guardian_id__in=parties.ids)
        if not pairs.exists():
            return []
        words = (
            "One of them is guardian of the other: they are two people. If that was entered by"
            " mistake, remove the guardian first."
        )
        return [Guard("guardian_of_the_other", words, is_blocking=True)]


@dataclass(frozen=True)
class _DismissedLinks(Links):
    """Pairs that are no household; `first` has the lower id, so both columns move together."""

    @property
    def claims(self) -> list[tuple[str, str]]:
        table = self.model._meta.db_table
        return [(table, "first_id"), (table, "second_id")]

    @property
    def code(self) -> str:
        return self.model._meta.db_table

    def relations(self, parties: Parties) -> list[Relation]:
        moves = self._moves(parties)
        staying = self._of_absorbed(parties).count() - len(moves)
        words = f"{staying} of them say the same of the main record, or of these records alone"
        return [Relation(self.code, self.words, len(moves), staying=(words,) if staying else ())]

    def move(self, parties: Parties) -> None:
        table = self.model._meta.db_table
        deriving.update_rows(table, ["first_id", "second_id"], self._moves(parties))

    def _of_absorbed(self, parties: Parties) -> Any:
        ids = parties.absorbed_ids
        return DismissedPair.objects.filter(Q(first_id__in=ids) | Q(second_id__in=ids))

    def _moves(self, parties: Parties) -> list[dict[str, Any]]:
        survivor_id = parties.survivor.id
        about = Q(first_id=survivor_id) | Q(second_id=survivor_id)
        taken = set(DismissedPair.objects.filter(about).values_list("first_id", "second_id"))
        moves = []
        for row in self._of_absorbed(parties).order_by("id"):
            others: set[UUID] = {row.first_id, row.second_id} - set(parties.ids)
            first, second = sorted((survivor_id, *others)) if len(others) == 1 else (None, None)
            if first and second and (first, second) not in taken:
                taken.add((first, second))
                moves.append({"id": str(row.id), "first_id": str(first), "second_id": str(second)})
        return moves


LINKS = (
    PeriodLinks(
        HouseholdMember,
        "customer",
        label="times in households",
        key=("household_id",),
        unite=_unite_members,
        exclusive=("role",),
        stays_because="nobody has one role in two households at once. End one of them first to"
        " bring it along",
        describe=lambda row: f"Time in {row.household.household_no}",
        related=("household",),
    ),
    PeriodLinks(
        Guardian,
        "child",
        label="guardians",
        key=("guardian_id",),
        unite=_unite_guardians,
        stays_because="it would overlap with several of the main record's",
        describe=lambda _row: "A guardian",
    ),
    _WardLinks(
        Guardian,
        "guardian",
        label="children that they answer for",
        key=("child_id",),
        unite=_unite_guardians,
        stays_because="it would overlap with several of the main record's",
        describe=lambda _row: "A child",
    ),
    PeriodLinks(
        Connection,
        "customer",
        label="connections to households",
        key=("household_id", "kind"),
        unite=_unite_connections,
        stays_because="its note finds no room beside the main record's",
        describe=lambda row: f"Connection to {row.household.household_no}",
        related=("household",),
    ),
    _DismissedLinks(DismissedPair, "first"),
)
