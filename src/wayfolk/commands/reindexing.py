"""`search TEXT`, and `search reindex`: every entry of the index derived again meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping, searching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_REPORT_EVERY_SECONDS = 2.0


class _TextOrCommand(click.Group):
    """What is no command of the group is a text to search for."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return None, searching.search, args


@click.group(
    cls=_TextOrCommand,
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
def search() -> None:
    """Find customers by a text; `search reindex` derives the search index again."""


@search.command()
@scoping.organization_option
@click.pass_context
def reindex(context: click.Context, organization: str) -> None:
    """Derive the search index of every customer again. Search goes on; may be interrupted."""
    data: Path | None = context.obj
    booting.start(data)
    from wayfolk.config import database
    from wayfolk.identity.search import deriving

    database.prepare()
    with scoping.refusals_in_words():
        chosen = importing.choose_organization(organization)
    begun = time.monotonic()
    count = deriving.rebuild_all(chosen.id, _reporter())
    click.echo(f"{count:,} customers of {chosen.name} in {time.monotonic() - begun:.0f} s.")


def _reporter() -> Callable[[int], None]:
    next_report = time.monotonic() + _REPORT_EVERY_SECONDS

    def report(done: int) -> None:
        nonlocal next_report
        if time.monotonic() >= next_report:
            click.echo(f"{done:,} customers ...", err=True)
            next_report = time.monotonic() + _REPORT_EVERY_SECONDS

    return report
