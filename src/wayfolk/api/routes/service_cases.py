"""Service cases: list, open, read, change; comments, attachments, reasons."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Query, Status, UploadedFile

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import service as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import service as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import queries as booking_queries
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound
from wayfolk.service import queries
from wayfolk.service.models import ServiceCase
from wayfolk.service.operations import attachments, cases, notes, reasons
from wayfolk.service.queries import CaseFilters
from wayfolk.service.rules.cases import CaseData
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"customer_id": "customer"}
_BYTES = {
    "responses": {
        200: {
            "description": "OK",
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    }
}


@router.get("/service-cases", response=shapes.CaseList)
def list_service_cases(request: HttpRequest, filters: Query[shapes.CaseFilters]) -> Any:
    """Service cases, the latest first."""
    by = actor_of(request)
    rows = queries.list_cases(_narrowed(filters, by), by=by).select_related("closed_by")
    page = paging.page_of(rows, order="-opened_on", cursor=filters.cursor, limit=filters.limit)
    found = queries.reasons_of([row.id for row in page.rows])
    return paging.body_of(
        request, page, shapes.CaseList, lambda row: presenter.case(row, found[row.id], by=by)
    )


@router.post("/service-cases", response={201: shapes.Case}, openapi_extra=VERSIONED)
def open_service_case(request: HttpRequest, response: HttpResponse, body: shapes.NewCase) -> Any:
    """Open a case about a booking, or about a customer alone."""
    by = actor_of(request)
    sent = body.sent()
    booking = sent.pop("booking", None)
    brand = references.brand(sent.pop("brand", None))
    customer = references.customer_id(sent.pop("customer", None), by=by, field="customer")
    with references.naming(_NAMES):
        made = cases.create_case(
            CaseData(sent), by=by, customer_id=customer, booking_number=booking, brand=brand
        )
    response.headers["Location"] = f"{request.path}/{made.number}"
    return Status(201, _answered(response, made.number, by))


@router.get("/service-cases/{number}", response=shapes.Case, openapi_extra=VERSIONED)
def get_service_case(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One case by its number."""
    return _answered(response, number, actor_of(request))


@router.patch("/service-cases/{number}", response=shapes.Case, openapi_extra=VERSIONED)
def update_service_case(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.CaseChanges
) -> Any:
    """Change the fields that are sent; status closed notes the day and who."""
    by = actor_of(request)
    found = queries.get_case_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            cases.update_case(found.id, CaseData(sent), by=by, version=expected)
    except Conflict as error:
        present = queries.get_case_by_number(number, by=by)
        theirs = _shown(present, by).model_dump(exclude_unset=True)
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, number, by)


@router.get("/service-cases/{number}/comments", response=shapes.Comments)
def list_case_comments(request: HttpRequest, number: Number) -> Any:
    """What was noted on the case, oldest first."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    items = [presenter.comment(row) for row in queries.list_comments(case.id, by=by)]
    return shapes.Comments.model_construct(items=items)


@router.post("/service-cases/{number}/comments", response={201: shapes.Comment})
def add_case_comment(request: HttpRequest, number: Number, body: shapes.NewComment) -> Any:
    """Note something on a case."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    return Status(201, presenter.comment(notes.add_comment(case.id, body.text, by=by)))


@router.get("/service-cases/{number}/attachments", response=shapes.Attachments)
def list_case_attachments(request: HttpRequest, number: Number) -> Any:
    """The files of the case."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    items = [presenter.attachment(row) for row in queries.list_attachments(case.id, by=by)]
    return shapes.Attachments.model_construct(items=items)


@router.post("/service-cases/{number}/attachments", response={201: shapes.Attachment})
def attach_to_case(request: HttpRequest, number: Number, file: File[UploadedFile]) -> Any:
    """Attach a file (multipart, at most 10 MB); its content must be what its name says."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    made = attachments.add_attachment(
        case.id, cast("BinaryIO", file.file), name=file.name or "file", by=by
    )
    return Status(201, presenter.attachment(made))


@router.get("/service-cases/{number}/attachments/{id}", openapi_extra=_BYTES)
def get_case_attachment(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """The bytes of a file."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    found = queries.get_attachment(case.id, id, by=by)
    answer = HttpResponse(bytes(found.file.content), content_type=found.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@router.delete("/service-cases/{number}/attachments/{id}", response={204: None})
def remove_case_attachment(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """Take a file off its case."""
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    queries.get_attachment(case.id, id, by=by)
    attachments.remove_attachment(id, by=by)
    return Status(204, None)


@router.get("/service-case-reasons", response=shapes.Reasons)
def list_case_reasons(request: HttpRequest) -> Any:
    """The reasons in their order, those no longer offered too."""
    by = actor_of(request)
    by.require_module("service")
    by.require("service.view")
    items = [presenter.reason(row) for row in queries.list_reasons()]
    return shapes.Reasons.model_construct(items=items)


@router.post("/service-case-reasons", response={201: shapes.Reason})
def add_case_reason(request: HttpRequest, body: shapes.NewReason) -> Any:
    """Add a reason at the end of the list."""
    return Status(201, presenter.reason(reasons.add_reason(body.name, by=actor_of(request))))


@router.patch("/service-case-reasons/{id}", response=shapes.Reason)
def change_case_reason(request: HttpRequest, id: UUID, body: shapes.ReasonChanges) -> Any:  # noqa: A002
    """Rename a reason, stop offering it, or offer it again; cases that have it keep it."""
    by = actor_of(request)
    sent = body.sent()
    with change_set(by=by, operation="service.change_reason", summary=""):
        if "name" in sent:
            reasons.rename_reason(id, body.name, by=by)
        if "is_active" in sent:
            reasons.set_active(id, body.is_active, by=by)
    found = next((row for row in queries.list_reasons() if row.id == id), None)
    if found is None:
        raise NotFound("There is no such reason.")
    by.require("organization.administer")
    return presenter.reason(found)


@router.delete("/service-case-reasons/{id}", response={204: None})
def remove_case_reason(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a reason that no case has."""
    reasons.remove_reason(id, by=actor_of(request))
    return Status(204, None)


def _narrowed(filters: shapes.CaseFilters, by: Actor) -> CaseFilters:
    return CaseFilters(
        text=filters.q or "",
        status=filters.status or "",
        kind=filters.kind or "",
        handler_id=filters.handler_id,
        reason_id=filters.reason_id,
        customer_id=references.customer_id(filters.customer, by=by, field="customer"),
        booking_id=_booking_id(filters.booking, by),
        opened_from=filters.opened_from,
        opened_to=filters.opened_to,
    )


def _booking_id(number: int | None, by: Actor) -> UUID | None:
    if number is None:
        return None
    try:
        return booking_queries.get_booking_by_number(number, by=by).id
    except NotFound as error:
        raise InvalidValues({"booking": error.message}) from error


def _shown(record: ServiceCase, by: Actor) -> shapes.Case:
    return presenter.case(record, queries.reasons_of([record.id])[record.id], by=by)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.Case:
    """The case as stored now, and its version."""
    found = queries.get_case_by_number(number, by=by)
    versions.mark(response, found.version)
    return _shown(found, by)
