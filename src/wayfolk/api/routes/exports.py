"""Exports: ask for one, follow it, cancel it, fetch its file."""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.http import FileResponse, HttpRequest
from ninja import Query, Status

from wayfolk.api import paging
from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import exports as shapes
from wayfolk.api.schemas.fields import Filters
from wayfolk.integrations.exports import operations, queries
from wayfolk.integrations.models import ExportRun
from wayfolk.segments.operations import CUSTOMERS
from wayfolk.segments.queries import views

router = Resource()
_FILE = {
    "responses": {
        200: {
            "description": "OK",
            "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
_FIELDS = (
    "id",
    "state",
    "format",
    "columns",
    "row_count",
    "done_count",
    "size_bytes",
    "is_file_stored",
    "failure",
    "created_at",
    "finished_at",
)
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/exports", response=shapes.Exports)
def list_exports(request: HttpRequest, filters: Query[Filters]) -> Any:
    """One's own exports, newest first; everybody's for administrators."""
    page = paging.page_of(
        queries.list_runs(by=actor_of(request)),
        order="-created_at",
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.Exports, _shown)


@router.post("/exports", response={202: shapes.Export})
def export_customers(request: HttpRequest, body: shapes.NewExport) -> Any:
    """Export customers by a job. The rights are those that the caller has when it runs."""
    by = actor_of(request)
    query = body.query
    if body.view is not None:
        query = views.get_view_by_name(body.view, CUSTOMERS, by=by).query
    shown = parse_qs(query).get("columns", [""])[0].split(",")
    run = operations.ask_for(
        by=by,
        query=query,
        numbers=body.customers,
        columns=body.columns or [name for name in shown if name],
        file_format=body.format,
        is_marked=body.is_marked,
    )
    return Status(202, _shown(run))


@router.get("/exports/{id}", response=shapes.Export)
def get_export(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """One export and how far it is."""
    return _shown(queries.get_run(id, by=actor_of(request)))


@router.post("/exports/{id}/stop", response=shapes.Export)
def cancel_export(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Cancel an export; no file is kept."""
    return _shown(operations.cancel(id, by=actor_of(request)))


@router.get("/exports/{id}/file", openapi_extra=_FILE)
def get_export_file(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """The finished file, for seven days."""
    by = actor_of(request)
    run = queries.get_run(id, by=by)
    return FileResponse(
        queries.file_of(run, by=by).open("rb"),
        as_attachment=True,
        filename=f"customers-{run.id}.{run.format}",
        content_type=_TYPES[run.format],
    )


def _shown(run: ExportRun) -> shapes.Export:
    return shapes.Export.model_construct(
        **{name: getattr(run, name) for name in _FIELDS}, made_by=run.asked_by_name
    )
