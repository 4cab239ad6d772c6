"""Django's own command, at a fraction of its time."""

from typing import Any

from django.core.management.commands import migrate

from wayfolk.kit.migrations_in_place import options_in_place


class Command(migrate.Command):
    """Brings the database to the state of the migrations."""

    def handle(self, *args: Any, **options: Any) -> None:
        with options_in_place():
            super().handle(*args, **options)
