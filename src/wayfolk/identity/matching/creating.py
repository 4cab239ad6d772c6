"""Creating a customer whom nobody has entered yet: who looks the same is asked about first.

Whoever creates a single customer for a person or a program calls `create_checked`. What creates
by the thousand (imports, the demo) calls customers.operations and is matched afterwards.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection

from wayfolk.customers import operations, rules
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching.checking import Candidate, candidates_for
from wayfolk.identity.matching.record import draft_of
from wayfolk.identity.search import keys, spelling
from wayfolk.kit import clock, contact, tenancy
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor

# Names the locks of this module among the advisory locks of the database; any number.
_LOCK = 8_190_331


@dataclass(frozen=True, slots=True)
class Answers:
    """What the author has said already of records that look the same; None stands for all.

    `others`: these are somebody else, create all the same. `seen`: possible ones that were
    shown, so they are not asked about again; likely ones are, until they stand in `others`.
    """

    others: frozenset[UUID] | None = frozenset()
    seen: frozenset[UUID] | None = None

    def beside(self, ids: Iterable[UUID]) -> "Answers":
        """The same, and these are others too."""
        return self if self.others is None else replace(self, others=self.others.union(ids))


ALLOW = Answers(others=None)
# The author is asked about whoever is likely; possible ones are told, not asked about.
ASK = Answers()


class PossibleDuplicate(Conflict):
    """Somebody like this is a customer already; nothing was created.

    `data`: what was to be created, as it was given. The likeliest candidate stands first.
    """

    code = "possible_duplicate"

    def __init__(self, data: CustomerData, candidates: Sequence[Candidate]) -> None:
        many = len(candidates) > 1
        super().__init__(
            f"{_name_of(data)} looks like {len(candidates)} customers who are there already."
            if many
            else f"{_name_of(data)} looks like a customer who is there already.",
        )
        self.data = data
        self.candidates = tuple(candidates)


@dataclass(frozen=True, slots=True)
class Created:
    """The new customer, and the possible ones that were not asked about."""

    customer: Customer
    alike: tuple[Candidate, ...] = ()


def create_checked(data: CustomerData, *, by: Actor, answers: Answers = ASK) -> Created:
    """A new customer, unless somebody who looks the same is to be asked about first (KP-31).

    Two authors of the same person take turns: the second one sees the first one's record.
    Raises PossibleDuplicate and whatever customers.operations.create_customer does.
    """
    by.require("customers.edit")
    cleaned = rules.checked(data, today=clock.today(by.time_zone))
    with tenancy.scope(by.organization_id):
        found = _alike(cleaned, by)
        if asked := [each for each in found if _is_asked(each, answers)]:
            raise PossibleDuplicate(data, asked)
        return Created(operations.create_customer(data, by=by), tuple(found))


def find_asked(data: CustomerData, *, by: Actor, answers: Answers = ASK) -> list[Candidate]:
    """Who has to be asked about before `data` becomes a customer; the likeliest first."""
    with tenancy.scope(by.organization_id):
        return [each for each in _alike(data, by) if _is_asked(each, answers)]


def claim(people: Iterable[CustomerData], *, by: Actor) -> None:
    """Wait until nobody else is creating one of these people; until the transaction ends.

    All at once and in one order, so that two lists of new customers cannot block each other.
    """
    wanted = sorted({key for data in people for key in _keys(data, by)})
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, wanted) FROM unnest(%s::int[]) AS wanted",
                [_LOCK, wanted],
            )


def _alike(data: CustomerData, by: Actor) -> list[Candidate]:
    """Who looks like `data`; locks first, so that it sees who was created a moment ago."""
    if not by.may("customers.view"):
        return []
    claim([data], by=by)
    return candidates_for(draft_of(data, by.country), by=by)


def _is_asked(candidate: Candidate, answers: Answers) -> bool:
    found = candidate.customer_id
    if answers.others is None or found in answers.others:
        return False
    return candidate.level == "warn" or (answers.seen is not None and found not in answers.seen)


def _keys(data: CustomerData, by: Actor) -> Iterator[int]:
    """What two entries of one person share: an email, a phone, or the full name."""
    for (_, kind), value in data.contacts.items():
        if value and kind == "email":
            yield keys.hashed(by.organization_id, "email", contact.normalise_email(value))
        elif value:
            normalised = contact.normalise_phone(value, by.country)
            yield keys.hashed(by.organization_id, "phone", normalised)
    names = ("given_name", "family_name", "company_name")
    words = [word for name in names for word in spelling.words(str(data.fields.get(name) or ""))]
    if len(words) > 1 or data.fields.get("kind") == "company":
        text = " ".join(sorted(spelling.skeleton(word) for word in words))
        yield keys.hashed(by.organization_id, "name", text)


def _name_of(data: CustomerData) -> str:
    names = ("given_name", "middle_name", "family_name", "company_name")
    given, middle, family, company = (str(data.fields.get(name) or "") for name in names)
    kind = str(data.fields.get("kind") or "person")
    return rules.name_of(kind, given, middle, family, company) or "The new customer"
