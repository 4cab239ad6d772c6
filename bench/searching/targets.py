"""What search has to reach, and whether it did: one line for each target and class."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench import ground
from bench.searching.measuring import Measured

RECALL = {
    "one typo": 0.99,
    "two typos": 0.94,
    "prefix": 0.985,
    "other way": 0.995,
    "reach": 0.995,
    "name and city": 0.995,
}
# Milliseconds of database CPU; `simple` are the classes up to one typo.
SIMPLE_P50, SIMPLE_P99, ANY_P99 = 1.0, 5.0, 12.0
REQUEST_P95 = {1: 25.0, 16: 100.0}
TIMES_CHEAPER = 50.0
WRITE_P50, WRITE_P95, BULK_ROW = 1.0, 3.0, 0.3
FINDABLE_SECONDS = 2.0
BYTES = 500
# From one million customers to five.
RECALL_FALL, TIME_GROWTH, SPACE_GROWTH = 0.02, 2.0, 5.0


@dataclass(frozen=True)
class Line:
    """A figure and its limit; a figure that could not be measured reaches nothing."""

    target: str
    limit: str
    reached: float | None
    is_kept: bool

    def figures(self) -> ground.Figures:
        return {
            "target": self.target,
            "limit": self.limit,
            "reached": self.reached,
            "verdict": "pass" if self.is_kept else "MISS",
        }


def at_least(target: str, reached: float | None, limit: float) -> Line:
    return Line(target, f">= {limit:g}", reached, reached is not None and reached >= limit)


def at_most(target: str, reached: float | None, limit: float) -> Line:
    return Line(target, f"<= {limit:g}", reached, reached is not None and reached <= limit)


def missed_by(measured: Measured) -> str:
    """Which of its targets a class misses, in a word each."""
    lines = {
        "recall": [at_least("", measured.tie_aware, limit) for limit in _recall_limits(measured)],
        "p50": [at_most("", _cpu(measured, 50), limit) for limit in _p50_limits(measured)],
        "p99": [at_most("", _cpu(measured, 99), _p99_limit(measured))],
        "failed": [at_most("", measured.failed, 0)],
    }
    return " ".join(name for name, kept in lines.items() if not all(x.is_kept for x in kept))


def of_classes(measured: Sequence[Measured]) -> Iterator[Line]:
    """For each target the class that is furthest from it."""
    for name, limit in RECALL.items():
        recalls = [(each.tie_aware, each.of.name) for each in measured if name in each.of.limits]
        if recalls:
            lowest, of = min(recalls)
            yield at_least(f"recall: {of}", round(lowest, 4), limit)
    simple = [each for each in measured if "simple" in each.of.limits]
    for label, percent, classes, limit in (
        ("database CPU p50, up to one typo", 50, simple, SIMPLE_P50),
        ("database CPU p99, up to one typo", 99, simple, SIMPLE_P99),
        ("database CPU p99, all", 99, measured, ANY_P99),
    ):
        # Where nothing could be measured is furthest from any target.
        costs = [(value, each.of.name) for each in classes if (value := _cpu(each, percent))]
        most, of = max(costs) if len(costs) == len(classes) else (None, "not measured")
        yield at_most(f"{label}: {of}", most, limit)
    yield at_most("queries that failed", sum(each.failed for each in measured), 0)


def _cpu(measured: Measured, percent: float) -> float | None:
    return ground.percentile(measured.db_cpu, percent)


def _recall_limits(measured: Measured) -> list[float]:
    return [RECALL[name] for name in measured.of.limits & RECALL.keys()]


def _p50_limits(measured: Measured) -> list[float]:
    return [SIMPLE_P50] if "simple" in measured.of.limits else []


def _p99_limit(measured: Measured) -> float:
    return SIMPLE_P99 if "simple" in measured.of.limits else ANY_P99


def of_shown(shown: Mapping[str, int]) -> Iterator[Line]:
    yield at_most("answers that show a restricted customer", shown["with_restricted"], 0)
    yield at_most("answers with an inactive one too soon", shown["inactive_before_active"], 0)


def of_hostile(hostile: Sequence[ground.Figures]) -> Iterator[Line]:
    slowest = max((row["db_max"] for row in hostile if row["db_max"] is not None), default=None)
    failed = sum(row["told"].startswith("failed") for row in hostile)
    yield at_most("database CPU of hostile queries", slowest, ANY_P99)
    yield at_most("hostile queries that failed", failed, 0)


def of_requests(requests: Sequence[ground.Figures]) -> Iterator[Line]:
    for row in requests:
        limit = REQUEST_P95[row["clients"]]
        yield at_most(f"request p95, {row['clients']} clients", row["p95_ms"], limit)
        yield at_most(f"requests refused, {row['clients']} clients", row["refused"], 0)


def of_peers(peers: Sequence[ground.Figures], misspelled: Sequence[str]) -> Iterator[Line]:
    for row in peers:
        if row["peer"] == "trigram similarity" and row["class"] in misspelled:
            name = f"times less CPU than trigram similarity: {row['class']}"
            yield at_least(name, row["times_the_engine"], TIMES_CHEAPER)


def of_writing(writing: Mapping[str, Any]) -> Iterator[Line]:
    for target, figure, limit in (
        ("writing a customer, extra p50 ms", "single_extra_p50", WRITE_P50),
        ("writing a customer, extra p95 ms", "single_extra_p95", WRITE_P95),
        ("writing in bulk, extra ms a row", "bulk_extra_a_row", BULK_ROW),
        ("seconds until found by misspelling", "found_misspelled_s", FINDABLE_SECONDS),
    ):
        yield at_most(target, writing.get(figure), limit)
    yield at_least("new names found at once", writing.get("found_at_once"), 1.0)


def of_space(bytes_a_customer: float) -> Iterator[Line]:
    yield at_most("bytes a customer", bytes_a_customer, BYTES)


def of_growth(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Line]:
    """The report of a company against that of a smaller one: the class that lost most."""
    times = f"x{now['customers'] / before['customers']:g}"
    known = {row["class"]: row for row in before["classes"]}
    pairs = [(known[row["class"]], row) for row in now["classes"] if row["class"] in known]
    falls = [(round(then["recall"] - row["recall"], 4), row["class"]) for then, row in pairs]
    growths = [
        (round(row["db_p50"] / then["db_p50"], 2), row["class"])
        for then, row in pairs
        if then["db_p50"] and row["db_p50"]
    ]
    for label, figures, limit in (
        ("recall lost", falls, RECALL_FALL),
        ("time", growths, TIME_GROWTH),
    ):
        if figures:
            most, of = max(figures)
            yield at_most(f"{label} at {times}: {of}", most, limit)
    grown = round(now["space"]["bytes"] / before["space"]["bytes"], 2)
    yield at_most(f"space at {times}", grown, SPACE_GROWTH)
