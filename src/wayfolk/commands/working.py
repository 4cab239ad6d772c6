"""`worker`: the background jobs, and what follows whatever is written: search and matching."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 64))
@click.pass_context
def worker(context: click.Context, concurrency: int) -> None:
    """Run background jobs until SIGTERM: imports, undo, the search index, new duplicates."""
    data: Path | None = context.obj
    booting.start(data)
    from django.core.management import call_command

    from wayfolk.identity.matching import following as matching
    from wayfolk.identity.search import following as search
    from wayfolk.kit.following import Follower

    followers = [
        Follower("search-follower", search.follow),
        Follower("matching-follower", matching.follow),
    ]
    for follower in followers:
        follower.start()
    try:
        call_command(
            "procrastinate",
            "worker",
            f"--concurrency={concurrency}",
            "--shutdown-graceful-timeout=10",
            skip_checks=True,
        )
    finally:
        for follower in followers:
            follower.stop()
