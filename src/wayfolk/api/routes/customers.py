"""Customers: list and search, create, read, change, status, delete."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import candidates as candidates_presenter
from wayfolk.api.presenters import customers as presenter
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import customers as shapes
from wayfolk.api.schemas.candidates import Candidates
from wayfolk.api.schemas.fields import Number
from wayfolk.bookings import queries as booking_queries
from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer, CustomerQuerySet, load_reach
from wayfolk.customers.queries import successors
from wayfolk.identity.matching import creating
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.record import draft_of
from wayfolk.identity.search.queries import LIST_MAX, STATUSES, Hit, find_customers
from wayfolk.itineraries.operations import deletion
from wayfolk.kit import paging as row_paging
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed
from wayfolk.segments import queries as segments
from wayfolk.segments.queries import pages as list_pages
from wayfolk.segments.rules import fields, parsing
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.queries import StayFilters

router = Resource()


@router.get("/customers", response=shapes.CustomerList)
def list_customers(request: HttpRequest, filters: Query[shapes.CustomerFilters]) -> Any:
    """Customers in the order of `sort`; with `q` the best matches first."""
    by = actor_of(request)
    _require_visible(filters, by)
    if filters.q:
        return _search(request, filters, by)
    page = paging.walk(
        lambda after: _page(filters, after, by),
        f"customers.Customer:{filters.sort}",
        cursor=filters.cursor,
    )
    return paging.body_of(
        request, page, shapes.CustomerList, lambda row: presenter.customer(row, by=by)
    )


@router.post("/customers", response={201: shapes.CreatedCustomer}, openapi_extra=VERSIONED)
def create_customer(request: HttpRequest, response: HttpResponse, body: shapes.NewCustomer) -> Any:
    """Create a customer. A first name is enough.

    Where somebody likely the same is there, the answer is 409 `possible_duplicate` with the
    `candidates` in `details`, unless `allow_duplicate` is sent.
    """
    by = actor_of(request)
    data, answers = presenter.new_customer(body)
    made = creating.create_checked(data, by=by, answers=answers)
    response.headers["Location"] = f"{request.path}/{made.customer.number}"
    found = queries.get_customer(made.customer.id, by=by)
    versions.mark(response, found.version)
    return Status(201, presenter.created(found, made.alike, by=by))


@router.post("/customers/candidates", response=Candidates)
def find_candidates(request: HttpRequest, body: shapes.CustomerDraft) -> Any:
    """Who may be this customer already. Nothing is created."""
    by = actor_of(request)
    by.require("customers.view")
    draft = draft_of(presenter.customer_data(body.sent()), by.country)
    found = candidates_for(draft, by=by)
    return Candidates.model_construct(items=candidates_presenter.candidates(found, by=by))


@router.post("/customers/status", response=shapes.ChangedCount)
def set_customers_status(request: HttpRequest, body: shapes.CustomersStatus) -> Any:
    """Make several customers active or inactive, as one change."""
    by = actor_of(request)
    rows = queries.list_customers(by=by).filter(number__in=body.numbers)
    ids = dict(rows.values_list("number", "id"))
    missing = sorted(set(body.numbers) - set(ids))
    if missing:
        shown = ", ".join(map(str, missing[:10]))
        raise InvalidValues({"numbers": f"There are no customers with these numbers: {shown}."})
    return shapes.ChangedCount(changed=operations.set_status(ids.values(), body.status, by=by))


@router.get("/customers/{number}", response=shapes.Customer, openapi_extra=VERSIONED)
def get_customer(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One customer by Customer No; the number of a merged one gives who it became."""
    return _answered(response, number, actor_of(request))


@router.patch("/customers/{number}", response=shapes.Customer, openapi_extra=VERSIONED)
def update_customer(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.CustomerChanges
) -> Any:
    """Change the fields that are sent; the others stay as they are."""
    by = actor_of(request)
    found = queries.get_customer_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        operations.update_customer(found.id, presenter.customer_data(sent), by=by, version=expected)
    except Conflict as error:
        theirs = presenter.customer(queries.get_customer(found.id, by=by), by=by)
        raise versions.stale(
            request, error, yours=sent, theirs=theirs.model_dump(exclude_unset=True)
        ) from error
    return _answered(response, number, by)


@router.put("/customers/{number}/status", response=shapes.Customer, openapi_extra=VERSIONED)
def set_customer_status(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.CustomerStatus
) -> Any:
    """Make a customer active or inactive; links and history stay."""
    by = actor_of(request)
    found = queries.get_customer_by_number(number, by=by)
    operations.set_status([found.id], body.status, by=by)
    return _answered(response, number, by)


@router.get("/customers/{number}/deletion", response=shapes.DeletionPreview)
def preview_deletion(request: HttpRequest, number: Number) -> Any:
    """What deleting the customer would touch; itineraries say who becomes point of contact."""
    by = actor_of(request)
    found = queries.get_customer_by_number(number, by=by)
    departures = deletion.preview(found.id, by=by)
    values: dict[str, Any] = {}
    if stay_queries.may_see(by):
        stays = stay_queries.list_stays(StayFilters(guest_id=found.id), by=by)
        values["stays"] = row_paging.count_up_to(stays)
    if booking_queries.may_see(by):
        values["bookings"] = row_paging.count_up_to(
            booking_queries.list_for_customer(found.id, by=by)
        )
        values["travels"] = row_paging.count_up_to(booking_queries.list_travelled(found.id, by=by))
    return shapes.DeletionPreview.model_construct(
        customer=number,
        itineraries=[
            shapes.PromotedContact.model_construct(
                itinerary=departure.itinerary.number,
                name=departure.itinerary.name,
                promoted=departure.promoted and departure.promoted.number,
            )
            for departure in departures
        ],
        **values,
    )


