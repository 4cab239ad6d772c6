"""Finding exports. Each is seen by who made it, and by administrators."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from wayfolk.integrations.exports import files
from wayfolk.integrations.models import ExportRun
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.segments.rules import fields
from wayfolk.segments.rules.fields import Column
from wayfolk.staff.rules import Actor


def list_runs(*, by: Actor) -> TenantQuerySet[ExportRun]:
    """One's own exports; all of them for administrators. In no order: see `kit.paging`."""
    by.require("exports.run")
    rows: TenantQuerySet[ExportRun] = ExportRun.objects.all()
    if by.may("organization.administer"):
        return rows
    return rows.filter(asked_by=by.user_id)


def get_run(run_id: UUID, *, by: Actor) -> ExportRun:
    """Raises NotFound."""
    run = list_runs(by=by).filter(id=run_id).first()
    if run is None:
        raise NotFound("There is no such export. It may have been removed.")
    return run


def file_of(run: ExportRun, *, by: Actor) -> Path:
    """The finished file; raises NotFound once it was removed, or before it is there.

    It holds what its requester saw then: NotAllowed where a column is not for this reader now.
    """
    unseen = set(run.columns) - {column.name for column in fields.allowed(fields.COLUMNS, by)}
    if unseen:
        labels = ", ".join(fields.COLUMN_BY_NAME[name].label for name in sorted(unseen))
        raise NotAllowed(
            f"The file has columns that your role “{by.role_name}” may not see: {labels}."
            " Export the list again.",
            details={"fields": sorted(unseen)},
        )
    path = files.path_of(run.organization_id, run.id, run.format)
    if not run.is_file_stored or not path.exists():
        raise NotFound(
            f"The file of this export is not there: files are kept for {files.KEPT_DAYS} days."
            " Export the list again."
        )
    return path


def columns_of(names: Sequence[str], *, by: Actor) -> list[Column]:
    """The columns of a view that the actor may see; for no names all that they may see."""
    if names:
        return fields.columns_for(names, by)
    return fields.allowed(fields.COLUMNS, by)


def heading_of(column: Column, currency: str) -> str:
    return f"{column.label} ({currency})" if column.name == "turnover" else column.label
