"""What a customer eats, cannot bear, needs and likes, on every journey."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Status

from wayfolk.api import versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import preferences as presenter
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import preferences as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.customers import queries as customer_queries
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import operations, queries
from wayfolk.passengers.preferences.rules import PreferenceData
from wayfolk.staff.rules import Actor

router = Resource()


@router.get("/customers/{number}/preferences", response=shapes.PreferenceList)
def list_preferences(request: HttpRequest, number: Number) -> Any:
    """What can harm first: allergies by severity, then diet, accessibility and the rest."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    return presenter.preferences_of(customer, by=by)


@router.post(
    "/customers/{number}/preferences",
    response={201: shapes.Preference},
    openapi_extra=VERSIONED,
)
def create_preference(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.NewPreference
) -> Any:
    """Note a preference; its kind stays what it is."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    sent = body.sent()
    kind = sent.pop("kind")
    made = operations.add_preference(customer.id, kind, PreferenceData(sent), by=by)
    versions.mark(response, made.version)
    return Status(201, presenter.preference(made))


@router.get(
    "/customers/{number}/preferences/{id}", response=shapes.Preference, openapi_extra=VERSIONED
)
def get_preference(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    id: UUID,  # noqa: A002
) -> Any:
    """One preference."""
    found = _preference(number, id, actor_of(request))
    versions.mark(response, found.version)
    return presenter.preference(found)


@router.patch(
    "/customers/{number}/preferences/{id}", response=shapes.Preference, openapi_extra=VERSIONED
)
def update_preference(
    request: HttpRequest,
    response: HttpResponse,
    number: Number,
    id: UUID,  # noqa: A002
    body: shapes.PreferenceChanges,
) -> Any:
    """Change the fields that are sent."""
    by = actor_of(request)
    found = _preference(number, id, by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    data = PreferenceData(sent)
    try:
        changed = operations.update_preference(found.id, data, by=by, version=expected)
    except Conflict as error:
        theirs = presenter.preference(_preference(number, id, by)).model_dump()
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    versions.mark(response, changed.version)
    return presenter.preference(changed)


@router.delete("/customers/{number}/preferences/{id}", response={204: None})
def remove_preference(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """It no longer holds; taking the change back brings it back."""
    by = actor_of(request)
    operations.remove_preference(_preference(number, id, by).id, by=by)
    return Status(204, None)


def _preference(number: int, preference_id: UUID, by: Actor) -> Preference:
    """The preference of this customer, not of another one."""
    found = queries.get_preference(preference_id, by=by)
    if found.customer.number != number:
        raise NotFound(f"Customer {number} has no such preference.")
    return found
