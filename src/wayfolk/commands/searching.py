"""`search`: customers by whatever is known of them, misspelled or not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from pathlib import Path

    from wayfolk.identity.search.queries import Found, Hit


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of a table.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
@scoping.organization_option
@click.pass_context
def search(context: click.Context, text: str, as_json: bool, limit: int, organization: str) -> None:
    """Find customers by TEXT, best matches first."""
    data: Path | None = context.obj
    booting.start(data)
    with scoping.refusals_in_words():
        found = _find(text, limit, organization)
    if as_json:
        rows = [_as_json(hit, text) for hit in found.hits]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for hit in found.hits:
            click.echo(_as_line(hit, text))
    if found.message:
        click.echo(found.message, err=True)
    elif not found.hits and not as_json:
        click.echo("Nobody found.")


def _find(text: str, limit: int, organization: str) -> Found:
    from wayfolk.identity.search import queries
    from wayfolk.kit import tenancy
    from wayfolk.organization import actors

    by = actors.get_system_actor(importing.choose_organization(organization), "Command line")
    with tenancy.scope(by.organization_id):
        return queries.find_customers(text, by=by, limit=limit)


def _as_line(hit: Hit, query: str) -> str:
    from wayfolk.identity.search import wording

    trips = "" if not hit.trips else "1 trip" if hit.trips == 1 else f"{hit.trips} trips"
    status = "" if hit.status == "active" else hit.status
    known = (hit.email, hit.phone, hit.city, trips, status)
    told = " · ".join(part for part in known if part)
    why = wording.why(hit, query)
    return f"{hit.number:>9}  {hit.name:<30}  {told}{f'  [{why}]' if why else ''}".rstrip()


def _as_json(hit: Hit, query: str) -> dict[str, object]:
    from wayfolk.identity.search import wording

    row = asdict(hit)
    row["customer_id"] = str(hit.customer_id)
    return row | {"reason": wording.why(hit, query)}
