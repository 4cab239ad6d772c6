"""The customers on an itinerary: who travels, who is point of contact, who leads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from wayfolk.api.access import actor_of
from wayfolk.api.presenters import customers as customer_presenter
from wayfolk.api.presenters import itineraries as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import itineraries as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import queries as customer_queries
from wayfolk.itineraries import queries
from wayfolk.itineraries.operations import linking
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.itineraries.operations.outcomes import Outcome
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor

router = Resource()
_PATH = "/itineraries/{number}/customers"


@router.get(_PATH, response=shapes.LinkedCustomers)
def list_linked_customers(request: HttpRequest, number: Number) -> Any:
    """The itinerary's customers in their order."""
    by = actor_of(request)
    return presenter.linked_customers(queries.get_itinerary_by_number(number, by=by), by=by)


@router.put(_PATH, response=shapes.LinkedCustomers)
def replace_linked_customers(request: HttpRequest, number: Number, body: shapes.LinkList) -> Any:
    """Make this the itinerary's list of customers, judged on its final state.

    Customers with nobody as point of contact are refused, unless the list was empty before:
    then the first becomes it.
    """
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    with references.naming({"leader": "customers"}):
        outcome = linking.save_links(
            itinerary.id,
            choices_of(body.customers, by=by),
            by=by,
            expected=body.fingerprint,
        )
    return _answered(outcome, by)


@router.post(_PATH, response=shapes.LinkedCustomers)
def add_customers(request: HttpRequest, number: Number, body: shapes.AddedCustomers) -> Any:
    """Add customers at the end of the list; those who are on it already stay as they are."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    if (body.numbers is None) == (body.new is None):
        raise InvalidValues({"numbers": "Send either “numbers” or “new”."})
    if body.new is not None:
        data, answers = customer_presenter.new_customer(body.new)
        outcome = linking.add_new_customer(itinerary.id, data, by=by, answers=answers)
        return _answered(outcome, by)
    numbers = body.numbers or []
    found = references.customer_ids(numbers, by=by, field="numbers")
    added = [found[wanted] for wanted in numbers]
    return _answered(linking.link_customers(itinerary.id, added, by=by), by)


@router.delete(_PATH, response={204: None})
def remove_all_customers(request: HttpRequest, number: Number) -> Any:
    """Take everybody off the itinerary; an empty list is valid."""
    by = actor_of(request)
    linking.unlink_all(queries.get_itinerary_by_number(number, by=by).id, by=by)
    return Status(204, None)


@router.patch(_PATH + "/{customer_number}", response=shapes.LinkedCustomers)
def change_linked_customer(
    request: HttpRequest, number: Number, customer_number: Number, body: shapes.LinkChanges
) -> Any:
    """Say whether a customer is point of contact, travels, leads; the last contact stays one."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    customer = customer_queries.get_customer_by_number(customer_number, by=by)
    changes = {
        linking.set_leader: body.is_leader,
        linking.set_travelling: body.is_travelling,
        linking.set_point_of_contact: body.is_poc,
    }
    wanted = [(change, value) for change, value in changes.items() if value is not None]
    if not wanted:
        raise InvalidValues({"is_poc": "Send at least one of is_poc, is_travelling, is_leader."})
    with change_set(by=by, operation="itineraries.save_links", summary=""):
        outcomes = [change(itinerary.id, customer.id, value, by=by) for change, value in wanted]
    return _answered(outcomes[-1], by)


@router.delete(_PATH + "/{customer_number}", response={204: None})
def remove_customer(request: HttpRequest, number: Number, customer_number: Number) -> Any:
    """Take one customer off; the only point of contact stays while others do."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    customer = customer_queries.get_customer_by_number(customer_number, by=by)
    linking.unlink_customer(itinerary.id, customer.id, by=by)
    return Status(204, None)


def choices_of(sent: Sequence[shapes.LinkChoice], *, by: Actor) -> list[LinkChoice]:
    """The list as the domain takes it; raises InvalidValues for numbers that are none."""
    errors = {
        f"customers.{index}": "Send either “number” or “new”."
        for index, choice in enumerate(sent)
        if (choice.number is None) == (choice.new is None)
    }
    if errors:
        raise InvalidValues(errors)
    numbers = [choice.number for choice in sent if choice.number is not None]
    ids = references.customer_ids(numbers, by=by, field="customers") if numbers else {}
    return [_choice(choice, ids) for choice in sent]


def _choice(sent: shapes.LinkChoice, ids: Mapping[int, UUID]) -> LinkChoice:
    place = LinkChoice(
        customer_id=None if sent.number is None else ids[sent.number],
        is_poc=sent.is_poc,
        is_travelling=sent.is_travelling,
        is_leader=sent.is_leader,
    )
    if sent.new is None:
        return place
    data, answers = customer_presenter.new_customer(sent.new)
    return replace(place, new=data, answers=answers)


def _answered(outcome: Outcome, by: Actor) -> shapes.LinkedCustomers:
    return presenter.linked_customers(outcome.itinerary, by=by, warnings=outcome.warnings)
