"""`token create`: a secret with which a program acts for a member."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from wayfolk.commands import booting, importing, scoping

if TYPE_CHECKING:
    from pathlib import Path


@click.group()
def token() -> None:
    """API tokens."""


@token.command()
@click.argument("user")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="Ends after so many days.")
@scoping.organization_option
@click.pass_context
def create(
    context: click.Context, user: str, name: str, days: int | None, organization: str
) -> None:
    """Make an API token for USER (an email) and print it; it is shown only this once."""
    data: Path | None = context.obj
    booting.start(data)
    with scoping.refusals_in_words():
        click.echo(_create(user, name, days, organization))


def _create(user: str, name: str, days: int | None, organization: str) -> str:
    from wayfolk.kit import clock, contact, tenancy
    from wayfolk.organization import actors
    from wayfolk.staff import memberships, tokens

    chosen = importing.choose_organization(organization)
    with tenancy.scope(chosen.id):
        email = contact.normalise_email(user)
        member = memberships.list_members().filter(email=email, is_active=True).first()
    if member is None:
        raise click.ClickException(f"{chosen.name} has no active member with the email “{user}”.")
    _, secret = tokens.create_token(
        membership_id=member.id,
        name=name,
        expires_at=clock.now() + timedelta(days=days) if days else None,
        by=actors.get_system_actor(chosen),
    )
    return secret
