"""`export`: writes a list into a file from the command line, at once, without a worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from wayfolk.integrations.models import ExportRun
    from wayfolk.staff.rules import Actor


@click.command(name="export")
@click.argument("what", type=click.Choice(["customers"]))
@click.option("--view", default="", help="Name of a shared view; without it everybody.")
@click.option("--format", "file_format", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: WHAT.FORMAT")
@click.option("--no-mark", is_flag=True, help="CSV without the byte order mark that Excel needs.")
@scoping.organization_option
@click.pass_context
def export(
    context: click.Context,
    what: str,
    view: str,
    file_format: str,
    out: Path | None,
    no_mark: bool,
    organization: str,
) -> None:
    """Export customers to a file, in the columns and the order of a shared view."""
    path = out or Path(f"{what}.{file_format}")
    if path.exists():
        raise click.ClickException(f"{path} is there already. Choose another name by --out.")
    booting.start(context.obj)
    from wayfolk.config import database
    from wayfolk.organization import actors

    database.prepare()
    by = actors.get_system_actor(importing.choose_organization(organization), "Command line")
    with scoping.refusals_in_words():
        run = _export(path, view, file_format, by, is_marked=not no_mark)
    if run.failure:
        raise click.ClickException(run.failure)
    click.echo(f"{run.done_count:,} customers in {path} ({run.size_bytes:,} bytes)")


def _export(path: Path, view: str, file_format: str, by: Actor, *, is_marked: bool) -> ExportRun:
    from urllib.parse import parse_qs

    from wayfolk.integrations.exports import operations
    from wayfolk.kit import tenancy
    from wayfolk.segments.operations import CUSTOMERS
    from wayfolk.segments.queries import views

    with tenancy.scope(by.organization_id):
        query = views.get_view_by_name(view, CUSTOMERS, by=by).query if view else ""
    shown = parse_qs(query).get("columns", [""])[0].split(",")
    run = operations.ask_for(
        by=by,
        query=query,
        columns=[name for name in shown if name],
        file_format=file_format,
        is_marked=is_marked,
        is_job=False,
    )
    return operations.export_file(path, by=by, run=run)
