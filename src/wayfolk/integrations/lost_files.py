"""Files that no run leads to any more: their rows are gone, or their removal was cut short."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from wayfolk.integrations.exports import files as export_files
from wayfolk.integrations.imports import files as import_files
from wayfolk.integrations.models import ExportRun, ImportRun
from wayfolk.kit import clock, tenancy

# What is younger may belong to a run whose transaction is not committed yet.
SPARED = timedelta(days=1)
_UNDER_WAY = ("queued", "running")
_KINDS: tuple[tuple[type[ExportRun | ImportRun], Callable[[int], Path]], ...] = (
    (ExportRun, export_files.directory),
    (ImportRun, import_files.directory),
)


def remove_lost(organization_id: int, *, now: datetime | None = None) -> int:
    """Delete the files of exports and imports that nobody can fetch; returns how many.

    Runs are outside the change log, so no undo asks for their files. Files that are not named
    after a run are left alone.
    """
    before = ((now or clock.now()) - SPARED).timestamp()
    removed = 0
    for model, directory in _KINDS:
        found = list(_named_after_runs(directory(organization_id), before))
        with tenancy.scope(organization_id):
            rows = model.objects.filter(id__in={run_id for run_id, _ in found})
            kept = {run.id for run in rows if run.is_file_stored or run.state in _UNDER_WAY}
        for run_id, path in found:
            if run_id not in kept:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _named_after_runs(directory: Path, before: float) -> Iterator[tuple[UUID, Path]]:
    for path in directory.iterdir():
        try:
            run_id = UUID(path.stem)
            is_old = path.stat().st_mtime < before
        except (ValueError, FileNotFoundError):
            continue  # another name, or gone since
        if is_old:
            yield run_id, path
