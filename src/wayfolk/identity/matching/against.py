"""What is known of two customers beside their records: that they are rather two people.

Whoever travels with somebody is not that somebody: a couple, a father and his son. The domains
that know who travelled register how to find it; it is looked up for whole lists of pairs, after
they were weighed and before they are told, in whatever way they were weighed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from wayfolk.identity.matching.model import Model
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.matching.scoring import Evidence, Score, ordered
from wayfolk.kit import batching, tenancy
from wayfolk.staff.rules import Actor

TRAVEL = "travel"
BATCH = 5_000
Pair = tuple[UUID, UUID]


@dataclass(frozen=True, slots=True)
class Source:
    """level: of the comparison “travel”. words: with {} for what was found.

    sql: (low, high, name) of those among the pairs of unnest(%(low)s, %(high)s) for whom it is so,
    in the organisation %(organization)s. Who lacks the permission is neither told nor counts it.
    """

    level: str
    words: str
    permission: str
    sql: str


class Known(NamedTuple):
    level: str
    text: str


_sources: list[Source] = []


def on_told_apart(source: Source) -> None:
    """Register how a domain knows that two customers are two people."""
    _sources.append(source)


def known_of(pairs: Iterable[Pair], *, by: Actor, model: Model) -> dict[Pair, Known]:
    """Of these pairs those who are told apart, by what the actor may see."""
    wanted = [(min(pair), max(pair)) for pair in pairs]
    if not wanted or TRAVEL in model.off:
        return {}
    values: dict[str, Any] = {
        "organization": tenancy.current_organization_id(),
        "low": [low for low, _ in wanted],
        "high": [high for _, high in wanted],
    }
    found: dict[Pair, Known] = {}
    for source in _sources:
        if by.may(source.permission):
            with connection.cursor() as cursor:
                cursor.execute(source.sql, values)
                for low, high, name in cursor.fetchall():
                    found.setdefault((low, high), Known(source.level, source.words.format(name)))
    return found


def counted(score: Score, known: Known | None, model: Model) -> Score:
    """The score with this evidence, if there is any."""
    if known is None:
        return score
    bits = model.weight(TRAVEL, known.level)
    line = Evidence(known.text, bits, TRAVEL)
    return replace(
        score,
        weight=score.weight + bits,
        total=score.total + bits,
        levels={**score.levels, TRAVEL: known.level},
        bits={**score.bits, TRAVEL: bits},
        evidence=ordered((*score.evidence, line)),
    )


def weighed_down(
    found: Iterable[Proposal], *, by: Actor, model: Model, least: float
) -> Iterator[Proposal]:
    """Those that still weigh at least so much."""
    for some in batching.batches(found, BATCH):
        known = known_of([(each.low, each.high) for each in some], by=by, model=model)
        for each in some:
            told = known.get((each.low, each.high))
            weighed = _with(each, told, model) if told else each
            if weighed.weight >= least:
                yield weighed


def _with(proposal: Proposal, known: Known, model: Model) -> Proposal:
    bits = model.weight(TRAVEL, known.level)
    levels = {**proposal.levels, TRAVEL: known.level}
    return replace(proposal, weight=proposal.weight + bits, levels=levels)
