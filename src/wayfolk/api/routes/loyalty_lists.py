"""What administrators keep for loyalty: programmes, kinds of extras, how points are earned."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import loyalty as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import loyalty as shapes
from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.loyalty import queries
from wayfolk.loyalty.models import ExtraKind, Programme
from wayfolk.loyalty.operations import earning, lists
from wayfolk.loyalty.rules import Values
from wayfolk.staff.rules import Actor

router = Resource()


@router.get("/bonus-programmes", response=shapes.ListEntries)
def list_programmes(request: HttpRequest) -> Any:
    """The programmes, closed ones too."""
    return presenter.entries(queries.list_programmes(by=actor_of(request)))


@router.post("/bonus-programmes", response={201: shapes.ListEntry})
def add_programme(request: HttpRequest, body: shapes.NewListEntry) -> Any:
    """Add a programme at the end of the list."""
    made = lists.add_entry(Programme, body.label, by=actor_of(request))
    return Status(201, presenter.list_entry(made))


@router.patch("/bonus-programmes/{id}", response=shapes.ListEntry)
def change_programme(request: HttpRequest, id: UUID, body: shapes.ListEntryChanges) -> Any:  # noqa: A002
    """Rename a programme, close it, or open it again."""
    return _changed(Programme, id, body, actor_of(request))


@router.delete("/bonus-programmes/{id}", response={204: None})
def remove_programme(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a programme that no package names."""
    lists.remove_entry(Programme, id, by=actor_of(request))
    return Status(204, None)


@router.get("/extra-kinds", response=shapes.ListEntries)
def list_extra_kinds(request: HttpRequest) -> Any:
    """The kinds of extras, closed ones too."""
    return presenter.entries(queries.list_kinds(by=actor_of(request)))


@router.post("/extra-kinds", response={201: shapes.ListEntry})
def add_extra_kind(request: HttpRequest, body: shapes.NewListEntry) -> Any:
    """Add a kind at the end of the list."""
    made = lists.add_entry(ExtraKind, body.label, by=actor_of(request))
    return Status(201, presenter.list_entry(made))


@router.patch("/extra-kinds/{id}", response=shapes.ListEntry)
def change_extra_kind(request: HttpRequest, id: UUID, body: shapes.ListEntryChanges) -> Any:  # noqa: A002
    """Rename a kind, close it, or open it again."""
    return _changed(ExtraKind, id, body, actor_of(request))


@router.delete("/extra-kinds/{id}", response={204: None})
def remove_extra_kind(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a kind that no extra names."""
    lists.remove_entry(ExtraKind, id, by=actor_of(request))
    return Status(204, None)


@router.get("/earning-rule", response=shapes.EarningRule)
def get_earning_rule(request: HttpRequest) -> Any:
    """How bookings that were travelled earn points."""
    found = queries.find_rule(by=actor_of(request))
    if found is None:
        raise NotFound("No earning rule is set: no booking earns points.")
    return presenter.rule(found)


@router.put("/earning-rule", response=shapes.EarningRule)
def set_earning_rule(request: HttpRequest, body: shapes.NewRule) -> Any:
    """Set the whole rule; points earned already stay as they are."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        return presenter.rule(earning.set_rule(Values(sent), by=by, version=expected))
    except Conflict as error:
        present = queries.find_rule(by=by)
        theirs = presenter.rule(present).model_dump() if present else {}
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error


def _changed(model: type[Any], entry_id: UUID, body: shapes.ListEntryChanges, by: Actor) -> Any:
    """Both changes as one change set."""
    with change_set(by=by, operation="loyalty.change_in_list", summary=""):
        if body.label is not None:
            lists.rename_entry(model, entry_id, body.label, by=by)
        if body.is_closed is not None:
            lists.set_closed(model, entry_id, body.is_closed, by=by)
    found = next(
        (
            row
            for row in (
                queries.list_programmes(by=by) if model is Programme else queries.list_kinds(by=by)
            )
            if row.id == entry_id
        ),
        None,
    )
    if found is None:
        raise NotFound("There is no such entry. It may have been removed meanwhile.")
    return presenter.list_entry(found)