@router.delete("/customers/{number}", response={204: None})
def delete_customer(request: HttpRequest, number: Number) -> Any:
    """Take a customer out of use and off every itinerary; undoing the change restores all."""
    by = actor_of(request)
    found = queries.get_customer_by_number(number, by=by)
    successors.require_own(found, number)
    operations.delete_customer(found.id, by=by)
    return Status(204, None)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.CustomerMatch:
    """The customer as stored now, and its version."""
    found = queries.get_customer_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.customer(found, by=by, asked=number)


def _require_visible(filters: shapes.CustomerFilters, by: Actor) -> None:
    """What the actor may not see cannot be found by guessing its value either."""
    named = [*filters.of_the_list(), *(n for n in ("email", "phone") if getattr(filters, n))]
    needs = [fields.BY_NAME[name].need for name in named]
    needs.append(fields.ORDER_BY_NAME[_order(filters).removeprefix("-")].need)
    refused = sorted({need.field for need in needs if need.field and not by.may_see(need.field)})
    if refused:
        names = ", ".join(code.partition(".")[2] for code in refused)
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see {names}, so it cannot filter or sort by it.",
            details={"fields": refused},
        )
    for module in {need.module for need in needs if need.module}:
        by.require_module(module)
        by.require(f"{module}.view")


def _order(filters: shapes.CustomerFilters) -> str:
    return "-changed" if filters.sort == "-updated_at" else filters.sort


def _page(filters: shapes.CustomerFilters, after: str, by: Actor) -> row_paging.Page[Customer]:
    """One page of the customers list, in its order, with how to reach its customers."""
    narrowed = parsing.parse(filters.of_the_list(), by=by).require_sound()
    found = list_pages.page_of(
        narrowed,
        sort=_order(filters),
        after=after,
        size=filters.page_size,
        by=by,
        among=_among(filters, by),
        counts=False,
    )
    load_reach(found.customers)
    return row_paging.Page(found.customers, next_cursor=found.page.next_cursor)


def _among(filters: shapes.CustomerFilters, by: Actor) -> CustomerQuerySet | None:
    """Those who pass the filters that the API alone has; None where none is used."""
    if not (filters.updated_since or filters.email or filters.phone):
        return None
    rows = queries.list_customers(by=by)
    if filters.updated_since:
        rows = rows.filter(updated_at__gte=filters.updated_since)
    for reached_at in (filters.email, filters.phone):
        if reached_at:
            rows = queries.reachable_at(rows, reached_at, by=by)
    return rows


def _narrowed(filters: shapes.CustomerFilters, by: Actor) -> CustomerQuerySet:
    narrowed = parsing.parse(filters.of_the_list(), by=by).require_sound()
    rows = segments.matching(narrowed, by=by)
    among = _among(filters, by)
    return rows if among is None else rows & among


def _search(request: HttpRequest, filters: shapes.CustomerFilters, by: Actor) -> Any:
    """Matches in the order of their rank, narrowed like any list."""
    query = filters.q or ""
    hits, message = _matches(query, filters, by)
    page = paging.slice_of(
        hits, f"customers:{query}", cursor=filters.cursor, limit=filters.page_size
    )
    records = queries.get_customers([hit.customer_id for hit in page.rows], by=by)
    answer = paging.body_of(
        request,
        paging.Page([hit for hit in page.rows if hit.customer_id in records], page.next_cursor),
        shapes.CustomerList,
        lambda hit: presenter.match(records[hit.customer_id], hit, query, by=by),
    )
    answer.message = message
    return answer


def _matches(query: str, filters: shapes.CustomerFilters, by: Actor) -> tuple[list[Hit], str]:
    """The matches that the filters leave, best first, and a sentence about the query.

    The first page of a plain search asks for no more than it shows. The pages after it begin
    with the same matches and go on with a wider search, so that none comes twice.
    """
    statuses = [filters.status] if filters.status else STATUSES
    others = filters.of_the_list().keys() - {"status"}
    is_narrowed = bool(others or filters.email or filters.phone or filters.updated_since)
    wide = partial(find_customers, query, by=by, statuses=statuses, limit=LIST_MAX)
    if is_narrowed:
        found = wide()
        ids = _narrowed(filters, by).filter(id__in=[hit.customer_id for hit in found.hits])
        kept = set(ids.values_list("id", flat=True))
        return [hit for hit in found.hits if hit.customer_id in kept], found.message
    first = find_customers(query, by=by, statuses=statuses, limit=filters.page_size + 1)
    if not filters.cursor:
        return first.hits, first.message
    shown = first.hits[: filters.page_size]
    known = {hit.customer_id for hit in shown}
    return [*shown, *(hit for hit in wide().hits if hit.customer_id not in known)], first.message
