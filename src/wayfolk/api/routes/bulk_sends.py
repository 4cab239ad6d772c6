"""Sends to many: drafted, looked at, started, cancelled."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status

from wayfolk.api import paging
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import communications as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import communications as shapes
from wayfolk.api.schemas.fields import Filters
from wayfolk.communications.operations import bulk as operations
from wayfolk.communications.queries import bulk as queries
from wayfolk.customers.models import Customer

router = Resource()


@router.get("/bulk-sends", response=shapes.BulkSendList)
def list_bulk_sends(request: HttpRequest, filters: Query[Filters]) -> Any:
    """What was sent to many, newest first."""
    rows = queries.list_sends(by=actor_of(request))
    page = paging.page_of(rows, order="-created_at", cursor=filters.cursor, limit=filters.limit)
    return paging.body_of(request, page, shapes.BulkSendList, presenter.bulk_send)


@router.post("/bulk-sends", response={201: shapes.BulkSendRecord})
def create_bulk_send(request: HttpRequest, body: shapes.NewBulkSend) -> Any:
    """Draft one text to many; the answer says who gets it and who is left out why."""
    by = actor_of(request)
    operations.require_rights(by)
    ids = references.customer_ids(body.customers, by=by, field="customers")
    made = operations.create_draft(
        Customer.objects.filter(id__in=list(ids.values())),
        channel=body.channel,
        subject=body.subject,
        body=body.body,
        is_advertising=body.is_advertising,
        by=by,
    )
    return Status(201, presenter.bulk_record(made))


@router.get("/bulk-sends/{id}", response=shapes.BulkSendRecord)
def get_bulk_send(
    request: HttpRequest,
    id: UUID,  # noqa: A002
) -> Any:
    """One send to many, with what came of it so far."""
    return presenter.bulk_record(queries.get_send(id, by=actor_of(request)))


@router.get("/bulk-sends/{id}/recipients", response=shapes.BulkRecipientList)
def list_bulk_recipients(
    request: HttpRequest,
    id: UUID,  # noqa: A002
    filters: Query[Filters],
) -> Any:
    """Everybody who was chosen, with what came of it."""
    by = actor_of(request)
    send = queries.get_send(id, by=by)
    rows = queries.list_recipients(send)
    page = paging.page_of(rows, order="position", cursor=filters.cursor, limit=filters.limit)
    return paging.body_of(
        request,
        page,
        shapes.BulkRecipientList,
        lambda row: presenter.recipient(row, send, by=by),
    )


@router.post("/bulk-sends/{id}/start", response=shapes.BulkSendRecord)
def start_bulk_send(
    request: HttpRequest,
    id: UUID,  # noqa: A002
) -> Any:
    """Send it, by a job."""
    return presenter.bulk_record(operations.start_bulk(id, by=actor_of(request)))


@router.post("/bulk-sends/{id}/cancel", response=shapes.BulkSendRecord)
def cancel_bulk_send(
    request: HttpRequest,
    id: UUID,  # noqa: A002
) -> Any:
    """Nothing more goes out; what has left stays sent."""
    return presenter.bulk_record(operations.cancel_bulk(id, by=actor_of(request)))


@router.delete("/bulk-sends/{id}", response={204: None})
def discard_bulk_send(
    request: HttpRequest,
    id: UUID,  # noqa: A002
) -> Any:
    """Remove a draft that was never started."""
    operations.discard_draft(id, by=actor_of(request))
    return Status(204, None)
