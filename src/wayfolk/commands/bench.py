"""`bench`: runs a benchmark of the checkout's bench/ folder and prints its figures."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from wayfolk.commands import booting
from wayfolk.config import environment

_FOLDER = environment.PROJECT_ROOT / "bench"
_GROUND = {"__init__", "company", "ground"}


@click.command()
@click.argument("name", required=False)
@click.option("--rows", type=click.IntRange(min=100), help="How much data to measure on.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of the embedded database (default: .wayfolk/bench).",
)
@click.option("--seed", type=int, help="Another seed gives other data of the same kind.")
@click.option(
    "--queries", type=click.IntRange(min=1), help="How many queries of each class (search)."
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the figures to this file as well.",
)
@click.pass_context
def bench(
    context: click.Context,
    name: str | None,
    rows: int | None,
    data: Path | None,
    seed: int | None,
    queries: int | None,
    json_file: Path | None,
) -> None:
    """Measure this machine: the benchmarks of bench/, each on a database of its own.

    Without NAME the benchmarks are listed. Data are loaded once for each --rows and --seed.
    """
    if name is None:
        for found in _names():
            click.echo(found)
        return
    _refuse_unknown(name)
    booting.start(data or context.obj or environment.PROJECT_ROOT / ".wayfolk" / "bench")
    module = _load_module(name)
    from bench import ground

    before = ground.machine()
    figures = module.run(**_accepted(module, rows=rows, seed=seed, queries=queries))
    report = {
        "benchmark": name,
        "machine": {
            **before,
            "load_average_after": ground.machine()["load_average"],
            "server": ground.server_version(),
        },
        **figures,
    }
    _print(report, ground.table)
    if json_file:
        json_file.write_text(json.dumps(report, indent=2, default=str) + "\n")


def _names() -> list[str]:
    return sorted(
        path.stem
        for path in _FOLDER.glob("*.py")
        if path.stem not in _GROUND and re.search(r"^def run\(", path.read_text(), re.MULTILINE)
    )


def _refuse_unknown(name: str) -> None:
    names = _names()
    if not names:
        raise click.ClickException(
            f"There are no benchmarks in {_FOLDER}: they come with the source."
        )
    if name not in names:
        raise click.ClickException(
            f"There is no benchmark {name!r}. There are: {', '.join(names)}."
        )


def _load_module(name: str) -> ModuleType:
    sys.path.insert(0, str(environment.PROJECT_ROOT))
    return importlib.import_module(f"bench.{name}")


def _accepted(module: ModuleType, **options: int | None) -> dict[str, int]:
    """The options that were given; refused where the benchmark has no such choice."""
    known = inspect.signature(module.run).parameters
    given = {key: value for key, value in options.items() if value is not None}
    for key in given:
        if key not in known:
            raise click.ClickException(f"{module.__name__} takes no --{key}.")
    return given


def _print(report: dict[str, Any], table: Any) -> None:
    """Lists of figures as tables, everything else as one line each."""
    for key, value in report.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            click.echo(f"\n{key}")
            click.echo(table(value))
        elif isinstance(value, dict):
            click.echo(f"{key}: " + ", ".join(f"{k} {v}" for k, v in value.items()))
        else:
            click.echo(f"{key}: {value}")
