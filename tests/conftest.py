"""The test suite's ground: one real PostgreSQL, a database per worker, the named cast.

DATABASE_URL names the server to use; without it the embedded engine is started for the run.
"""

import copy
import dataclasses
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
# Names the run's migrated database, of which each worker has a copy.
_TEMPLATE = "WAYFOLK_TEST_TEMPLATE"
_TEMPLATE_LOCK = 8_190_224  # any number
settings.register_profile(
    "wayfolk",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("wayfolk")


def pytest_configure(config: pytest.Config) -> None:
    """On the controlling process: the server and the template. Workers inherit their names."""
    if hasattr(config, "workerinput"):
        _use_own_files(config.workerinput["workerid"])
        return
    if os.environ["DATABASE_URL"] == "postgresql:///wayfolk":
        _start_engine(config)
    os.environ[_TEMPLATE] = _new_name()
    config.add_cleanup(lambda: _drop(os.environ[_TEMPLATE]))


def _use_own_files(worker: str) -> None:
    """Imports of one organisation take turns by a file; workers have organisations of one id."""
    from django.conf import settings as django_settings

    django_settings.MEDIA_ROOT = django_settings.MEDIA_ROOT / worker


def _start_engine(config: pytest.Config) -> None:
    from wayfolk.kit.engine import EmbeddedPostgres

    engine = EmbeddedPostgres(ROOT / ".wayfolk" / "test")
    engine.start()
    config.add_cleanup(engine.stop)
    os.environ["DATABASE_URL"] = engine.url(user="postgres", database="postgres")
    with _server() as server:  # a power cut may cost the last commits, never the cluster
        server.execute("ALTER SYSTEM SET synchronous_commit = off")
        server.execute("SELECT pg_reload_conf()")


def _new_name() -> str:
    return f"wayfolk_test_{secrets.token_hex(4)}"


def _server() -> psycopg.Connection[Any]:
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/postgres"
    return psycopg.connect(url, autocommit=True)


def _drop(name: str) -> None:
    with _server() as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _use_database(name: str) -> None:
    import dj_database_url

    server = dj_database_url.parse(os.environ["DATABASE_URL"])
    for alias in connections:
        options = {k: v for k, v in server.items() if k in {"HOST", "PORT", "USER", "PASSWORD"}}
        connections[alias].settings_dict.update(options, NAME=name)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """A migrated database of this worker's own, dropped at the end."""
    name, template = _new_name(), os.environ[_TEMPLATE]
    with _server() as server, django_db_blocker.unblock():
        server.execute("SELECT pg_advisory_lock(%s)", [_TEMPLATE_LOCK])  # until disconnected
        known = server.execute("SELECT FROM pg_database WHERE datname = %s", [template])
        if known.fetchone() is None:
            _make_template(template, server)
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use_database(name)
    connection_created.connect(_install_guard, weak=False)
    yield
    connections.close_all()
    _drop(name)


def _make_template(name: str, server: psycopg.Connection[Any]) -> None:
    from wayfolk.config import database

    server.execute(f'CREATE DATABASE "{name}"')
    _use_database(name)
    try:
        database.prepare()
    except BaseException:
        _drop(name)
        raise
    finally:
        connections.close_all()


def _install_guard(connection: Any, **_: Any) -> None:
    if connection.alias != "owner" and sql_guard.guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(sql_guard.guard)


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database with real commits, for two connections at once and for the browser.

    Nothing is cleaned up: each test founds its own organisation, and organisations never meet.
    Connections stay for the next test: a new one has to read the catalogue again.
    """
    with django_db_blocker.unblock():
        yield
        for connection in connections.all():
            if connection.errors_occurred or connection.in_atomic_block:
                connection.close()


@pytest.fixture(scope="session")
def _founded(django_db_setup: None, django_db_blocker: Any) -> world.Cast:
    with django_db_blocker.unblock():
        return world.found()


@pytest.fixture
def cast(db: None, _founded: world.Cast) -> world.Cast:
    """The named cast in one organisation, the same in all tests.

    What a test does to it, the end of the test's transaction takes back.
    """
    return dataclasses.replace(_founded, organization=copy.copy(_founded.organization))


@pytest.fixture
def committed_cast(committed_db: None) -> world.Cast:
    """The named cast, committed."""
    return world.found()
