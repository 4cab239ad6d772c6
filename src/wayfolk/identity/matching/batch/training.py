"""Learning the weights from the records themselves, without anybody's labels.

How often strangers agree (u) is counted: in random pairs, and for what is too rare to be seen
there among the compared pairs, which hold every pair that shares it. How often two records of
one person agree (m) is found by expectation maximisation over the compared pairs: guess of
each pattern of levels how likely it is one person, count the levels by that, guess again.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from wayfolk.identity.matching.batch.engines import Engine
from wayfolk.identity.matching.batch.level_sql import compared
from wayfolk.identity.matching.model import GIVEN_LEVELS, SHIPPED, Model, probability_of

RANDOM_PAIRS = 500_000
ROUNDS = 60
SETTLED = 0.000_1
# As if so many pairs of one person had been seen with the shipped weights: few pairs teach little.
SHIPPED_PAIRS = 25.0
SEEN_OFTEN = 30  # random pairs of a level, from which on their share is believed
NAMES_KEPT = 3_000
LEAST_M = 0.000_1  # nothing is impossible for two records of one person

Pattern = tuple[str, ...]
Counts = dict[str, dict[str, float]]


def train(engine: Engine, size: int, *, start: Model | None = None) -> Model:
    """Needs the tables facts and pairs. start: where the guessing begins."""
    model = replace(start or Model(), size=size, frequencies=frequencies(engine, size))
    all_pairs = size * (size - 1) / 2
    engine.make("random_pairs", _random_pairs(engine, size))
    random = patterns(engine, "random_pairs")
    compared_pairs = patterns(engine, "pairs")
    share_of_same = min(0.01, 0.2 / max(1, size))
    for _ in range(ROUNDS):
        before = share_of_same
        model, share_of_same = _step(model, compared_pairs, random, all_pairs, share_of_same)
        if abs(math.log(share_of_same / before)) < SETTLED:
            break
    return replace(model, known_share=share_of_same * size)


def patterns(engine: Engine, table: str) -> dict[Pattern, int]:
    """Levels of each comparison -> how many pairs of the table agree so."""
    cases = compared(engine.dialect)
    levels = ", ".join(f"{each.case()} AS {name}_level" for name, each in cases.items())
    names = ", ".join(f"{name}_level" for name in cases)
    found = engine.rows(
        f"SELECT {names}, count(*) FROM (SELECT {levels} FROM ({_sides(table)}) AS p) AS q"
        f" GROUP BY {names}"
    )
    return {row[:-1]: row[-1] for row in found}


def frequencies(engine: Engine, size: int) -> dict[str, dict[str, float]]:
    """The commonest names, and under "" what is counted for all others."""
    found: dict[str, dict[str, float]] = {}
    for column in ("given", "family"):
        counted = engine.rows(
            f"SELECT {column}, count(*) AS c FROM facts WHERE {column} <> ''"
            f" GROUP BY {column} ORDER BY c DESC, {column} LIMIT {NAMES_KEPT + 1}"
        )
        shares = {name: count / size for name, count in counted[:NAMES_KEPT]}
        rest = counted[NAMES_KEPT][1] if len(counted) > NAMES_KEPT else 1
        found[column] = {**shares, "": max(1, rest // 2) / size}
    return found


def _step(
    model: Model,
    pairs: Mapping[Pattern, int],
    random: Mapping[Pattern, int],
    all_pairs: float,
    share_of_same: float,
) -> tuple[Model, float]:
    """One guess and the weights that follow from it."""
    prior = math.log2(share_of_same / (1 - share_of_same))
    same, strangers = _counts(model, pairs, prior)
    _, at_random = _counts(model, random, prior)
    levels = {
        name: _learned(name, model, same[name], strangers[name], at_random[name], all_pairs)
        for name in SHIPPED
    }
    total = sum(same["household"].values())
    return replace(model, levels=levels), max(total, 0.5) / all_pairs


def _counts(
    model: Model, patterns_of: Mapping[Pattern, int], prior: float
) -> tuple[Counts, Counts]:
    """Comparison -> level -> how many pairs of one person, and of two, as the model guesses.

    Under "" those that have nothing to compare there.
    """
    same: Counts = {name: defaultdict(float) for name in SHIPPED}
    strangers: Counts = {name: defaultdict(float) for name in SHIPPED}
    for pattern, count in patterns_of.items():
        bits = sum(_bits(model, *each) for each in zip(SHIPPED, pattern, strict=True))
        alike = probability_of(bits + prior) * count
        for name, level in zip(SHIPPED, pattern, strict=True):
            same[name][level] += alike
            strangers[name][level] += count - alike
    return same, strangers


def _bits(model: Model, name: str, level: str) -> float:
    if not level or name in model.off:
        return 0.0
    m, u = model.levels[name][level]
    return math.log2(m / u)


def _learned(
    name: str,
    model: Model,
    same: Mapping[str, float],
    strangers: Mapping[str, float],
    at_random: Mapping[str, float],
    all_pairs: float,
) -> dict[str, tuple[float, float]]:
    """Levels by hand stay; m is shared out among the others in proportion to what was seen."""
    shipped = SHIPPED[name]
    told = sum(count for level, count in same.items() if level)
    told_at_random = sum(count for level, count in at_random.items() if level)
    free = [level for level in shipped if level not in GIVEN_LEVELS]
    seen = sum(same[level] for level in free)
    expected = sum(shipped[level][0] for level in free)
    found: dict[str, tuple[float, float]] = {}
    for level, (m, u) in shipped.items():
        if level in GIVEN_LEVELS or told < 1 or told_at_random < 1:
            found[level] = (m, u)
            continue
        learned_m = (same[level] + SHIPPED_PAIRS * m / expected) / (seen + SHIPPED_PAIRS)
        if at_random[level] >= SEEN_OFTEN:
            learned_u = at_random[level] / told_at_random
        else:
            learned_u = (strangers[level] + 0.5) / all_pairs
        found[level] = (max(learned_m, LEAST_M), min(1.0, learned_u))
    return found


def _sides(table: str) -> str:
    """The columns of both records of each pair."""
    from wayfolk.identity.matching.batch.engines import COLUMNS

    columns = ", ".join(f"{side}.{name} AS {name}_{side}" for name in COLUMNS for side in "lr")
    return (
        f"SELECT {columns} FROM {table} JOIN facts l ON l.n = join_key_l"
        " JOIN facts r ON r.n = join_key_r"
    )


def _random_pairs(engine: Engine, size: int) -> str:
    """The same every time: places are hashes of running numbers."""
    hashed = engine.dialect.hashed
    series = {
        "duckdb": f"range({RANDOM_PAIRS}) AS t(i)",
        "spark": f"range({RANDOM_PAIRS}) AS t(i)",
    }[engine.dialect.name]
    number = "CAST(abs({}(concat('{}', CAST(i AS VARCHAR(20)))) % {}) AS INTEGER)"
    left, right = (number.format(hashed, side, size) for side in "ab")
    return (
        f"SELECT * FROM (SELECT {left} AS join_key_l, {right} AS join_key_r FROM {series}) AS t"
        " WHERE join_key_l <> join_key_r"
    )
