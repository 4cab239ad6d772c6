"""Learning the weights from the records themselves, without anybody's labels.

How often strangers agree (u) is counted: in random pairs, and for what is too rare to be seen
there among the compared pairs, which hold every pair that shares it. How often two records of
one person agree (m) is found by expectation maximisation: guess of each pattern of levels how
likely it is one person, count the levels by that, guess again.

Pairs that were compared for their names alone teach nothing: most are namesakes. Names and
birthdays are learned from pairs who share a mailbox, a phone or a home (`_from_homes`), where
there are two kinds of pair: one person, and people who live together. What households share is
learned from pairs who were born on one day and bear like names.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from wayfolk.identity.matching.batch.engines import COLUMNS, Engine
from wayfolk.identity.matching.batch.level_sql import compared
from wayfolk.identity.matching.levels import TOGETHER
from wayfolk.identity.matching.model import (
    NEUTRAL,
    SHIPPED,
    TOGETHER_SUFFIX,
    Model,
    probability_of,
    shipped_for,
)

RANDOM_PAIRS = 500_000
PAIRS_MOST = 1_500_000  # of the compared ones; of more, every so many are looked at
ROUNDS = 60
SETTLED = 0.000_1
# As if so many pairs of one person had been seen with the shipped weights: few pairs teach little.
SHIPPED_PAIRS = 25.0
SEEN_OFTEN = 30  # random pairs of a level, from which on their share is believed
NAMES_KEPT = 3_000
LEAST_M = 0.000_1  # nothing is impossible for two records of one person
# Of the pairs of one person no more than so many differ here. Where hardly anybody was entered
# twice, couples and neighbours would else be taken for the pairs of one person.
MOST_M = {"given": 0.12, "family": 0.15, "birth": 0.12, "gender": 0.06, "documents": 0.2}
M, U = 0, 1
LEARNED_AT_HOME = ("given", "family", "birth", "gender", "documents")

Pattern = tuple[str, ...]
Counts = dict[str, dict[str, float]]
Fits = Callable[[Mapping[str, str]], bool]


def train(engine: Engine, size: int, *, start: Model | None = None) -> Model:
    """Needs the tables facts and pairs. start: where the guessing begins."""
    model = replace(start or Model(), size=size, frequencies=frequencies(engine, size))
    engine.make("random_pairs", _random_pairs(engine, size))
    seen = _Seen(_compared_patterns(engine), patterns(engine, "random_pairs"), size)
    at_home = _from_homes(_only(seen.pairs, _are_near))
    share_of_same = min(0.01, 0.2 / max(1, size))
    for _ in range(ROUNDS):
        before = share_of_same
        model, share_of_same = _step(model, seen, at_home, share_of_same)
        if abs(math.log(share_of_same / before)) < SETTLED:
            break
    return replace(model, known_share=share_of_same * size)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Patterns of the compared pairs and of random ones; size: how many records there are."""

    pairs: Mapping[Pattern, int]
    random: Mapping[Pattern, int]
    size: int

    @property
    def all_pairs(self) -> float:
        return self.size * (self.size - 1) / 2


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


