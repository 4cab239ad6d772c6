"""Imports: send a file, say how it is mapped, follow the run, fetch the refused rows."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Query, Status, UploadedFile

from wayfolk.api import paging
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import imports as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import imports as shapes
from wayfolk.api.schemas.fields import Filters
from wayfolk.integrations.imports import fields, files, mapping, operations, queries
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.models import ImportRun
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotFound

router = Resource()
_CSV = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("/imports", response=shapes.ImportRuns)
def list_imports(request: HttpRequest, filters: Query[Filters]) -> Any:
    """Imports, newest first."""
    page = paging.page_of(
        queries.list_runs(by=actor_of(request)).order_by(),
        order="-created_at",
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.ImportRuns, presenter.run)


@router.post("/imports", response={202: shapes.ImportRun, 201: shapes.ImportRun})
def import_file(
    request: HttpRequest, file: File[UploadedFile], mapping_name: Form[str] = ""
) -> Any:
    """Send a file (multipart). With `mapping_name` it is imported by a job: 202.

    Without, it waits to be mapped (201): see its `headers`, then POST to its `start`.
    """
    by = actor_of(request)
    try:
        run = operations.receive_file(cast("BinaryIO", file.file), name=file.name or "file", by=by)
    except InvalidValue as error:
        error.field = error.field or "file"
        raise
    if not mapping_name:
        return Status(201, presenter.run(run))
    try:
        fitted = mapping.matched(_named(mapping_name), run.headers)
        run = operations.start_run(run.id, fitted, by=by)
    except BaseException:
        files.path_of(by.organization_id, run.id).unlink(missing_ok=True)
        raise
    return Status(202, presenter.run(run))


@router.get("/imports/{id}", response=shapes.ImportRun)
def get_import(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """One import and how far it is."""
    return presenter.run(queries.get_run(id, by=actor_of(request)))


@router.delete("/imports/{id}", response={204: None})
def discard_import(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a file that was sent and never imported."""
    operations.discard_draft(id, by=actor_of(request))
    return Status(204, None)


@router.post("/imports/{id}/start", response={202: shapes.ImportRun})
def start_import(request: HttpRequest, id: UUID, body: shapes.ImportStart) -> Any:  # noqa: A002
    """Start the import of a file that was sent, by a mapping's name or by its rules."""
    by = actor_of(request)
    run = queries.get_run(id, by=by)
    if (body.mapping is None) == (body.rules is None):
        raise InvalidValues({"mapping": "Send either “mapping” or “rules”."})
    if body.rules is not None:
        chosen = _mapping_of(body.rules.model_dump())
    else:
        chosen = _named(body.mapping or "")
    fitted = mapping.matched(chosen, run.headers)
    return Status(202, presenter.run(operations.start_run(id, fitted, by=by)))


@router.post("/imports/{id}/stop", response=shapes.ImportRun)
def stop_import(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Stop after the present batch; what was imported stays."""
    return presenter.run(operations.stop_run(id, by=actor_of(request)))


@router.post("/imports/{id}/continuation", response={202: shapes.ImportRun})
def continue_import(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Go on with a stopped or failed import where it ended."""
    return Status(202, presenter.run(operations.continue_run(id, by=actor_of(request))))


@router.get("/imports/{id}/refused-rows", openapi_extra=_CSV)
def get_refused_rows(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """The refused rows as CSV, the reason in a last column; formulas are neutralised."""
    run: ImportRun = queries.get_run(id, by=actor_of(request))
    if run.state == "draft":
        raise NotFound("This file was not imported yet, so no row was refused.")
    return FileResponse(
        presenter.refused_rows(run),
        as_attachment=True,
        filename=f"refused-{run.id}.csv",
        content_type="text/csv; charset=utf-8",
    )


@router.get("/import-mappings", response=shapes.MappingNames)
def list_mappings(request: HttpRequest) -> Any:
    """Names of the mappings: saved ones first, then those that come with Wayfolk."""
    by = actor_of(request)
    by.require_module("imports")
    by.require("imports.run")
    names = [shapes.MappingName(name=name) for name in queries.list_mapping_names()]
    return shapes.MappingNames.model_construct(items=names)


@router.post("/import-mappings", response=shapes.MappingName)
def save_mapping(request: HttpRequest, body: shapes.NamedMapping) -> Any:
    """Keep a mapping under a name; one of the same name is replaced."""
    rules = body.model_dump(exclude={"name"})
    saved = operations.save_mapping(body.name, _mapping_of(rules), by=actor_of(request))
    return shapes.MappingName(name=saved.name)


def _mapping_of(sent: dict[str, Any]) -> Mapping:
    """The rules as sent; a field that does not exist is refused, not passed over."""
    unknown = sorted({r["target"] for r in sent["rules"]} - fields.BY_KEY.keys())
    if unknown:
        raise InvalidValues(
            {
                "rules": f"There is no field “{unknown[0][:100]}” to fill. Fields are named like"
                " customer.given_name or booking.reference."
            }
        )
    return mapping.from_json(sent)


def _named(name: str) -> Mapping:
    try:
        return queries.get_mapping(name)
    except NotFound as error:
        raise InvalidValues({"mapping": error.message}) from error
