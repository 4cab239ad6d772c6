"""`search`: customers by any fragment of name, email, phone or number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from pathlib import Path

    from wayfolk.customers.queries import Match


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
        matches = _find(text, limit, organization)
    if as_json:
        rows = [_as_json(match) for match in matches]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for match in matches:
        row = _as_json(match)
        click.echo(f"{row['number']:>9}  {row['name']:<40}  {row['reason']}")
    if not matches:
        click.echo("Nobody found.")


def _find(text: str, limit: int, organization: str) -> list[Match]:
    from wayfolk.customers import queries
    from wayfolk.kit import tenancy
    from wayfolk.organization import actors

    by = actors.get_system_actor(importing.choose_organization(organization), "Command line")
    with tenancy.scope(by.organization_id):
        return queries.search_customers(text, by=by, limit=limit)


def _as_json(match: Match) -> dict[str, object]:
    customer = match.customer
    return {
        "number": customer.number,
        "name": customer.name,
        "kind": customer.kind,
        "status": customer.status,
        "reason": match.reason,
        "contacts": [
            {"set": point.set, "kind": point.kind, "value": point.value}
            for point in customer.points
        ],
    }
