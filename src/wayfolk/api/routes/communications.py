"""A customer's communications: the timeline, messages, notes."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import communications as presenter
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import communications as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.communications import queries
from wayfolk.communications.operations import noting, sending
from wayfolk.communications.rules.notes import NoteData
from wayfolk.customers import queries as customer_queries
from wayfolk.kit.errors import Conflict
from wayfolk.staff.rules import Actor

router = Resource()
_NOTED = ("direction", "at", "subject", "body", "minutes")


@router.get("/customers/{number}/communications", response=shapes.CommunicationList)
def list_communications(
    request: HttpRequest, number: Number, filters: Query[shapes.CommunicationFilters]
) -> Any:
    """What was said with a customer, newest first."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    rows = queries.list_for_customer(customer, by=by, channel=filters.channel or "")
    page = paging.page_of(rows, order="-at", cursor=filters.cursor, limit=filters.limit)
    return paging.body_of(
        request, page, shapes.CommunicationList, lambda row: presenter.communication(row, by=by)
    )


@router.post("/customers/{number}/messages", response={201: shapes.Communication})
def send_message(request: HttpRequest, number: Number, body: shapes.NewMessage) -> Any:
    """Write an email or SMS to a customer; it leaves within moments."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    values = {"subject": "", **body.sent()}
    made = sending.send_message(customer=customer, **values, by=by)
    return Status(201, _answered(made.id, by))


@router.post(
    "/customers/{number}/notes", response={201: shapes.Communication}, openapi_extra=VERSIONED
)
def create_note(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewNote
) -> Any:
    """Note a call, a letter, a form, or something among ourselves."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    sent = body.sent()
    sent["direction"] = sent.get("direction") or ""
    made = noting.add_note(customer.id, NoteData(**{"body": "", **sent}), by=by)
    versions.mark(response, made.version)
    return Status(201, _answered(made.id, by))


@router.get("/communications/{id}", response=shapes.Communication, openapi_extra=VERSIONED)
def get_communication(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
) -> Any:
    """One communication."""
    found = queries.get_communication(id, by=actor_of(request))
    versions.mark(response, found.version)
    return presenter.communication(found, by=actor_of(request))


@router.patch("/communications/{id}", response=shapes.Communication, openapi_extra=VERSIONED)
def update_note(
    request: HttpRequest,
    response: HttpResponse,
    id: UUID,  # noqa: A002
    body: shapes.NoteChanges,
) -> Any:
    """Change the fields of a note that are sent. What was sent stays as it was."""
    by = actor_of(request)
    found = queries.get_communication(id, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    values = {**{name: getattr(found, name) for name in _NOTED}, **sent}
    values["direction"] = values["direction"] or ""
    try:
        changed = noting.update_note(
            found.id, NoteData(channel=found.channel, **values), by=by, version=expected
        )
    except Conflict as error:
        if error.code != "stale":
            raise
        theirs = _answered(found.id, by).model_dump(exclude_unset=True)
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    versions.mark(response, changed.version)
    return _answered(changed.id, by)


@router.delete("/communications/{id}", response={204: None})
def remove_communication(
    request: HttpRequest,
    id: UUID,  # noqa: A002
) -> Any:
    """Remove a note; a message that still waits is cancelled by its own operation."""
    noting.remove_note(id, by=actor_of(request))
    return Status(204, None)


@router.post("/communications/{id}/cancel", response=shapes.Communication)
def cancel_message(
    request: HttpRequest,
    id: UUID,  # noqa: A002
) -> Any:
    """Do not send a message that still waits."""
    by = actor_of(request)
    return _answered(sending.cancel_message(id, by=by).id, by)


def _answered(communication_id: UUID, by: Actor) -> shapes.Communication:
    return presenter.communication(queries.get_communication(communication_id, by=by), by=by)
