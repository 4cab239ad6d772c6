"""Which of the compared pairs could be one person at all, found by their names and birthdays.

Most pairs have a key in common and nothing else. Before every level is looked at, which is dear,
pairs are left out whose weight cannot reach what is asked for, whatever else agrees: each side
of the bound is what the model gives at best. No pair is lost by it; a test holds that true.
"""

import math
from collections.abc import Collection, Iterable

from wayfolk.identity.matching import levels
from wayfolk.identity.matching.batch.dialects import Dialect
from wayfolk.identity.matching.batch.engines import Engine
from wayfolk.identity.matching.model import BY_FREQUENCY, RAREST, Model

NAMED, LATER = ("given", "family", "birth"), ("household", "gender", "documents")


def narrow(engine: Engine, model: Model, *, least: float) -> str:
    """Of the table `pairs` those that may weigh at least so much; the table that they are in."""
    of = engine.dialect
    names = " + ".join((_given(of, model), _family(of, model), _birth(model)))
    engine.make("named", _kept("pairs", names, least - model.prior - _at_best(model, LATER)))
    # Looked at for the few whose names are enough with the best of contacts.
    whole = f"{names} + {_household(of, model)}"
    rest = _at_best(model, [name for name in LATER if name != "household"])
    engine.make("likely", _kept("named", whole, least - model.prior - rest))
    return "likely"


def _kept(table: str, bound: str, least: float) -> str:
    return (
        f"SELECT p.* FROM {table} p JOIN facts l ON l.n = p.join_key_l"
        f" JOIN facts r ON r.n = p.join_key_r WHERE {bound} >= {least!r}"
    )


def _at_best(model: Model, comparisons: Iterable[str]) -> float:
    return sum(max(0.0, _best(model, name, model.levels[name])) for name in comparisons)


def _best(model: Model, comparison: str, of: Collection[str]) -> float:
    """The most that one of these levels may weigh."""
    return max(_most(model, comparison, level) for level in of)


def _most(model: Model, comparison: str, level: str) -> float:
    if comparison in model.off:
        return 0.0
    m, u = model.levels[comparison][level]
    if (comparison, level) in BY_FREQUENCY:
        u = max(RAREST, min(model.frequencies.get(comparison, {}).values(), default=u))
    return math.log2(m / u)


def _given(of: Dialect, model: Model) -> str:
    alike = set(model.levels["given"]) - {"same", "same_together", "different"}
    crossed = "l.given = r.family OR r.given = l.family"
    called = f"l.given_word = r.given_word OR {of.contains}(r.called, l.given_word)"
    initial = "least(length(l.given), length(r.given)) = 1"
    close = f"{of.similarity}(l.given, r.given) >= {levels.NAMES_CLOSE}"
    return (
        "CASE WHEN l.given = '' OR r.given = '' THEN 0.0"
        f" WHEN l.given = r.given THEN {_best(model, 'given', ('same', 'same_together'))!r}"
        f" WHEN {close} OR {crossed} OR {initial} OR {called}"
        f" THEN {_best(model, 'given', [*alike, 'different'])!r}"
        f" ELSE {_best(model, 'given', ['different'])!r} END"
    )


def _family(of: Dialect, model: Model) -> str:
    different = ("different", "different_together")
    alike = set(model.levels["family"]) - {"same", "same_together", *different}
    crossed = "l.given = r.family OR r.given = l.family"
    part = " OR ".join(
        f"{side}({one}, length({other})) = {other}"
        for side in ("left", "right")
        for one, other in (("l.family", "r.family"), ("r.family", "l.family"))
    )
    close = f"{of.similarity}(l.family, r.family) >= {levels.NAMES_CLOSE}"
    return (
        "CASE WHEN l.family = '' OR r.family = '' THEN 0.0"
        f" WHEN l.family = r.family THEN {_best(model, 'family', ('same', 'same_together'))!r}"
        f" WHEN {close} OR {crossed} OR {part}"
        f" THEN {_best(model, 'family', [*alike, *different])!r}"
        f" ELSE {_best(model, 'family', different)!r} END"
    )


def _birth(model: Model) -> str:
    """Two parts of three alike, or swapped ones, are more than "different"."""
    parts = ("substr({}.birth, 1, 4)", "substr({}.birth, 5, 2)", "substr({}.birth, 7, 2)")
    year, month, day = (f"{part.format('l')} = {part.format('r')}" for part in parts)
    near = f"({year}) AND ({month}) OR ({year}) AND ({day}) OR ({month}) AND ({day})"
    swapped = "substr(l.birth, 5, 4) = concat(substr(r.birth, 7, 2), substr(r.birth, 5, 2))"
    alike = ("swapped", "near", "part", "different")
    return (
        "CASE WHEN l.birth = '' OR r.birth = '' THEN 0.0"
        f" WHEN l.birth = r.birth THEN {_best(model, 'birth', ('same', 'same_together'))!r}"
        f" WHEN {near} OR {swapped} THEN {_best(model, 'birth', alike)!r}"
        f" ELSE {_best(model, 'birth', ['different'])!r} END"
    )


def _household(of: Dialect, model: Model) -> str:
    shared = [f"{of.overlap}(l.{name}, r.{name})" for name in ("emails", "phones")]
    shared.append("l.lines <> '' AND l.lines = r.lines")
    count = " + ".join(f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in shared)
    slips = " OR ".join(
        f"{of.similarity}(l.{name}, r.{name}) >= {levels.VALUES_CLOSE}"
        for name in ("email", "phone")
    )
    street = f"{of.similarity}(l.lines, r.lines) >= {levels.STREET_LIKE}"
    apart = ("nothing", "area", "town")
    alike = (*apart, "place", "near_address")
    near = (*alike, "near_contact")
    return (
        f"CASE WHEN {count} > 1 THEN {_at_most(model, model.levels['household'])!r}"
        f" WHEN {' OR '.join(shared)} THEN {_at_most(model, {*model.levels['household']} - {'several'})!r}"
        f" WHEN {slips} OR {of.overlap}(l.locals, r.locals) THEN {_at_most(model, near)!r}"
        f" WHEN {street} THEN {_at_most(model, alike)!r} ELSE {_at_most(model, apart)!r} END"
    )


def _at_most(model: Model, of: Collection[str]) -> float:
    """With nothing to compare, which weighs nothing."""
    return max(0.0, _best(model, "household", of))
