"""Asking the engine all queries, in turns, and judging what it answers.

The queries of a class are spread over the turns, so that a busy minute of the machine hits
all classes alike and nothing is asked twice; the turns differ by what the machine adds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from django.db import DatabaseError

from bench import ground
from bench.generator.plan import Plan
from bench.searching import truth
from bench.searching.queries import Query, QueryClass
from bench.searching.truth import Person, Pool
from wayfolk.kit.errors import Refusal

SHOWN = 10
Find = Callable[[str], Sequence[UUID]]


class Unanswered(Exception):
    """The engine gave up on a query, and said why."""


@dataclass
class Measured:
    """What one class was asked, what came back, and what it cost in each turn."""

    of: QueryClass
    queries: list[Query]
    answers: dict[int, Sequence[UUID]] = field(default_factory=dict)
    failed: int = 0
    turns: list[ground.Clocks] = field(default_factory=list)
    strict: float = 0.0
    tie_aware: float = 0.0

    @property
    def db_cpu(self) -> list[float]:
        return [each for clocks in self.turns for each in clocks.db_cpu]

    def figures(self) -> ground.Figures:
        wall = [each for clocks in self.turns for each in clocks.wall]
        own = [each for clocks in self.turns for each in clocks.own_cpu]
        return {
            "class": self.of.name,
            "queries": len(self.answers),
            "failed": self.failed,
            "recall": round(self.tie_aware, 4),
            "strict": round(self.strict, 4),
            **{f"db_p{p}": ground.percentile(self.db_cpu, p) for p in (50, 95, 99)},
            "db_p50_spread": spread(self.turns),
            "own_p50": ground.percentile(own, 50),
            "own_p99": ground.percentile(own, 99),
            "wall_p50": ground.percentile(wall, 50),
            "wall_p95": ground.percentile(wall, 95),
            "wall_p99": ground.percentile(wall, 99),
        }


def spread(turns: Iterable[ground.Clocks]) -> str:
    """Lowest to highest median of the turns."""
    medians = [value for each in turns if (value := ground.percentile(each.db_cpu, 50)) is not None]
    return f"{min(medians):.2f}-{max(medians):.2f}" if medians else "-"


def made(classes: Iterable[QueryClass], of: Plan, pool: Pool, count: int) -> list[Measured]:
    """The queries of every class, each with a chance of its own: one class changes no other."""
    return [
        Measured(each, each.make(Random(f"{of.seed}/search/{each.name}"), pool, count))
        for each in classes
    ]


def ask(measured: Sequence[Measured], find: Find, backend_pid: int, turns: int) -> None:
    """Ask everything; `find` answers with customers, best first."""
    for each in measured:  # plans and pages are warm from here on
        _asked(Measured(each.of, []), each.queries[-1].text, find, ground.Clocks(backend_pid))
    for turn in range(turns):
        for each in measured:
            clocks = ground.Clocks(backend_pid)
            for at in range(turn, len(each.queries), turns):
                each.answers[at] = _asked(each, each.queries[at].text, find, clocks)
            each.turns.append(clocks)


def _asked(measured: Measured, text: str, find: Find, clocks: ground.Clocks) -> Sequence[UUID]:
    """The answer; a query that the engine refuses or fails on has found nobody."""
    try:
        answer: Any = clocks.time(lambda: find(text))
    except (DatabaseError, Refusal, Unanswered):
        measured.failed += 1
        return []
    return list(answer)[:SHOWN]


# --- judging ----------------------------------------------------------------------------------


def judge(
    measured: Iterable[Measured], connection: psycopg.Connection, organization_id: int
) -> None:
    """Fill in strict and tie-aware recall; who was shown instead is read from the tables."""
    for each in measured:
        missed = [
            (each.queries[at], ids)
            for at, ids in each.answers.items()
            if each.queries[at].target not in ids
        ]
        asked = max(1, len(each.answers))
        each.strict = 1 - len(missed) / asked
        people = _people(connection, organization_id, missed) if each.of.cost else {}
        ties = sum(is_tie(each.of, query, ids, people) for query, ids in missed)
        each.tie_aware = 1 - (len(missed) - ties) / asked


def is_tie(
    of: QueryClass, query: Query, ids: Sequence[UUID], people: Mapping[UUID, Person]
) -> bool:
    """Whether ten others are shown who fit the query at least as well as the one meant.

    Then nobody could have known better: they are namesakes, or the slip made another name.
    Fewer than ten, or one who fits worse, is a miss.
    """
    if of.cost is None or len(ids) < SHOWN or query.target not in people:
        return False
    limit = of.cost(query, people[query.target])
    return all(i in people and of.cost(query, people[i]) <= limit for i in ids)


def shown_wrongly(
    measured: Iterable[Measured], connection: psycopg.Connection, organization_id: int
) -> ground.Figures:
    """Answers that show somebody restricted, merged or deleted, or an inactive one too soon."""
    answers = [ids for each in measured for ids in each.answers.values()]
    statuses = truth.read_statuses(connection, organization_id, {i for ids in answers for i in ids})
    shown = [[statuses.get(i, "gone") for i in ids] for ids in answers]
    return {
        "answers": len(answers),
        "with_restricted": sum(not {"active", "inactive"}.issuperset(each) for each in shown),
        "inactive_before_active": sum(each != sorted(each) for each in shown),
    }


def _people(
    connection: psycopg.Connection,
    organization_id: int,
    missed: Iterable[tuple[Query, Sequence[UUID]]],
) -> dict[UUID, Person]:
    wanted = {i for query, ids in missed if len(ids) == SHOWN for i in (query.target, *ids)}
    found = truth.read_people(connection, organization_id, wanted)
    known = truth.with_numbers(connection, organization_id, found)
    return {person.id: person for person in known}
