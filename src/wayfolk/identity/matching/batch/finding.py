"""All duplicates among many records: load, compare, learn, weigh, group."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from wayfolk.identity.matching.batch import blocking, engines, grouping, scoring, training
from wayfolk.identity.matching.batch.engines import Engine
from wayfolk.identity.matching.batch.scoring import Scored
from wayfolk.identity.matching.model import Model
from wayfolk.identity.matching.record import SHARED_BY_MOST, Facts, Record, facts_of

SAME_FROM = 2.0  # bits above even odds from which on two records are grouped
LINKED_FROM = -1.0  # where each has one partner at most: the heaviest rules the others out


@dataclass(frozen=True, slots=True)
class Found:
    """pairs: heaviest first; groups: number of a record -> that of the first of its group."""

    model: Model
    pairs: Sequence[Scored]
    groups: dict[int, int]


def find(
    engine: Engine,
    facts: Iterable[Facts],
    *,
    model: Model | None = None,
    least: float = SAME_FROM,
    same_from: float | None = None,
    sources: Sequence[int] = (),
) -> Found:
    """model: None learns one from these records. least: bits of the pairs that are told.

    sources: where each record comes from, if nobody is twice in one source.
    """
    if same_from is None:
        same_from = LINKED_FROM if sources else SAME_FROM
    size = load(engine, engines.tables(facts))
    model = model or training.train(engine, size)
    pairs = scoring.predict(engine, model, least=min(least, same_from))
    births = [row[0] for row in engine.rows("SELECT birth FROM facts ORDER BY n")]
    joined = [each for each in pairs if each.total >= same_from]
    groups = grouping.group(joined, births, sources=sources)
    return Found(model, pairs, groups)


def load(engine: Engine, facts: Iterable[Any]) -> int:
    """Makes the tables facts and pairs of Arrow tables of facts; how many records there are."""
    size = engine.load(facts)
    engine.make("keys", blocking.keys_sql(engine.dialect, size))
    engine.make("few", blocking.few_sql())
    engine.make("pairs", blocking.pairs_sql())
    return size


def cleaned(records: Sequence[Record], relays: Collection[str] = ()) -> Iterable[Facts]:
    """Without what more than SHARED_BY_MOST of these records share."""
    counts = Counter(value for each in records for value in {*each.emails, *each.phones})
    shared = frozenset(value for value, count in counts.items() if count > SHARED_BY_MOST)
    return (facts_of(each, shared=shared, relays=relays) for each in records)
