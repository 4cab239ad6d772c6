"""Brings the program up: the database server first, then Django. Every command starts here."""

from __future__ import annotations

import atexit
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg

from wayfolk.config import environment
from wayfolk.kit.engine import EmbeddedPostgres, check_server

if TYPE_CHECKING:
    from pathlib import Path

DATABASE_NAME = "wayfolk"


@dataclass(frozen=True)
class Booted:
    """What was brought up; ``engine`` is None when DATABASE_URL names a server."""

    data: Path
    engine: EmbeddedPostgres | None

    def stop(self) -> None:
        """Close our connections, then stop the engine if we run it. Happens at exit anyway."""
        self.close_connections()
        if self.engine is not None:
            self.engine.stop()

    def close_connections(self) -> None:
        """Let go of the database, pooled connections included."""
        from django.db import connections
        from django.db.backends.postgresql.base import DatabaseWrapper

        for connection in connections.all(initialized_only=True):
            connection.close()
            if isinstance(connection, DatabaseWrapper):
                connection.close_pool()


def start(data: Path | None = None) -> Booted:
    """Start or attach to the database, point the settings at it, and load Django.

    ``data`` goes before WAYFOLK_DATA. Raises EngineError with a message for the user.
    """
    if data is not None:
        os.environ["WAYFOLK_DATA"] = str(data.absolute())
    directory = environment.data_dir()
    engine = None
    if not environment.owner_database_url():
        engine = _start_engine(directory)
    check_server(environment.owner_database_url())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wayfolk.config.settings")

    import django

    django.setup()
    return Booted(directory, engine)


def _start_engine(directory: Path) -> EmbeddedPostgres:
    engine = EmbeddedPostgres(directory, db_user=os.environ.get("WAYFOLK_DB_USER") or None)
    engine.start()
    atexit.register(engine.stop)
    _create_database(engine.url(user="postgres", database="postgres"))
    os.environ["DATABASE_URL"] = engine.url(user="postgres", database=DATABASE_NAME)
    return engine


def _create_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
        ).fetchone()
        if found:
            return
        try:
            connection.execute(f"CREATE DATABASE {DATABASE_NAME}")
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return  # another start was quicker
