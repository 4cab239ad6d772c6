"""Where stored files lie: under the organisation's own directory, readable by their owner only."""

from pathlib import Path
from uuid import UUID

from django.conf import settings

KEPT_DAYS = 30


def directory(organization_id: int) -> Path:
    path = Path(settings.MEDIA_ROOT) / str(organization_id) / "imports"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(organization_id: int, run_id: UUID) -> Path:
    return directory(organization_id) / f"{run_id}.csv"


def lock_path(organization_id: int) -> Path:
    """The lock by which the imports of one organisation take turns."""
    return directory(organization_id) / "running.lock"
