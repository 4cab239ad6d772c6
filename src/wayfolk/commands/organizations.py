"""`wayfolk organization create`: the first organisation of an empty database."""

import secrets

import click

from wayfolk.commands import booting


@click.group()
def organization() -> None:
    """Organisations: the travel companies that use this database."""


@organization.command()
@click.argument("name")
@click.option("--email", required=True, help="Email of the first administrator.")
@click.option("--administrator", required=True, help="Name of the first administrator.")
@click.option("--country", default="GB", show_default=True, help="ISO 3166 code, for phones.")
@click.option("--currency", default="EUR", show_default=True, help="ISO 4217 code.")
@click.option("--time-zone", default="UTC", show_default=True, help="IANA name.")
@click.pass_context
def create(
    context: click.Context,
    name: str,
    email: str,
    administrator: str,
    country: str,
    currency: str,
    time_zone: str,
) -> None:
    """Found an organisation with its first administrator, whose password is printed once."""
    booting.start(context.obj)
    from django.db import transaction

    from wayfolk.config import database
    from wayfolk.kit.errors import Refusal
    from wayfolk.organization import founding

    database.prepare()
    password = secrets.token_urlsafe(12)
    try:
        with transaction.atomic():
            founded = founding.found_organization(
                name=name, country=country, currency=currency, time_zone=time_zone
            )
            user = founding.add_user(
                founded,
                email=email,
                name=administrator,
                role="administrator",
                password=password,
            )
    except Refusal as refused:
        raise click.ClickException(refused.message) from refused
    if user.check_password(password):
        click.echo(f"Founded {name}. {user.email} signs in with the password {password}")
    else:
        click.echo(f"Founded {name}. {user.email} signs in with the password they have already.")
