"""`duplicates`: learn how they look, find them among everybody, measure how well."""

from __future__ import annotations

import logging
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from wayfolk.identity.matching.batch.engines import Engine
    from wayfolk.identity.matching.batch.evaluating import Quality
    from wayfolk.staff.rules import Actor

_FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
_OPTIONS = (
    click.option(
        "--engine",
        type=click.Choice(["duckdb", "spark"]),
        default="duckdb",
        show_default=True,
        help="DuckDB on this machine, or Spark for a cluster.",
    ),
    click.option(
        "--memory",
        default=2500,
        show_default=True,
        help="Megabytes before the engine uses the disk; of Spark's driver.",
    ),
    click.option(
        "--spark-master",
        envvar="WAYFOLK_SPARK_MASTER",
        default="local[*]",
        show_default=True,
        help="Where Spark runs, like spark://host:7077 or yarn.",
    ),
    click.option(
        "--spark-folder",
        envvar="WAYFOLK_SPARK_FOLDER",
        type=click.Path(file_okay=False, exists=True),
        help="Folder that this machine and those of the cluster share.",
    ),
)


def _engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `_engine`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def duplicates() -> None:
    """Find customers who were entered more than once."""


@duplicates.command()
@scoping.organization_option
@_engine_options
@click.pass_context
def train(context: click.Context, /, organization: str, **options: Any) -> None:
    """Learn the weights of matching from the organisation's own customers."""
    from_now = time.monotonic()
    by = _begin(context, organization)
    from wayfolk.identity.matching import everybody

    with scoping.refusals_in_words(), _engine(**options) as engine:
        done = everybody.train_everywhere(engine, by=by)
    click.echo(f"Learned from {done.customers:,} customers{_spent(from_now)}")


@duplicates.command()
@click.option("--train", "learn", is_flag=True, help="Learn the weights from them first.")
@scoping.organization_option
@_engine_options
@click.pass_context
def find(context: click.Context, /, organization: str, learn: bool, **options: Any) -> None:
    """Compare all customers of the organisation and propose who may be the same."""
    from_now = time.monotonic()
    by = _begin(context, organization)
    from wayfolk.identity.matching import everybody

    with scoping.refusals_in_words(), _engine(**options) as engine:
        done = everybody.find_everywhere(engine, by=by, learn=learn)
    click.echo(
        f"{done.pairs:,} possible duplicates among {done.customers:,} customers{_spent(from_now)}"
    )


@duplicates.command()
@scoping.organization_option
@click.pass_context
def status(context: click.Context, organization: str) -> None:
    """How many possible duplicates wait, and how many customers are still to be compared."""
    by = _begin(context, organization)
    from wayfolk.identity.matching import catching_up, queue
    from wayfolk.kit import paging, tenancy

    with scoping.refusals_in_words(), tenancy.scope(by.organization_id):
        waiting = catching_up.waiting(by=by)
        pairs = queue.remaining(by=by)[""]
    click.echo(f"Possible duplicates to be judged: {_up_to(pairs, paging.COUNT_CAP)}")
    click.echo(
        f"New and changed customers to be compared: {_up_to(waiting, catching_up.WAITING_MOST)}"
    )
    if waiting:
        click.echo("The worker compares them by itself.")


@duplicates.command()
@click.argument("records", type=_FILE, nargs=-1, required=True)
@click.option("--mapping", type=_FILE, required=True, help="JSON: column -> field.")
@click.option("--truth", type=_FILE, required=True, help="CSV: record id, entity id.")
@click.option("--link", is_flag=True, help="Nobody is twice in one file: link the files.")
@click.option("--country", default="", help="Of phones without one, like GB.")
@_engine_options
def evaluate(
    records: tuple[Path, ...], mapping: Path, truth: Path, link: bool, country: str, **options: Any
) -> None:
    """Group RECORDS (CSV) without the truth, and measure against it how well that went.

    Needs no database.
    """
    from wayfolk.identity.matching.batch import evaluating, files, finding

    from_now = time.monotonic()
    with scoping.refusals_in_words():
        read, sources = files.read_all(records, files.read_mapping(mapping), country.upper())
        known = files.read_truth(truth)
        with _engine(**options) as engine:
            found = finding.find(engine, finding.cleaned(read), sources=sources if link else ())
    spent = _spent(from_now)
    groups = {str(read[n].id): str(read[first].id) for n, first in found.groups.items()}
    entities = {str(each.id): known[str(each.id)] for each in read if str(each.id) in known}
    if not entities:
        raise click.ClickException(f"No id of {records[0]} is in the first column of {truth}.")
    _tell(evaluating.quality(groups, entities), len(read), spent)


def _begin(context: click.Context, organization: str) -> Actor:
    booting.start(context.obj)
    from wayfolk.config import database
    from wayfolk.organization import actors

    database.prepare()
    return actors.get_system_actor(importing.choose_organization(organization), "Command line")


@contextmanager
def _engine(
    *, engine: str, memory: int, spark_master: str, spark_folder: str | None
) -> Iterator[Engine]:
    from wayfolk.identity.matching.batch.engines import DuckDB
    from wayfolk.identity.matching.batch.spark import Spark

    logging.getLogger("splink").setLevel(logging.WARNING)
    if engine == "duckdb":
        yield DuckDB(memory_mb=memory)
        return
    session = Spark(master=spark_master, memory_mb=memory, folder=spark_folder or "")
    try:
        yield session
    finally:
        session.close()


def _up_to(count: int, cap: int) -> str:
    return f"{count:,}" + ("+" if count >= cap else "")


def _spent(from_now: float) -> str:
    """Time, and the most memory that this process has had."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f" in {time.monotonic() - from_now:.1f} s, {peak:,.0f} MB at most."


def _tell(quality: Quality, count: int, spent: str) -> None:
    click.echo(f"{count:,} records{spent}")
    click.echo(f"pairs: {quality.pairs_true:,} true, {quality.pairs_found:,} found,"
               f" {quality.pairs_both:,} of them true")  # fmt: skip
    click.echo(f"pairwise  precision {quality.precision:.4f}  recall {quality.recall:.4f}"
               f"  F1 {quality.f1:.4f}")  # fmt: skip
    click.echo(f"B-cubed   precision {quality.cubed_precision:.4f}"
               f"  recall {quality.cubed_recall:.4f}  F1 {quality.cubed_f1:.4f}")  # fmt: skip
