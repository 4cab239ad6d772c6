"""The test suite's ground: one real PostgreSQL, a fresh database per worker, the named cast.

DATABASE_URL names the server to use; without it the embedded engine is started for the run.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("WAYFOLK_DATA", tempfile.mkdtemp(prefix="wayfolk-test-"))
os.environ.setdefault("DATABASE_URL", "postgresql:///wayfolk")

import psycopg
import pytest
from django.db import connections
from django.db.backends.signals import connection_created
from hypothesis import HealthCheck, settings

from tests import sql_guard, world

ROOT = Path(__file__).resolve().parents[1]
_TEMPLATE = "WAYFOLK_TEST_TEMPLATE"
settings.register_profile(
    "wayfolk",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("wayfolk")


def pytest_configure(config: pytest.Config) -> None:
    """On the controlling process: the server. Workers inherit its address."""
    if hasattr(config, "workerinput") or os.environ["DATABASE_URL"] != "postgresql:///wayfolk":
        return
    from wayfolk.kit.engine import EmbeddedPostgres

    engine = EmbeddedPostgres(ROOT / ".wayfolk" / "test")
    engine.start()
    config.add_cleanup(engine.stop)
    os.environ["DATABASE_URL"] = engine.url(user="postgres", database="postgres")


def _server() -> psycopg.Connection[Any]:
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres"
    return psycopg.connect(url, autocommit=True)


def _use_database(name: str) -> None:
    import dj_database_url

    server = dj_database_url.parse(os.environ["DATABASE_URL"])
    for alias in connections:
        options = {k: v for k, v in server.items() if k in {"HOST", "PORT", "USER", "PASSWORD"}}
        connections[alias].settings_dict.update(options, NAME=name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A database of this worker's own, migrated; dropped at the end."""
    from wayfolk.config import database

    name = f"wayfolk_test_{secrets.token_hex(4)}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}"')
    _use_database(name)
    connection_created.connect(_install_guard, weak=False)
    with django_db_blocker.unblock():
        database.prepare()
    yield
    for connection in connections.all():
        connection.close()
    with _server() as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _install_guard(connection: Any, **_: Any) -> None:
    if connection.alias != "owner" and sql_guard.guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(sql_guard.guard)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database with real commits, for two connections at once and for the browser.

    Nothing is cleaned up: each test founds its own organisation, and organisations never meet.
    """
    with django_db_blocker.unblock():
        yield
        for connection in connections.all():
            connection.close()


@pytest.fixture
def cast(db: None) -> world.Cast:
    """The named cast in one organisation, inside the test's transaction."""
    return world.found()


@pytest.fixture
def committed_cast(committed_db: None) -> world.Cast:
    """The named cast, committed."""
    return world.found()
