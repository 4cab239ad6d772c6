"""Files that no run leads to any more go by themselves; what somebody can still fetch stays."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.world import Cast
from wayfolk.integrations import lost_files, tasks
from wayfolk.integrations.exports import files as export_files
from wayfolk.integrations.exports import operations, running
from wayfolk.integrations.imports import files as import_files
from wayfolk.integrations.models import ExportRun
from wayfolk.kit import clock, ids, tenancy
from wayfolk.staff.rules import Actor


@pytest.fixture(autouse=True)
def stored(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def exported(by: Actor) -> Path:
    with tenancy.scope(by.organization_id):
        run = operations.ask_for(by=by)
    finished = running.carry_out(run.id, by=by)
    return export_files.path_of(by.organization_id, finished.id, finished.format)


def aged(path: Path, content: bytes = b"x") -> Path:
    """The file as it would be after two days."""
    if not path.exists():
        path.write_bytes(content)
    long_ago = (clock.now() - timedelta(days=2)).timestamp()
    os.utime(path, (long_ago, long_ago))
    return path


def test_tq35_files_whose_runs_are_gone_are_removed_at_night(cast: Cast) -> None:
    by = cast.manager
    number = cast.organization.id
    kept, cut_short, gone = (aged(exported(by)) for _ in range(3))
    with tenancy.scope(number):
        ExportRun.objects.filter(id=cut_short.stem).update(is_file_stored=False)
        ExportRun.objects.filter(id=gone.stem).delete()
    upload = aged(import_files.path_of(number, ids.new_id()))
    left_over = aged(export_files.directory(number) / f"{ids.new_id()}.part")
    lock = aged(import_files.lock_path(number))
    fresh = import_files.path_of(number, ids.new_id())
    fresh.write_bytes(b"a file that is just being received")
    tasks.remove_lost_files(0)
    assert [path.exists() for path in (kept, lock, fresh)] == [True] * 3
    assert [path.exists() for path in (cut_short, gone, upload, left_over)] == [False] * 4
    assert lost_files.remove_lost(number) == 0


def test_what_a_waiting_run_still_needs_is_kept(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        run = operations.ask_for(by=cast.manager)
    part, _, _ = export_files.unfinished(cast.organization.id, run.id)
    aged(part)
    assert lost_files.remove_lost(cast.organization.id) == 0
    assert part.exists()
