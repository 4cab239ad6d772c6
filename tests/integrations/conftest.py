"""Uploaded files of these tests lie in a directory of their own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: object) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    return tmp_path / "files"
