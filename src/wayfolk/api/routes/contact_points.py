"""The contact points of a customer: whose they are, and who else uses one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from wayfolk.api import paging
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import customers as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import customers as shapes
from wayfolk.api.schemas.fields import Filters, Number
from wayfolk.customers import queries
from wayfolk.customers.queries import sharing

router = Resource()


@router.get("/customers/{number}/contact-points", response=shapes.ContactPoints)
def list_contact_points(request: HttpRequest, number: Number) -> Any:
    """Emails and phones of a customer, each with whom it is shared."""
    by = actor_of(request)
    found = queries.get_customer_by_number(number, by=by)
    points = sharing.list_points(found, by=by)
    return shapes.ContactPoints.model_construct(
        items=[presenter.contact_point(each) for each in points]
    )


@router.get("/customers/{number}/contact-points/{id}/customers", response=shapes.CustomerReferences)
def list_contact_point_customers(
    request: HttpRequest,
    number: Number,
    id: UUID,  # noqa: A002
    filters: Query[Filters],
) -> Any:
    """Everybody who uses this email or phone, by number."""
    by = actor_of(request)
    point = sharing.get_point(queries.get_customer_by_number(number, by=by), id, by=by)
    page = paging.page_of(
        sharing.users_of(point, by=by), order="number", cursor=filters.cursor, limit=filters.limit
    )
    return paging.body_of(
        request,
        page,
        shapes.CustomerReferences,
        lambda row: presenter.customer_reference(row, by=by),
    )
