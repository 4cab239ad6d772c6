"""Households: list and search, create, read, change, end, split, merge."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import households as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import households as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.households import queries, rules
from wayfolk.households.operations import keeping, merging, splitting
from wayfolk.households.operations.moving import Placement
from wayfolk.households.operations.outcomes import Outcome, StaleHousehold
from wayfolk.households.operations.splitting import Split
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor

router = Resource()
_ORDERS = {"name": "folded_name", "-name": "-folded_name"}


@router.get("/households", response=shapes.HouseholdList)
def list_households(request: HttpRequest, filters: Query[shapes.HouseholdFilters]) -> Any:
    """Households by name; without `state` those that live."""
    by = actor_of(request)
    rows = queries.list_households(by=by).select_related("merged_into")
    if filters.state != "all":
        rows = rows.filter(ended_on__isnull=filters.state == "living")
    if filters.q:
        rows = rows.filter(id__in=queries.find_ids(filters.q, by=by))
    page = paging.page_of(
        rows,
        order=_ORDERS.get(filters.sort, filters.sort),
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(
        request, page, shapes.HouseholdList, lambda row: presenter.household(row, by=by)
    )


@router.post("/households", response={201: shapes.Household}, openapi_extra=VERSIONED)
def create_household(
    request: HttpRequest, response: HttpResponse, body: shapes.NewHousehold
) -> Any:
    """Create a household, with its members in the same change."""
    by = actor_of(request)
    fields = {name: value for name, value in body.sent().items() if name in rules.FIELDS}
    with references.naming({"customer": "members", "on": "from_on"}):
        outcome = keeping.create_household(
            fields,
            by=by,
            members=placements(body.members, by=by),
            on=body.from_on,
            leaving_others=body.leaving_others,
        )
    response.headers["Location"] = f"{request.path}/{outcome.household.number}"
    return Status(201, _answered(response, outcome, by))


@router.get("/households/{number}", response=shapes.Household, openapi_extra=VERSIONED)
def get_household(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One household."""
    by = actor_of(request)
    found = queries.get_household_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.household(found, by=by)


@router.patch("/households/{number}", response=shapes.Household, openapi_extra=VERSIONED)
def update_household(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.HouseholdChanges
) -> Any:
    """Change the fields that are sent, for every member who uses them."""
    by = actor_of(request)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    found = queries.get_household_by_number(number, by=by)
    try:
        outcome = keeping.update_household(found.id, sent, by=by, version=expected)
    except StaleHousehold as error:
        present = queries.get_household(found.id, by=by)
        theirs = presenter.household(present, by=by).model_dump(exclude_unset=True)
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, outcome, by)


@router.post("/households/{number}/end", response=shapes.Household, openapi_extra=VERSIONED)
def end_household(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.OnDay
) -> Any:
    """Let everybody leave on a day; who lived there before stays to be asked for."""
    by = actor_of(request)
    found = queries.get_household_by_number(number, by=by)
    return _answered(response, keeping.end_household(found.id, on=body.on, by=by), by)


@router.post("/households/{number}/splits", response=shapes.Household, openapi_extra=VERSIONED)
def split_household(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.Split
) -> Any:
    """Let some members go to another household; answers with that one."""
    by = actor_of(request)
    found = queries.get_household_by_number(number, by=by)
    if body.into is not None and body.name is not None:
        raise InvalidValues({"name": "Send either “into” or “name”, which is of a new one."})
    people = references.customer_ids(body.customers, by=by, field="customers")
    named = references.customer_ids([r.customer for r in body.roles], by=by, field="roles")
    split = Split(
        leaving=frozenset(people.values()),
        into=_household_id(body.into, by=by, field="into"),
        new={} if body.name is None else {"name": body.name},
        takes_address=body.takes_address,
        roles={named[each.customer]: each.role for each in body.roles},
    )
    with references.naming({"customer": "customers", "household": "into"}):
        outcome = splitting.split_household(found.id, split, on=body.on, by=by)
    return _answered(response, outcome, by)


@router.post("/households/{number}/mergers", response=shapes.Household, openapi_extra=VERSIONED)
def merge_households(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.Merge
) -> Any:
    """Let everybody of other households live in this one; the others end."""
    by = actor_of(request)
    found = queries.get_household_by_number(number, by=by)
    others = {_household_id(other, by=by, field="households") for other in body.households}
    outcome = merging.merge_households(
        found.id, {other for other in others if other}, on=body.on, by=by
    )
    return _answered(response, outcome, by)


def placements(sent: list[shapes.NewMember], *, by: Actor) -> list[Placement]:
    """Members as the domain takes them; raises InvalidValues for numbers that are none."""
    ids = references.customer_ids([each.customer for each in sent], by=by, field="members")
    return [
        Placement(
            ids[each.customer],
            to_on=each.to_on,
            **{name: getattr(each, name) for name in shapes.Placed.model_fields},
        )
        for each in sent
    ]


def _household_id(number: int | None, *, by: Actor, field: str) -> Any:
    """The id behind a Household No; raises InvalidValues naming `field`."""
    if number is None:
        return None
    found = queries.list_households(by=by).filter(number=number).values_list("id", flat=True)
    household_id = found.first()
    if household_id is None:
        raise InvalidValues({field: f"There is no household with number {number}."})
    return household_id


def _answered(response: HttpResponse, outcome: Outcome, by: Actor) -> shapes.Household:
    """The household as stored now, and its version."""
    found = queries.get_household(outcome.household.id, by=by)
    versions.mark(response, found.version)
    return presenter.household(found, by=by, remarks=outcome.remarks)
