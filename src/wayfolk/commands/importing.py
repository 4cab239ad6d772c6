"""`import`: brings a file in from the command line, at once, without a worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting

if TYPE_CHECKING:
    from wayfolk.integrations.models import ImportRun
    from wayfolk.organization.models import Organization
    from wayfolk.staff.rules import Actor


@click.command(name="import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--mapping", required=True, help="Saved by you, or one that comes with Wayfolk.")
@click.option("--organization", default="", help="Its name; needed where there are several.")
@click.pass_context
def import_(context: click.Context, file: Path, mapping: str, organization: str) -> None:
    """Import customers, stays, bookings or trade partners from FILE (CSV with a header row).

    Ends with three numbers: rows done, refused, not attempted. Refused rows go to a file
    beside FILE, with the reason in a last column. Exit code 1 when rows were refused.
    """
    if not file.is_file():
        raise click.ClickException(f"There is no file {file}. Check the path.")
    booting.start(context.obj)
    from wayfolk.config import database
    from wayfolk.integrations.imports import operations
    from wayfolk.kit.errors import Refusal
    from wayfolk.organization import actors

    database.prepare()
    chosen = choose_organization(organization)
    by = actors.get_system_actor(chosen, "Command line")
    try:
        run = _import(file, mapping, by)
        refused = _write_refused(run, file) if run.refused_count else None
    except (Refusal, OSError) as error:
        raise click.ClickException(str(error)) from error
    _report(run, refused)
    if operations.remark_later(run):
        click.echo("Rows whose new customer looks like another one are remarked by the worker.")
    if run.failure or run.refused_count:
        context.exit(1)


def _import(file: Path, name: str, by: Actor) -> ImportRun:
    from wayfolk.integrations.imports import operations, queries
    from wayfolk.kit import tenancy

    with tenancy.scope(by.organization_id):
        mapping = queries.get_mapping(name)
    click.echo(f"Reading {file.name} …", err=True)
    bar = click.progressbar(length=1, label=file.name, show_pos=True)
    with bar:

        def show(run: ImportRun) -> None:
            bar.length = run.row_count
            bar.update(run.position - bar.pos)

        return operations.import_file(file, mapping, by=by, on_progress=show)


def _write_refused(run: ImportRun, file: Path) -> Path:
    """Beside the file, under a name that is free; formulas in it are neutralised."""
    from wayfolk.integrations.imports import exporting

    for number in range(1, 1_000):
        path = file.with_name(f"{file.stem}-refused{'' if number == 1 else f'-{number}'}.csv")
        try:
            with path.open("x", encoding="utf-8", newline="") as out:
                out.writelines(exporting.problem_lines(run, refusals=True))
        except FileExistsError:
            continue
        return path
    raise FileExistsError(f"There are too many files like {file.stem}-refused.csv already.")


def _report(run: ImportRun, refused: Path | None) -> None:
    from wayfolk.integrations.imports import fields

    for note in run.notes:
        click.echo(note)
    for kind in fields.KIND_PLURALS:
        if kind in run.counts:
            click.echo(
                f"{fields.KIND_PLURALS[kind]:<16} {run.count(kind, 'created'):>9,} created"
                f" {run.count(kind, 'updated'):>9,} updated"
                f" {run.count(kind, 'unchanged'):>9,} unchanged"
            )
    click.echo(
        f"rows             {run.done_count:>9,} done   {run.refused_count:>9,} refused"
        f" {run.not_attempted_count:>9,} not attempted"
    )
    if run.remarked_count:
        click.echo(
            f"{run.remarked_count:,} rows were taken in with a remark; see the import's page."
        )
    if refused:
        click.echo(f"Refused rows with the reasons: {refused}")
    if run.failure:
        click.echo(run.failure, err=True)


def choose_organization(name: str) -> Organization:
    """By name; without one, the only organisation there is."""
    from wayfolk.kit.text import fold
    from wayfolk.organization.models import Organization

    organizations = list(Organization.objects.order_by("id"))
    found = [o for o in organizations if not name or fold(o.name) == fold(name)]
    if len(found) == 1:
        return found[0]
    if not organizations:
        raise click.ClickException("There is no organisation yet. Start with bin/demo.")
    known = ", ".join(f"“{o.name}”" for o in organizations[:20])
    raise click.ClickException(
        f"There is no organisation “{name}”. There are: {known}."
        if name and not found
        else f"There are several organisations. Choose one with --organization: {known}."
    )
