"""How good found groups are, against the truth. Plain Python."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Quality:
    """pairs_*: of pairs of records; cubed_*: B-cubed, the mean over records."""

    pairs_found: int
    pairs_true: int
    pairs_both: int
    cubed_precision: float
    cubed_recall: float

    @property
    def precision(self) -> float:
        return self.pairs_both / self.pairs_found if self.pairs_found else 1.0

    @property
    def recall(self) -> float:
        return self.pairs_both / self.pairs_true if self.pairs_true else 1.0

    @property
    def f1(self) -> float:
        return _harmonic(self.precision, self.recall)

    @property
    def cubed_f1(self) -> float:
        return _harmonic(self.cubed_precision, self.cubed_recall)


def quality(found: Mapping[str, str], truth: Mapping[str, str]) -> Quality:
    """Record -> group that was found, record -> entity that it is; of the records of `truth`.

    A record without a group stands alone.
    """
    groups = {each: ("found", found[each]) if each in found else ("alone", each) for each in truth}
    both = Counter((groups[each], truth[each]) for each in truth)
    of_group, of_entity = Counter(groups.values()), Counter(truth.values())
    precision = sum(n * n / of_group[group] for (group, _), n in both.items())
    recall = sum(n * n / of_entity[entity] for (_, entity), n in both.items())
    count = max(1, len(truth))
    return Quality(
        pairs_found=_pairs(of_group),
        pairs_true=_pairs(of_entity),
        pairs_both=_pairs(both),
        cubed_precision=precision / count,
        cubed_recall=recall / count,
    )


def _pairs(counts: Counter[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
