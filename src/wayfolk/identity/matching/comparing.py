"""Customers compared with everybody else, some at a time: found, weighed, kept as pairs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from uuid import UUID

from wayfolk.customers.queries import sharing
from wayfolk.identity.matching import against, neighbours, pairs, proposing, reading
from wayfolk.identity.matching.model import Model
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.matching.record import Facts, facts_of
from wayfolk.identity.matching.scoring import weigh
from wayfolk.identity.matching.settings import load_model, load_settings
from wayfolk.kit import tenancy
from wayfolk.staff.rules import system_actor

# More of one customer are no duplicates but a name that many have.
PAIRS_OF_ONE_MOST = 50


@dataclass(frozen=True, slots=True)
class Compared:
    """present: who of those asked about can be matched at all; seen: they and whoever was near."""

    present: frozenset[UUID]
    seen: frozenset[UUID]
    found: tuple[Proposal, ...]


def compare_and_keep(
    ids: Collection[UUID], further: Mapping[UUID, Collection[UUID]] | None = None
) -> int:
    """Make what is found the pairs of these customers; returns how many there are now.

    further: whom to compare with besides those who are near. Verdicts stay and hold wherever the
    evidence is the same. Pairs with somebody who is gone stay as they are: closed, and open
    again once they are back.
    """
    compared = _compare(ids, further or {})
    return pairs.store_near(compared.present, compared.seen, compared.found)


def _compare(ids: Collection[UUID], further: Mapping[UUID, Collection[UUID]]) -> Compared:
    relays = sharing.load_settings().domains
    mine = reading.records_of(ids)
    plain = {key: facts_of(record, relays=relays) for key, record in mine.items()}
    near = neighbours.neighbours_of(mine, plain)
    for key in mine.keys() & further.keys():
        near.setdefault(key, set()).update(further[key])
    others = {each for of_one in near.values() for each in of_one} - mine.keys()
    records = mine | reading.records_of(others)
    shared = neighbours.shared_among(records.values())
    facts = {key: facts_of(record, shared=shared, relays=relays) for key, record in records.items()}
    settings = load_settings()
    model = load_model(settings)
    if not model.frequencies:
        told = proposing.frequencies_among(
            [(record, facts[key]) for key, record in mine.items()], model.size
        )
        model = model.with_frequencies(told)
    least = settings.suggest_from
    everything = system_actor(tenancy.current_organization_id(), "Matching")
    found = against.weighed_down(
        _weighed(facts, near, model, least), by=everything, model=model, least=least
    )
    return Compared(frozenset(mine), frozenset(records), tuple(found))


def _weighed(
    facts: Mapping[UUID, Facts],
    near: Mapping[UUID, Iterable[UUID]],
    model: Model,
    least: float,
) -> Iterator[Proposal]:
    """The heaviest of each customer; each pair once."""
    told: set[tuple[UUID, UUID]] = set()
    for key, candidates in near.items():
        of_one = _of_one(key, facts, candidates, model, least)
        for each in nlargest(PAIRS_OF_ONE_MOST, of_one, key=lambda one: one.weight):
            if (each.low, each.high) not in told:
                told.add((each.low, each.high))
                yield each


def _of_one(
    key: UUID, facts: Mapping[UUID, Facts], candidates: Iterable[UUID], model: Model, least: float
) -> Iterator[Proposal]:
    mine = facts[key]
    for other in candidates:
        its = facts.get(other)
        if its is None or its.kind != mine.kind:
            continue
        low, high = (key, other) if key < other else (other, key)
        a, b = (mine, its) if key is low else (its, mine)
        weighed = weigh(a, b, model)
        if weighed.total >= least:
            yield Proposal(low, high, weighed.total, weighed.levels)
