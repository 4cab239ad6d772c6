"""Finding import runs, their problems and saved mappings."""

from collections.abc import Iterator
from uuid import UUID

from wayfolk.integrations.imports import files, receiving
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.imports.shipped import SHIPPED
from wayfolk.integrations.models import ImportRun, ImportRunQuerySet, RowProblem, SavedMapping
from wayfolk.kit import text
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


def list_runs(*, by: Actor) -> ImportRunQuerySet:
    """All imports of the organisation, newest first."""
    by.require("imports.run")
    return ImportRun.objects.order_by("-created_at", "-id")


def get_run(run_id: UUID, *, by: Actor) -> ImportRun:
    """Raises NotFound."""
    run = list_runs(by=by).filter(id=run_id).first()
    if run is None:
        raise NotFound("There is no such import. It may have been removed.")
    return run


def list_mapping_names() -> list[str]:
    """Names of all mappings: saved ones first, then those of the product."""
    saved = list(SavedMapping.objects.order_by("folded_name").values_list("name", flat=True))
    taken = {text.fold(name) for name in saved}
    return saved + [name for name in SHIPPED if text.fold(name) not in taken]


def get_mapping(name: str) -> Mapping:
    """By its name, however it is spelled. One's own goes before one of the product."""
    saved = SavedMapping.objects.filter(folded_name=text.fold(name)).first()
    if saved is not None:
        return mappings.from_json(saved.rules)
    shipped = {text.fold(key): mapping for key, mapping in SHIPPED.items()}
    if text.fold(name) in shipped:
        return shipped[text.fold(name)]
    known = ", ".join(f"“{known}”" for known in list_mapping_names())
    raise NotFound(f"There is no mapping called “{name[:80]}”. There are: {known}.")


def read_rows(run: ImportRun, *, skip: int = 0) -> Iterator[receiving.StoredRow]:
    """The rows of the run's file; raises NotFound once the file was removed."""
    path = files.path_of(run.organization_id, run.id)
    if not run.is_file_stored or not path.exists():
        raise NotFound(
            f"The file of this import was removed: files are kept for {files.KEPT_DAYS} days."
        )
    return receiving.read_stored(path, skip=skip)


def list_problems(run: ImportRun, *, refusals: bool) -> Iterator[tuple[receiving.StoredRow, str]]:
    """The refused (or remarked) rows as they stood in the file, each with its reason.

    Both are read in the order of the file, so a million of them need no memory.
    """
    found = (
        RowProblem.objects.filter(run=run, is_refusal=refusals)
        .order_by("row_number")
        .values_list("row_number", "text")
        .iterator()
    )
    rows = read_rows(run)
    for number, reason in found:
        for row in rows:
            if row.number == number:
                yield row, reason
                break
