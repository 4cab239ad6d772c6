"""`undo`: takes a change set back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from wayfolk.audit.undo_report import UndoReport


@click.command()
@click.argument("changeset", type=click.UUID)
@click.option(
    "--keep-conflicts",
    is_flag=True,
    help="Leave what was changed again since as it is now, and take the rest back.",
)
@scoping.organization_option
@click.pass_context
def undo(context: click.Context, changeset: UUID, keep_conflicts: bool, organization: str) -> None:
    """Take the change set CHANGESET back (its id stands on its page under Recent changes)."""
    data: Path | None = context.obj
    booting.start(data)
    with scoping.refusals_in_words():
        _print(_undo(changeset, keep_conflicts, organization))


def _undo(changeset: UUID, keep_conflicts: bool, organization: str) -> UndoReport:
    from wayfolk.audit import taking_back
    from wayfolk.audit.taking_back import UndecidedConflicts
    from wayfolk.organization import actors

    by = actors.get_system_actor(importing.choose_organization(organization), "Command line")
    try:
        return taking_back.take_back(changeset, by=by, choices={} if keep_conflicts else None)
    except UndecidedConflicts as conflict:
        raise click.ClickException(
            f"{conflict.message} Nothing was changed: decide on the change's page, or add"
            " --keep-conflicts to leave them as they are."
        ) from conflict


def _print(report: UndoReport) -> None:
    click.echo(f"taken back {report.reversed_count}")
    click.echo(f"kept       {report.kept_count}")
    click.echo(f"conflicts  {report.conflict_count}")
    if report.change_set_id is not None:
        click.echo(f"change set {report.change_set_id}  (undo it to do it again)")
