"""What one search has found so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from wayfolk.identity.search.parsing import Query
from wayfolk.identity.search.store import Candidate
from wayfolk.staff.rules import Actor


@dataclass(slots=True)
class Found:
    """A candidate, its score from 0 to 1, and why: see queries.Reason.

    `field` ends in "+city" where the city helped to find it. `weakest`: of the typed words
    the one found worst.
    """

    candidate: Candidate
    score: float
    field: str
    kind: str
    text: str
    weakest: float = 0.0


@dataclass(slots=True)
class Board:
    """The query, whose it is, and the best of each customer. `statuses`: who may come back."""

    query: Query
    by: Actor
    statuses: Sequence[str]
    limit: int
    found: dict[UUID, Found] = field(default_factory=dict)

    def note(self, found: Found) -> None:
        """Keep it unless the same customer is known for a better reason."""
        before = self.found.get(found.candidate.customer_id)
        if before is None or before.score < found.score:
            self.found[found.candidate.customer_id] = found

    def count(self, score: float) -> int:
        """How many are at least so good."""
        return sum(1 for each in self.found.values() if each.score >= score)

    def count_sure(self, weakest: float) -> int:
        """How many answer every typed word at least so well."""
        return sum(1 for each in self.found.values() if each.weakest >= weakest)

    def ranked(self) -> list[Found]:
        """The best first, of equals the latest; those that are not active after all others."""
        ordered = sorted(
            self.found.values(),
            key=lambda f: (f.candidate.status != "active", -f.score, -f.candidate.recency),
        )
        return ordered[: self.limit]
