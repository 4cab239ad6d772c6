"""Fixtures of the embedded engine's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.kit import engine_clusters
from wayfolk.kit.engine import EmbeddedPostgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def engine_template() -> Iterator[Path]:
    """A stopped cluster with one table and one row, to be copied."""
    with engine_clusters.reachable_directory() as directory:
        root = directory / "template"
        with EmbeddedPostgres(root):
            engine_clusters.execute(
                root, "CREATE TABLE note (body text)", "INSERT INTO note VALUES ('kept')"
            )
        yield root


@pytest.fixture
def engine_directory() -> Iterator[Path]:
    """An empty directory that the server's user can enter."""
    with engine_clusters.reachable_directory() as directory:
        yield directory


@pytest.fixture
def engine_root(engine_template: Path, engine_directory: Path) -> Path:
    """A stopped cluster of one's own, with the template's row in it."""
    return engine_clusters.copy_root(engine_template, engine_directory / "root")
