"""What each level of agreement weighs: the model of Fellegi and Sunter, as data. Plain Python.

m: how often two records of one person agree so; u: how often those of two people do. The weight
of a level is log2(m / u), in bits. Where a level is `by frequency`, u is that of the very name:
a shared Smith says less than a shared Oyelaran.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

VERSION = 1
# Of levels: (m, u). u of "same" names is used only where the frequencies of names are unknown.
# u of what households share is that among SIZE records, see shipped_for.
SHIPPED: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "household": {
        "several": (0.40, 0.000_000_7),
        "email": (0.15, 0.000_000_7),
        "phone": (0.12, 0.000_000_6),
        "address": (0.12, 0.000_001_1),
        "near_contact": (0.05, 0.000_08),
        "near_address": (0.03, 0.001),
        "place": (0.001_3, 0.003),
        "town": (0.001_7, 0.000_8),
        "area": (0.001, 0.004),
        "nothing": (0.04, 0.99),
    },
    "given": {
        "same": (0.80, 0.004),
        "same_together": (0.88, 0.002),
        "swapped": (0.008, 0.000_001),
        "crossed": (0.002, 0.000_1),
        "called": (0.06, 0.000_5),
        "initial": (0.03, 0.001_5),
        "near": (0.08, 0.000_6),
        "alike": (0.03, 0.002),
        "different": (0.022, 0.97),
    },
    "family": {
        "same": (0.85, 0.001),
        "same_together": (0.90, 0.65),
        "neutral": (1.0, 1.0),
        "near": (0.07, 0.001),
        "alike": (0.03, 0.005),
        "part": (0.015, 0.001),
        "different": (0.04, 0.99),
        "different_together": (0.05, 0.25),
    },
    "birth": {
        "same": (0.91, 0.000_05),
        "same_together": (0.91, 0.012),
        "swapped": (0.012, 0.000_03),
        "near": (0.035, 0.0012),
        "part": (0.018, 0.006),
        "different": (0.09, 0.98),
    },
    "gender": {"same": (0.97, 0.5), "different": (0.03, 0.5)},
    "documents": {"same": (0.85, 0.000_000_1), "different": (0.05, 0.999)},
}
# What is known beside the records, in bits: no shares of pairs, for nobody counts it there.
AGAINST: Mapping[str, Mapping[str, float]] = {"travel": {"together": -5.0, "elsewhere": -5.0}}
# Levels whose u is that of the name itself; the comparison is also the column of facts.
BY_FREQUENCY = frozenset({("given", "same"), ("family", "same")})
# Levels of people who live together; their u cannot be counted in random pairs.
TOGETHER_SUFFIX = "_together"
NEUTRAL = frozenset({"neutral"})  # the first name has said it all
# Of the people who are entered, how many are there already: the chance before any evidence.
KNOWN_SHARE = 0.2
# Bits above even odds from which on somebody is shown, and asked about.
SUGGEST_FROM = 2.0
WARN_FROM = 4.0
RAREST = 0.000_003
SIZE = 1_000_000  # where nobody has counted
# Somebody shares these with a few others, however many records there are.
_OF_A_FEW = frozenset({"several", "email", "phone", "address"})


def shipped_for(size: int) -> dict[str, dict[str, tuple[float, float]]]:
    """The shipped weights among so many records: the fewer, the likelier two share a home."""
    scale = SIZE / max(1, size)
    found = {name: dict(of) for name, of in SHIPPED.items()}
    found["household"] |= {
        level: (m, min(0.01, u * scale))
        for level, (m, u) in SHIPPED["household"].items()
        if level in _OF_A_FEW
    }
    return found


@dataclass(frozen=True, slots=True)
class Model:
    """levels: comparison -> level -> (m, u). frequencies: comparison -> name -> share of records,
    under "" that of names which are not listed.

    size: how many records there are; pairs: how many records of another one has, on average.
    off: comparisons that the organisation does not want.
    """

    levels: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=lambda: SHIPPED)
    frequencies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    size: int = SIZE
    known_share: float = KNOWN_SHARE
    off: frozenset[str] = frozenset()

    @property
    def prior(self) -> float:
        """Bits that evidence must outweigh before two records are rather one person than two."""
        chance = min(0.5, self.known_share / max(1, self.size))
        return math.log2(chance / (1 - chance))

    def weight(self, comparison: str, level: str, mine: str = "", its: str = "") -> float:
        """Bits of a level; mine, its: the names, where their frequency counts."""
        if not level or comparison in self.off:
            return 0.0
        if comparison in AGAINST:
            return AGAINST[comparison][level]
        m, u = self.levels[comparison][level]
        if (comparison, level) in BY_FREQUENCY:
            known = self.frequencies.get(comparison, {})
            rest = known.get("", 0.0)
            rarer = max(known.get(mine, rest), known.get(its, rest))
            u = max(rarer, RAREST) if rarer else u
        return math.log2(m / u)

    def with_bits(self, own: Mapping[str, float]) -> Self:
        """With these weights, "comparison.level" -> bits; m stays, as far as that is possible."""
        levels = {name: dict(of) for name, of in self.levels.items()}
        for code, bits in own.items():
            comparison, _, level = code.partition(".")
            if level in levels.get(comparison, {}):
                m, _ = levels[comparison][level]
                m = min(m, 2.0**bits)
                levels[comparison][level] = (m, m / 2.0**bits)
        return replace(self, levels=levels)

    def bits(self, comparison: str, level: str) -> float:
        """Of a level, of a name that is neither common nor rare where that counts."""
        m, u = self.levels[comparison][level]
        return math.log2(m / u)

    def with_frequencies(self, found: Mapping[str, Mapping[str, float]]) -> Self:
        return replace(self, frequencies=found)

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "levels": {
                name: {k: list(v) for k, v in of.items()} for name, of in self.levels.items()
            },
            "frequencies": {name: dict(of) for name, of in self.frequencies.items()},
            "size": self.size,
            "known_share": self.known_share,
            "off": sorted(self.off),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Levels that the stored model does not know yet weigh as shipped."""
        known = stored.get("levels", {})
        levels = {
            name: {
                level: _pair(known.get(name, {}).get(level, weights))
                for level, weights in of.items()
            }
            for name, of in SHIPPED.items()
        }
        return cls(
            levels=levels,
            frequencies=stored.get("frequencies", {}),
            size=int(stored.get("size", SIZE)),
            known_share=float(stored.get("known_share", KNOWN_SHARE)),
            off=frozenset(stored.get("off", ())),
        )


def _pair(weights: Any) -> tuple[float, float]:
    m, u = weights
    return float(m), float(u)


def probability_of(bits: float) -> float:
    """Of log odds in bits."""
    return 1 / (1 + 2 ** -max(-60.0, min(60.0, bits)))
