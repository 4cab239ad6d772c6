"""People of households: members over time, connections, guardians, suggestions."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status

from wayfolk.api import paging
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import households as presenter
from wayfolk.api.routes import references
from wayfolk.api.routes.households import placements
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import households as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.customers import queries as customer_queries
from wayfolk.households import queries, suggestions
from wayfolk.households.models import Household
from wayfolk.households.operations import connecting, guarding, moving, suggesting
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor

router = Resource()
_ONE = "/households/{number}"


@router.get(_ONE + "/members", response=shapes.Members)
def list_household_members(
    request: HttpRequest, number: Number, filters: Query[shapes.MemberFilters]
) -> Any:
    """Everybody who ever lived there, or who did `on` a day; heads first."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    return presenter.members(queries.list_members(household.id, by=by, on=filters.on), by=by)


@router.post(_ONE + "/members", response=shapes.Members)
def move_in(request: HttpRequest, number: Number, body: shapes.MoveIn) -> Any:
    """Let people live there from a day on."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    with references.naming({"customer": "members", "on": "from_on"}):
        outcome = moving.move_in(
            household.id,
            placements(body.members, by=by),
            on=body.from_on,
            by=by,
            leaving_others=body.leaving_others,
        )
    return _members(household, by, outcome.remarks)


@router.post(_ONE + "/departures", response=shapes.Members)
def move_out(request: HttpRequest, number: Number, body: shapes.MoveOut) -> Any:
    """Let people live there no longer from a day on; nobody else leaves."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    people = references.customer_ids(body.customers, by=by, field="customers")
    moving.move_out(household.id, set(people.values()), on=body.on, by=by)
    return _members(household, by)


@router.patch(_ONE + "/members/{member_id}", response=shapes.Members)
def correct_member(
    request: HttpRequest, number: Number, member_id: UUID, body: shapes.MemberChanges
) -> Any:
    """Correct role, days, or what a member has of their own."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    if not household.members.filter(id=member_id).exists():
        raise NotFound("There is no such member of this household.")
    sent = body.sent()
    version = sent.pop("version", None)
    outcome = moving.correct_member(member_id, sent, by=by, version=version)
    return _members(household, by, outcome.remarks)


@router.get(_ONE + "/connections", response=shapes.Connections)
def list_household_connections(request: HttpRequest, number: Number) -> Any:
    """People who matter to the household without living in it."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    return presenter.connections(queries.list_connections(household.id, by=by), by=by)


@router.post(_ONE + "/connections", response={201: shapes.Connections})
def connect_person(request: HttpRequest, number: Number, body: shapes.NewConnection) -> Any:
    """Note an emergency contact, an outside payer or somebody else."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    ids = references.customer_ids([body.customer], by=by, field="customer")
    connecting.connect_person(
        household.id,
        ids[body.customer],
        kind=body.kind,
        from_on=body.from_on,
        to_on=body.to_on,
        note=body.note,
        by=by,
    )
    rows = queries.list_connections(household.id, by=by)
    return Status(201, presenter.connections(rows, by=by))


@router.post(_ONE + "/connections/{connection_id}/end", response=shapes.Connections)
def end_connection(
    request: HttpRequest, number: Number, connection_id: UUID, body: shapes.OnDay
) -> Any:
    """Let a connection hold no longer from a day on."""
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    if not household.connections.filter(id=connection_id).exists():
        raise NotFound("There is no such connection of this household.")
    connecting.end_connection(connection_id, on=body.on, by=by)
    return presenter.connections(queries.list_connections(household.id, by=by), by=by)


@router.get("/customers/{number}/households", response=shapes.CustomerHouseholds)
def list_customer_households(request: HttpRequest, number: Number) -> Any:
    """Every household that a customer lives or lived in, the latest first."""
    by = actor_of(request)
    queries.list_households(by=by)  # refuses whoever may not see households
    customer = customer_queries.get_customer_by_number(number, by=by)
    return presenter.lived_in(queries.list_memberships(customer.id, by=by))


@router.get("/customers/{number}/guardians", response=shapes.Guardians)
def list_guardians(request: HttpRequest, number: Number) -> Any:
    """Who answers for a customer, and for whom the customer does; past ones included."""
    by = actor_of(request)
    queries.list_households(by=by)  # refuses whoever may not see households
    customer = customer_queries.get_customer_by_number(number, by=by)
    rows = queries.list_guardians([customer.id], by=by)
    return shapes.Guardians.model_construct(items=[presenter.guardian(r, by=by) for r in rows])


@router.post("/customers/{number}/guardians", response={201: shapes.Guardian})
def add_guardian(request: HttpRequest, number: Number, body: shapes.NewGuardian) -> Any:
    """Say who answers for a minor from a day on."""
    by = actor_of(request)
    child = customer_queries.get_customer_by_number(number, by=by)
    ids = references.customer_ids([body.guardian], by=by, field="guardian")
    row = guarding.add_guardian(
        child.id, ids[body.guardian], from_on=body.from_on, to_on=body.to_on, by=by
    )
    return Status(201, presenter.guardian(row, by=by))


@router.post("/guardians/{id}/end", response=shapes.Guardian)
def end_guardian(request: HttpRequest, id: UUID, body: shapes.OnDay) -> Any:  # noqa: A002
    """Let somebody answer for a minor no longer from a day on."""
    by = actor_of(request)
    return presenter.guardian(guarding.end_guardian(id, on=body.on, by=by), by=by)


@router.get("/household-suggestions", response=shapes.Suggestions)
def list_suggestions(request: HttpRequest, filters: Query[shapes.SuggestionFilters]) -> Any:
    """People who may be one household, the newest customers first; a page may be empty.

    Nothing is stored: create the household, let somebody move in, or dismiss the suggestion.
    """
    by = actor_of(request)
    looked = suggestions.look(by=by, after=filters.cursor or "")
    page = paging.Page(looked.suggestions, looked.next_cursor or None)
    return paging.body_of(
        request, page, shapes.Suggestions, lambda each: presenter.suggestion(each, by=by)
    )


@router.post("/household-suggestions/dismissals", response={204: None})
def dismiss_suggestion(request: HttpRequest, body: shapes.Dismissal) -> Any:
    """Say that these people are no household; they are not suggested together again."""
    by = actor_of(request)
    ids = references.customer_ids(body.customers, by=by, field="customers")
    suggesting.dismiss_suggestion(set(ids.values()), by=by)
    return Status(204, None)


def _members(household: Household, by: Actor, remarks: tuple[str, ...] = ()) -> shapes.Members:
    shown = queries.list_members(household.id, by=by)
    return presenter.members(shown, by=by, remarks=remarks)
