"""`wayfolk openapi`: the description of the API, for tools and for the drift test."""

from __future__ import annotations

import json
import os

import click


@click.command()
def openapi() -> None:
    """Print the OpenAPI description of /api/v1 as JSON."""
    import django

    # No database is asked for it, so none is started.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayfolk.config.settings")
    django.setup()
    from wayfolk.api import urls

    schema = urls.api.get_openapi_schema(path_prefix="api/v1/")
    click.echo(json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False))
