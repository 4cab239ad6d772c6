"""What commands that act in one organisation share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

organization_option = click.option(
    "--organization", default="", help="Its name; needed where there are several."
)


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """End the command with the words of a refusal, exit code 1."""
    from django.db import DatabaseError

    from wayfolk.kit import database_errors
    from wayfolk.kit.errors import Refusal

    try:
        yield
    except Refusal as refused:
        raise click.ClickException(refused.message) from refused
    except DatabaseError as error:
        known = database_errors.find_refusal(error)
        if known is None:
            raise
        raise click.ClickException(known.message) from error
