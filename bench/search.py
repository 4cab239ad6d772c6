"""Search among a million customers: what it finds, what it costs, and against what.

Recall and CPU of every class of queries, the same for two peers of PostgreSQL, whole requests
against the real server, the price of writing, space. See the README for how to read it.
"""

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError

from bench import company, ground
from bench.company import Company
from bench.searching import (
    building,
    hostile,
    index,
    measuring,
    naming,
    peers,
    reaching,
    requesting,
    targets,
    truth,
    writing,
)
from bench.searching.company import RECIPE
from bench.searching.measuring import Measured
from wayfolk.config import environment

_POOL_FOR_A_QUERY = 60  # rare kinds (companies, Arabic names) are a few in a hundred


def run(
    rows: int = 1_000_000, seed: int = 2, queries: int = 2_000, turns: int = 3
) -> ground.Figures:
    """Figures of a company of `rows` customers, asked `queries` of each class."""
    logging.getLogger("django.request").setLevel(logging.ERROR)
    of = company.prepared(rows, seed, RECIPE)
    built = building.built(of.owner_url, of.plan.organization_id, rows)
    measured = _asked(of, queries, turns)
    report = _report(of, measured, built)
    growth = _growth(rows, seed, report)
    report["targets"] = [line.figures() for line in (*_lines(report, measured), *growth)]
    missed = [line["target"] for line in report["targets"] if line["verdict"] != "pass"]
    report["missed"] = ", ".join(missed) or "none"
    _kept_figures(rows, seed).write_text(json.dumps(report, default=str))
    return report


def _asked(of: Company, queries: int, turns: int) -> list[Measured]:
    """All classes, asked in turns and judged."""
    classes = [*naming.classes(), *reaching.classes()]
    with psycopg.connect(of.owner_url) as owner:
        pool = truth.draw(owner, of.plan, queries * _POOL_FOR_A_QUERY, queries)
        measured = [
            each for each in measuring.made(classes, of.plan, pool, queries) if each.queries
        ]
        print(f"asking {sum(len(each.queries) for each in measured):,} queries ...", flush=True)
        find = index.finder(of.plan.organization_id)
        measuring.ask(measured, find, ground.backend_pid(), turns)
        measuring.judge(measured, owner, of.plan.organization_id)
    return measured


def _report(of: Company, measured: Sequence[Measured], built: ground.Figures) -> ground.Figures:
    organization_id = of.plan.organization_id
    by = index.reader(organization_id)
    report: ground.Figures = {
        "customers": of.plan.customers,
        "seed": of.plan.seed,
        "classes": [each.figures() | {"missed": targets.missed_by(each)} for each in measured],
        "shown": _shown(of, measured),
        "index": built,
        "space": index.space(of),
        "hostile": hostile.measure(organization_id, by, ground.backend_pid()),
    }
    with requesting.served(of.owner_url) as server:
        report["requests"] = requesting.measure(server, measured, of.plan.seed)
        report["finding what was written"] = _part(
            "finding what was written", lambda: writing.until_found(of)
        )
    print("peers ...", flush=True)
    report["peers"] = peers.compare(measured, of.owner_url, of.plan)
    report["space"]["peers_a_customer"] = round(peers.size(of.owner_url) / of.plan.customers, 1)
    report["writing"] = _part("writing", lambda: writing.singles(of))
    report["writing in bulk"] = _part("writing in bulk", lambda: writing.in_bulk(of))
    return report


def _shown(of: Company, measured: Sequence[Measured]) -> ground.Figures:
    with psycopg.connect(of.owner_url) as owner:
        return measuring.shown_wrongly(measured, owner, of.plan.organization_id)


def _part(name: str, measure: Callable[[], Any]) -> Any:
    """One part of the report; one that fails says so and misses its targets, others go on."""
    print(f"{name} ...", flush=True)
    try:
        return measure()
    except (DatabaseError, psycopg.Error) as error:
        print(f"{name} failed: {error}", flush=True)
        return {"failed": str(error).partition("\n")[0]}


def _lines(report: dict[str, Any], measured: Sequence[Measured]) -> list[targets.Line]:
    return [
        *targets.of_classes(measured),
        *targets.of_shown(report["shown"]),
        *targets.of_hostile(report["hostile"]),
        *targets.of_requests(report["requests"]),
        *targets.of_peers(report["peers"], peers.MISSPELLED),
        *targets.of_writing(
            report["writing"] | report["writing in bulk"] | report["finding what was written"]
        ),
        *targets.of_space(report["space"]["bytes_a_customer"]),
    ]


def _growth(rows: int, seed: int, report: dict[str, Any]) -> list[targets.Line]:
    """Against the largest smaller company of the same seed that was measured here."""
    smaller = [
        (before["customers"], before)
        for path in environment.data_dir().glob(f"bench_search_*_{seed}.json")
        if (before := json.loads(path.read_text()))["customers"] < rows
    ]
    if not smaller:
        return []
    before = max(smaller, key=lambda pair: pair[0])[1]
    return list(targets.of_growth(before, report))


def _kept_figures(rows: int, seed: int) -> Path:
    """Where the next run of another size finds what this one measured."""
    path = environment.data_dir() / f"bench_search_{rows}_{seed}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
