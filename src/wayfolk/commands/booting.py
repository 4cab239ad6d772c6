"""Starts the program for a command, with what goes wrong told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wayfolk.config import boot
from wayfolk.kit.engine import EngineError

if TYPE_CHECKING:
    from pathlib import Path


def start(data: Path | None) -> boot.Booted:
    """Bring up the database and Django, or end the command with the reason."""
    try:
        return boot.start(data)
    except EngineError as error:
        raise click.ClickException(str(error)) from error
