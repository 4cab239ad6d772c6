"""Properties: the hotels that stays are at."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import stays as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import stays as shapes
from wayfolk.api.schemas.fields import Filters
from wayfolk.kit.errors import Conflict
from wayfolk.stays import operations, queries

router = Resource()


@router.get("/properties", response=shapes.Properties)
def list_properties(request: HttpRequest, filters: Query[Filters]) -> Any:
    """Hotels by name."""
    page = paging.page_of(
        queries.list_properties(by=actor_of(request)),
        order="folded_name",
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(request, page, shapes.Properties, presenter.hotel)


@router.post("/properties", response={201: shapes.Property})
def create_property(request: HttpRequest, body: shapes.PropertyName) -> Any:
    """The hotel of this name, made if there is none: spelling and case do not make two."""
    made = operations.create_property(body.name, by=actor_of(request))
    return Status(201, presenter.hotel(made))


@router.patch("/properties/{id}", response=shapes.Property)
def rename_property(request: HttpRequest, id: UUID, body: shapes.PropertyChanges) -> Any:  # noqa: A002
    """Give a hotel another name; every stay there shows it."""
    expected = versions.expected_version(request, body.version)
    by = actor_of(request)
    try:
        renamed = operations.rename_property(id, body.name, by=by, version=expected)
    except Conflict as error:
        stored = queries.list_properties(by=by).get(id=id)
        theirs = presenter.hotel(stored).model_dump(exclude_unset=True)
        raise versions.stale(request, error, yours={"name": body.name}, theirs=theirs) from error
    return presenter.hotel(renamed)
