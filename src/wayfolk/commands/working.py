"""`worker`: the background jobs, and the job that keeps the search index true."""

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
    """Run background jobs until SIGTERM: imports, undo, the search index."""
    data: Path | None = context.obj
    booting.start(data)
    from django.core.management import call_command

    from wayfolk.identity.search.following import Follower

    follower = Follower()
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
        follower.stop()
