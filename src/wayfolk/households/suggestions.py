"""Suggested households: people at one address, or of one family name with one contact point.

Nothing here changes anything. Suggestions are looked for among the newest customers first, a
bounded number at a time, so that they are always true and never slow.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db import connection

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.queries import sharing
from wayfolk.customers.rules.sharing import NOT_A_FAMILY, Sharing
from wayfolk.households import queries, rules
from wayfolk.households.models import DismissedPair, Household
from wayfolk.kit import paging
from wayfolk.staff.rules import Actor

LOOKED_AT = 300
EACH_MAX = 20  # people alike, of one person: a contact point of hundreds tells nothing
GROUP_MAX = 12
HOME_MAX = 6  # people of several family names at one address: of more, it is no home
_FIELDS = {"address": "customer.address", "email": "customer.email", "phone": "customer.phone"}
_WORDS = {"address": "same address", "email": "same email", "phone": "same phone"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """People who may be one household.

    `household`: where some of them live already, None for a new one. `people` are those who do
    not, `neighbours` those who do; `reasons` say why, besides a family name in common.
    """

    people: tuple[Customer, ...]
    neighbours: tuple[Customer, ...]
    household: Household | None
    reasons: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.household.name if self.household else self.people[0].family_name

    @property
    def is_of_one_name(self) -> bool:
        return len({each.folded_family for each in (*self.people, *self.neighbours)}) == 1


@dataclass(frozen=True, slots=True)
class Looked:
    """Suggestions among some people; `next_cursor` is for the people before them, "" at the end."""

    suggestions: list[Suggestion]
    next_cursor: str
    count: int


def look(*, by: Actor, after: str = "") -> Looked:
    """Suggestions among the next LOOKED_AT customers, the newest first."""
    queries.list_households(by=by)  # refuses whoever may not see households
    by.require("customers.view")
    page = paging.page_of(Customer.objects.present(), order="-number", after=after, size=LOOKED_AT)
    people = [c.id for c in page.rows if c.kind == Kind.PERSON and c.folded_family]
    return Looked(suggest(people, by=by), page.next_cursor, len(page.rows))


def suggest(customer_ids: Collection[UUID], *, by: Actor) -> list[Suggestion]:
    """Suggestions for these people, without those who were dismissed. Nine queries.

    Those of one family name come first: an address alone says less.
    """
    reasons = _drop_dismissed(_alike(customer_ids, by))
    if not reasons:
        return []
    everybody = {person for pair in reasons for person in pair}
    memberships = queries.current_memberships(everybody, by=by)
    homes = {person: rows[0].household for person, rows in memberships.items()}
    open_pairs = {pair for pair in reasons if not _share_home(pair, homes)}
    customers = Customer.objects.in_bulk(list(everybody))
    found: list[Suggestion] = []
    for group in rules.groups_of(pair for pair in open_pairs if _has_homeless(pair, homes)):
        found += _suggestions_of(group, customers, homes, reasons)
    return sorted(found, key=lambda suggestion: not suggestion.is_of_one_name)


def _alike(customer_ids: Collection[UUID], by: Actor) -> dict[tuple[UUID, UUID], set[str]]:
    """Pairs of people, the lower id first, with what is the same; only by what may be seen.

    The address of a booking site's relay, of a company's desk or of more people than a family
    has says nothing of a household.
    """
    kinds = [kind for kind, field in _FIELDS.items() if by.may_see(field)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT first_id, second_id, reason, shared"
            " FROM households_alike(%s::uuid[], %s::text[], %s, %s)",
            [list(customer_ids), kinds, EACH_MAX, HOME_MAX],
        )
        found = cursor.fetchall()
    known = sharing.sharing_of({value for *_, value in found}, by=by)
    reasons: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
    for first, second, reason, value in found:
        if value not in known or _may_be_a_family(known[value]):
            reasons[min(first, second), max(first, second)].add(reason)
    return reasons


def _may_be_a_family(shared: Sharing) -> bool:
    return shared.kind not in NOT_A_FAMILY and shared.count <= GROUP_MAX


def _drop_dismissed(
    reasons: dict[tuple[UUID, UUID], set[str]],
) -> dict[tuple[UUID, UUID], set[str]]:
    firsts = list({first for first, _ in reasons})
    rows = DismissedPair.objects.filter(first_id__in=firsts)
    dismissed = set(rows.values_list("first_id", "second_id")) if firsts else set()
    return {pair: why for pair, why in reasons.items() if pair not in dismissed}


def _share_home(pair: tuple[UUID, UUID], homes: dict[UUID, Household]) -> bool:
    first, second = (homes.get(person) for person in pair)
    return first is not None and first == second


def _has_homeless(pair: tuple[UUID, UUID], homes: dict[UUID, Household]) -> bool:
    """Two people who each have a household are not suggested to leave it."""
    return not all(person in homes for person in pair)


def _suggestions_of(
    group: Iterable[UUID],
    customers: dict[UUID, Customer],
    homes: dict[UUID, Household],
    reasons: dict[tuple[UUID, UUID], set[str]],
) -> list[Suggestion]:
    """One suggestion for each household that the group could join, else one for a new one."""
    members = sorted(group)[:GROUP_MAX]
    pairs = [pair for pair in combinations(members, 2) if pair in reasons]
    homeless = {person for person in members if person not in homes}
    targets: dict[UUID, tuple[Household, set[UUID], set[UUID], set[str]]] = {}
    for first, second in pairs:
        for person, neighbour in ((first, second), (second, first)):
            if person in homeless and neighbour in homes:
                home = homes[neighbour]
                entry = targets.setdefault(home.id, (home, set(), set(), set()))
                entry[1].add(person)
                entry[2].add(neighbour)
                entry[3].update(reasons[first, second])
    found = [
        _made(people, neighbours, home, why, customers)
        for home, people, neighbours, why in targets.values()
    ]
    placed = {person for _, people, _, _ in targets.values() for person in people}
    left = homeless - placed
    why_new = {r for pair in pairs if set(pair) <= left for r in reasons[pair]}
    return [*found, _made(left, (), None, why_new, customers)] if why_new else found


def _made(
    people: Collection[UUID],
    neighbours: Collection[UUID],
    household: Household | None,
    why: Collection[str],
    customers: dict[UUID, Customer],
) -> Suggestion:
    shown, others = (
        tuple(sorted((customers[person] for person in some), key=lambda c: c.number))
        for some in (people, neighbours)
    )
    words = tuple(word for kind, word in _WORDS.items() if kind in why)
    return Suggestion(shown, others, household, words)
