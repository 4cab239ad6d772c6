"""What every domain declares of its references to customers, so that a merge forgets none.

A reference that nobody claimed refuses every merge: better no merge than rows left behind.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol
from uuid import UUID

from wayfolk.audit import tables
from wayfolk.audit.tables import Reference
from wayfolk.customers.models import Customer
from wayfolk.identity.merging.rules import Guard, Relation
from wayfolk.kit.errors import Refusal
from wayfolk.staff.rules import Actor


class UnclaimedReference(Refusal):
    """The program would lose rows: a fault in it, told instead of done."""

    code = "unclaimed_reference"


@dataclass(frozen=True)
class Parties:
    """The records of a merge, locked while it is executed. `absorbed` in the order asked for."""

    survivor: Customer
    absorbed: tuple[Customer, ...]
    by: Actor
    today: date

    @cached_property
    def all(self) -> tuple[Customer, ...]:
        return (self.survivor, *self.absorbed)

    @cached_property
    def ids(self) -> list[UUID]:
        return [customer.id for customer in self.all]

    @cached_property
    def absorbed_ids(self) -> list[UUID]:
        return [customer.id for customer in self.absorbed]

    @cached_property
    def rank(self) -> dict[UUID, int]:
        """The survivor first, then the absorbed in their order."""
        return {customer_id: rank for rank, customer_id in enumerate(self.ids)}

    def named(self, customer_id: UUID) -> str:
        customer = self.all[self.rank[customer_id]]
        return f"{customer.name} ({customer.number})"


class CustomerLinks(Protocol):
    """Some references to customers, and what a merge does with the rows that hold them.

    `relations` says what `move` will do, from the same decision. `evidence`: columns of the row
    that say which of two people it was about (an email, a phone, a name).
    """

    @property
    def claims(self) -> Collection[tuple[str, str]]: ...
    @property
    def evidence(self) -> Sequence[str]: ...
    @property
    def is_moving(self) -> bool: ...
    def relations(self, parties: Parties) -> list[Relation]: ...
    def guards(self, parties: Parties) -> list[Guard]: ...
    def move(self, parties: Parties) -> None: ...


_links: list[CustomerLinks] = []


def register(*links: CustomerLinks) -> None:
    """Called from a domain's app configuration."""
    _links.extend(links)


def registered() -> Sequence[CustomerLinks]:
    return _links


def references_to_customers() -> list[Reference]:
    """Every foreign key to a customer, but of tables that triggers keep whole."""
    target = Customer._meta.db_table
    return [reference for reference in tables.references() if reference.target == target]


def claims() -> dict[tuple[str, str], list[CustomerLinks]]:
    found: dict[tuple[str, str], list[CustomerLinks]] = {}
    for links in _links:
        for claim in links.claims:
            found.setdefault(claim, []).append(links)
    return found


def require_all_claimed() -> None:
    """Raises UnclaimedReference where a merge would leave rows behind."""
    claimed = claims()
    for reference in references_to_customers():
        if len(claimed.get((reference.table, reference.column), ())) != 1:
            raise UnclaimedReference(
                f"Nothing was merged: it is not known what becomes of {reference.noun}"
                f" ({reference.table}.{reference.column}). This is a fault in Wayfolk.",
                details={"table": reference.table, "column": reference.column},
            )