def _compared_patterns(engine: Engine) -> dict[Pattern, int]:
    """Of the compared pairs; of very many by a sample, which is the same every time."""
    every = -(-engine.rows("SELECT count(*) FROM pairs")[0][0] // PAIRS_MOST)
    if every <= 1:
        return patterns(engine, "pairs")
    mixed = "(CAST(join_key_l AS BIGINT) * 7919 + join_key_r)"
    engine.make("some_pairs", f"SELECT * FROM pairs WHERE {mixed} % {every} = 0")
    return {found: count * every for found, count in patterns(engine, "some_pairs").items()}


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


@dataclass(frozen=True, slots=True)
class _Guessed:
    """Comparison -> level -> how many pairs of one person, and of two, as the model guesses.

    Under "" those that have nothing to compare there.
    """

    same: Counts = field(default_factory=lambda: {name: defaultdict(float) for name in SHIPPED})
    strangers: Counts = field(
        default_factory=lambda: {name: defaultdict(float) for name in SHIPPED}
    )


def _from_homes(pairs: Mapping[Pattern, int]) -> _Guessed:
    """How many pairs who share something are one person, and how many live together."""
    shares = {
        name: {
            level: (m, _u_together(name, level, u))
            for level, (m, u) in of.items()
            if name != "household"
        }
        for name, of in SHIPPED.items()
    }
    share = 0.3
    found = _Guessed()
    for _ in range(ROUNDS):
        prior = math.log2(share / (1 - share))
        found = _counts(Model(levels=shares, off=frozenset({"household"})), pairs, prior)
        same, strangers = (
            sum(each["household"].values()) for each in (found.same, found.strangers)
        )
        share = min(0.999, max(0.001, (same + 1) / (same + strangers + 2)))
        for name in LEARNED_AT_HOME:
            shares[name] = {
                level: (
                    _share(found.same[name], name, level, M),
                    _share(found.strangers[name], name, level, U),
                )
                for level in SHIPPED[name]
            }
    return found


def _u_together(name: str, level: str, u: float) -> float:
    """Shipped u of people who live together, where a level has a twin for them."""
    return SHIPPED[name].get(level + TOGETHER_SUFFIX, (0.0, u))[1]


def _share(counts: Mapping[str, float], name: str, level: str, which: int) -> float:
    """Of a level and its twin among those who live together. which: M or U."""
    if level in NEUTRAL:
        return 1.0
    plain = level.removesuffix(TOGETHER_SUFFIX)
    shipped = SHIPPED[name][plain]
    if which == U:
        shipped = SHIPPED[name].get(plain + TOGETHER_SUFFIX, shipped)
    told = sum(count for each, count in counts.items() if each)
    seen = _seen_as(counts, plain)
    found = max(LEAST_M, (seen + SHIPPED_PAIRS * shipped[which]) / (told + SHIPPED_PAIRS))
    return min(found, MOST_M[name]) if which == M and plain == "different" else found


def _seen_as(counts: Mapping[str, float], level: str) -> float:
    """Of a level and its twin."""
    plain = level.removesuffix(TOGETHER_SUFFIX)
    return counts.get(plain, 0.0) + counts.get(plain + TOGETHER_SUFFIX, 0.0)


def _step(
    model: Model, seen: _Seen, at_home: _Guessed, share_of_same: float
) -> tuple[Model, float]:
    """One guess and the weights that follow from it."""
    prior = math.log2(share_of_same / (1 - share_of_same))
    elsewhere = _counts(model, _only(seen.pairs, lambda each: not _are_near(each)), prior)
    alike = _counts(model, _only(seen.pairs, _are_alike), prior)
    at_random = _counts(model, seen.random, prior).strangers
    shipped = shipped_for(seen.size)
    levels = {
        name: {
            level: _believed(
                _share((alike if name == "household" else at_home).same[name], name, level, M),
                _u(name, level, at_home, elsewhere.strangers[name], at_random[name], seen),
                shipped=shipped[name][level],
                pairs_seen=_seen_as((alike if name == "household" else at_home).same[name], level),
                is_counted=at_random[name][level] >= SEEN_OFTEN,
            )
            for level in of
        }
        for name, of in SHIPPED.items()
    }
    apart = _counts(model, _only(seen.pairs, lambda e: _are_alike(e) and not _are_near(e)), prior)
    total = sum((*at_home.same["household"].values(), *apart.same["household"].values()))
    return replace(model, levels=levels), max(total, 0.5) / seen.all_pairs


def _believed(
    m: float, u: float, *, shipped: tuple[float, float], pairs_seen: float, is_counted: bool
) -> tuple[float, float]:
    """Both, weighing no more than shipped where neither one person's pairs nor strangers' agree so.

    Else what nobody ever writes, an initial for a first name, would be proof. pairs_seen: of one
    person that agree so; is_counted: strangers that do were seen in random pairs.
    """
    most = shipped[0] / shipped[1] * (1 + pairs_seen) ** 2
    return m, u if is_counted else max(u, min(1.0, m / most))


def _u(
    name: str,
    level: str,
    at_home: _Guessed,
    elsewhere: Mapping[str, float],
    at_random: Mapping[str, float],
    seen: _Seen,
) -> float:
    if level in NEUTRAL:
        return 1.0
    if level.endswith(TOGETHER_SUFFIX):
        return _share(at_home.strangers[name], name, level, U)
    told = sum(count for each, count in at_random.items() if each)
    if at_random[level] >= SEEN_OFTEN:
        return min(1.0, at_random[level] / told)
    strangers = at_home.strangers[name].get(level, 0.0) + elsewhere[level]
    share_told = told / max(1, sum(at_random.values()))
    return min(1.0, (strangers + 1) / max(1.0, seen.all_pairs * share_told))


def _only(patterns_of: Mapping[Pattern, int], fits: Fits) -> dict[Pattern, int]:
    return {
        pattern: count
        for pattern, count in patterns_of.items()
        if fits(dict(zip(SHIPPED, pattern, strict=True)))
    }


def _are_near(levels: Mapping[str, str]) -> bool:
    is_reached = levels["household"] in TOGETHER or levels["household"] == "near_contact"
    return is_reached or levels["documents"] == "same"


def _are_alike(levels: Mapping[str, str]) -> bool:
    is_named = levels["given"] not in {"", "different"}
    return is_named and levels["birth"] in {"same", "same_together"}


def _counts(model: Model, patterns_of: Mapping[Pattern, int], prior: float) -> _Guessed:
    found = _Guessed()
    for pattern, count in patterns_of.items():
        bits = sum(_bits(model, *each) for each in zip(SHIPPED, pattern, strict=True))
        likely = probability_of(bits + prior) * count
        for name, level in zip(SHIPPED, pattern, strict=True):
            found.same[name][level] += likely
            found.strangers[name][level] += count - likely
    return found


def _bits(model: Model, name: str, level: str) -> float:
    if not level or name in model.off:
        return 0.0
    m, u = model.levels[name][level]
    return math.log2(m / u)


def _sides(table: str) -> str:
    """The columns of both records of each pair."""
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
