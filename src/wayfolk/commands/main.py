"""The command group and what every command shares."""

from pathlib import Path

import click

from wayfolk.commands import (
    bench,
    capturing,
    duplicates,
    exporting,
    importing,
    jobs,
    merging,
    openapi,
    organizations,
    reindexing,
    rules,
    serving,
    token,
    undo,
    working,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory of the embedded database and files (default: $WAYFOLK_DATA or .wayfolk/demo).",
)
@click.pass_context
def cli(context: click.Context, data: Path | None) -> None:
    """Wayfolk: the customer system of a travel company."""
    context.obj = data


cli.add_command(serving.serve)
cli.add_command(serving.demo)
cli.add_command(bench.bench)
cli.add_command(capturing.capture)
cli.add_command(duplicates.duplicates)
cli.add_command(rules.rules)
cli.add_command(openapi.openapi)
cli.add_command(exporting.export)
cli.add_command(importing.import_)
cli.add_command(jobs.jobs)
cli.add_command(merging.merge)
cli.add_command(merging.unmerge)
cli.add_command(organizations.organization)
cli.add_command(reindexing.search)
cli.add_command(token.token)
cli.add_command(undo.undo)
cli.add_command(working.worker)


@cli.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
    hidden=True,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands (developers)."""
    import os

    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayfolk.config.settings")
    execute_from_command_line(["manage", *arguments])
