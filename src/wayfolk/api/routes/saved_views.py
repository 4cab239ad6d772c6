"""Saved views of the customers list."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from wayfolk.api.access import actor_of
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import exports as shapes
from wayfolk.segments import operations
from wayfolk.segments.models import SavedView
from wayfolk.segments.operations import CUSTOMERS
from wayfolk.segments.queries import views
from wayfolk.staff.rules import Actor

router = Resource()


@router.get("/customer-views", response=shapes.SavedViews)
def list_customer_views(request: HttpRequest) -> Any:
    """One's own views and the shared ones, by name."""
    by = actor_of(request)
    items = [_shown(view, by) for view in views.list_views(CUSTOMERS, by=by)]
    return shapes.SavedViews.model_construct(items=items)


@router.post("/customer-views", response={201: shapes.SavedView})
def save_customer_view(request: HttpRequest, body: shapes.NewView) -> Any:
    """Keep filters, columns and order of the list under a name."""
    by = actor_of(request)
    view = operations.save_view(body.name, body.query, is_shared=body.is_shared, by=by)
    return Status(201, _shown(view, by))


@router.patch("/customer-views/{id}", response=shapes.SavedView)
def change_customer_view(request: HttpRequest, id: UUID, body: shapes.ViewChanges) -> Any:  # noqa: A002
    """Rename a view, replace what it keeps, share it or make it private."""
    by = actor_of(request)
    view = operations.change_view(
        id, name=body.name, query=body.query, is_shared=body.is_shared, by=by
    )
    return _shown(view, by)


@router.delete("/customer-views/{id}", response={204: None})
def delete_customer_view(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a view; undoing the change brings it back."""
    operations.delete_view(id, by=actor_of(request))
    return Status(204, None)


def _shown(view: SavedView, by: Actor) -> shapes.SavedView:
    return shapes.SavedView.model_construct(
        id=view.id,
        name=view.name,
        query=view.query,
        is_shared=view.is_shared,
        is_own=view.owner_id == by.author_id,
    )
