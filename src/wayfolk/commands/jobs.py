"""`jobs`: what runs in the background, and how far it is."""

from __future__ import annotations

import json
from typing import Any

import click

from wayfolk.commands import booting

_SHOWN = 20


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def jobs(context: click.Context, as_json: bool) -> None:
    """Show imports that run, wait or have ended lately, and the queue of all jobs."""
    booting.start(context.obj)
    from wayfolk.config import database

    database.prepare()
    imports, counts = _imports(), _queue()
    if as_json:
        click.echo(json.dumps({"imports": imports, "queue": counts}, indent=2))
        return
    if not imports:
        click.echo("No imports yet.")
    for run in imports:
        share = 100 * run["position"] // max(1, run["rows"])
        click.echo(
            f"{run['chosen_at'][:16]}  {run['organization']:<20.20}  {run['file']:<32.32}"
            f"  {run['state']:<12}  {share:>3} %  {run['done']:,} done, {run['refused']:,} refused,"
            f" {run['not_attempted']:,} not attempted"
        )
    queue = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    click.echo(f"Queue: {queue or 'empty'}")


def _imports() -> list[dict[str, Any]]:
    """The latest of each organisation, newest first."""
    from wayfolk.integrations.models import ImportRun
    from wayfolk.kit import tenancy
    from wayfolk.organization.models import Organization

    rows = []
    for organization in Organization.objects.order_by("id"):
        with tenancy.scope(organization.id):
            latest = list(ImportRun.objects.order_by("-created_at", "-id")[:_SHOWN])
        rows += [
            {
                "id": str(run.id),
                "organization": organization.name,
                "file": run.file_name,
                "state": run.state,
                "rows": run.row_count,
                "position": run.position,
                "done": run.done_count,
                "refused": run.refused_count,
                "not_attempted": run.not_attempted_count,
                "chosen_at": run.created_at.isoformat(),
            }
            for run in latest
        ]
    return sorted(rows, key=lambda row: str(row["chosen_at"]), reverse=True)[:_SHOWN]


def _queue() -> dict[str, int]:
    from django.db.models import Count
    from procrastinate.contrib.django.models import ProcrastinateJob

    counted = ProcrastinateJob.objects.exclude(status__in=["succeeded", "cancelled"])
    return dict(counted.values_list("status").annotate(count=Count("id")).order_by("status"))
