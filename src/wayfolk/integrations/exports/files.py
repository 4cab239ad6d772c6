"""Where exports lie: under the organisation's own directory, readable by their owner only."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

KEPT_DAYS = 7


def directory(organization_id: int) -> Path:
    path = Path(settings.MEDIA_ROOT) / str(organization_id) / "exports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(organization_id: int, run_id: UUID, extension: str) -> Path:
    """The finished file; while it is written it has another name."""
    return directory(organization_id) / f"{run_id}.{extension}"


def unfinished(organization_id: int, run_id: UUID) -> tuple[Path, Path, Path]:
    """The file that is being written, the ids that it is written from, the lock of its writer."""
    folder = directory(organization_id)
    return folder / f"{run_id}.part", folder / f"{run_id}.ids", folder / f"{run_id}.lock"


def remove(organization_id: int, run_id: UUID, extension: str) -> None:
    """Everything of a run."""
    paths = (path_of(organization_id, run_id, extension), *unfinished(organization_id, run_id))
    for path in paths:
        path.unlink(missing_ok=True)
