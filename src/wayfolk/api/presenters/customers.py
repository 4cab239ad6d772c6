"""Customers as the API shows them; what the actor may not see is left out."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, NamedTuple

from wayfolk.api.presenters import candidates as candidates_presenter
from wayfolk.api.schemas import customers as shapes
from wayfolk.api.schemas.fields import CustomerReference
from wayfolk.customers import rules
from wayfolk.customers.models import Customer
from wayfolk.customers.operations.converting import Plan
from wayfolk.customers.queries.sharing import SharedPoint
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching.checking import Candidate
from wayfolk.identity.matching.creating import ALLOW, ASK, Answers
from wayfolk.identity.search import wording
from wayfolk.identity.search.queries import Hit
from wayfolk.staff.rules import Actor

_READ_ONLY = ("number", "version", "created_at", "updated_at")


def customer(record: Customer, *, by: Actor, asked: int | None = None) -> shapes.CustomerMatch:
    """A customer with contact points and addresses loaded. `asked`: the number that led here."""
    values = _values(record, by)
    if asked is not None and asked != record.number:
        values["merged_into"] = record.number
    return shapes.CustomerMatch.model_construct(**values)


def created(record: Customer, alike: Sequence[Candidate], *, by: Actor) -> shapes.CreatedCustomer:
    """A new customer, and who it resembles a little, if anybody."""
    values = _values(record, by)
    if alike:
        values["possible_duplicates"] = candidates_presenter.candidates(alike, by=by)
    return shapes.CreatedCustomer.model_construct(**values)


def match(record: Customer, hit: Hit, query: str, *, by: Actor) -> shapes.CustomerMatch:
    """A customer who was found, and why."""
    reasons = [
        shapes.MatchReason.model_construct(field=each.field, kind=each.kind, text=each.text)
        for each in hit.reasons
    ]
    return shapes.CustomerMatch.model_construct(
        **_values(record, by),
        match_score=hit.score,
        match_reasons=reasons,
        match_reason=wording.why(hit, query),
        past_trips=hit.trips,
    )


class _Shape(NamedTuple):
    """What a reader sees of a customer. reached: (name, set, kind); lived: (name, set, part)."""

    plain: tuple[str, ...]
    reached: tuple[tuple[str, str, str], ...]
    lived: tuple[tuple[str, str, str], ...]
    shows_name: bool


def _values(record: Customer, by: Actor) -> dict[str, Any]:
    shape = _shape(frozenset(code for code in _RULED if not by.may_see(code)))
    values: dict[str, Any] = {name: getattr(record, name) for name in shape.plain}
    points = {(point.set, point.kind): point.value for point in record.points}
    for name, contact_set, kind in shape.reached:
        values[name] = points.get((contact_set, kind), "")
    places = {place.set: place for place in record.places}
    for name, contact_set, part in shape.lived:
        values[name] = getattr(places.get(contact_set), part, "")
    if shape.shows_name:
        values["name"] = record.name
    return values


_RULED = frozenset(rules.FIELD_RULES.values())


@cache
def _shape(hidden: frozenset[str]) -> _Shape:
    """By the fields that a role may not see: the same for thousands of rows."""

    def seen(names: Iterable[str]) -> list[str]:
        return [name for name in names if rules.FIELD_RULES.get(name) not in hidden]

    def flat(names: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
        return tuple(
            (rules.form_key(each, name), each, name) for each in rules.SETS for name in seen(names)
        )

    return _Shape(
        (*_READ_ONLY, *seen(rules.PLAIN_FIELDS)),
        flat(rules.CONTACT_KINDS),
        flat(rules.ADDRESS_FIELDS),
        bool(seen(["given_name"])),
    )


def customer_reference(record: Customer, *, by: Actor) -> CustomerReference:
    """How another record names the customer."""
    if by.may_see(rules.FIELD_RULES["given_name"]):
        return CustomerReference.model_construct(number=record.number, name=record.name)
    return CustomerReference.model_construct(number=record.number)


def conversion_plan(plan: Plan) -> shapes.ConversionPlan:
    """What a conversion would do."""
    return shapes.ConversionPlan.model_construct(
        customer=plan.customer.number,
        to_kind=plan.to_kind,
        version=plan.version,
        **asdict(plan.names),
        kept=list(plan.kept),
        moved=[shapes.MovedName.model_construct(**asdict(each)) for each in plan.moved],
        lost=list(plan.lost),
        obstacles=[
            shapes.ConversionObstacle.model_construct(**asdict(each)) for each in plan.obstacles
        ],
    )


def contact_point(each: SharedPoint) -> shapes.ContactPoint:
    """An email or phone with whom it is shared."""
    point, found = each.point, each.sharing
    shared = found and shapes.SharedWith.model_construct(
        kind=found.kind, words=found.words, customers=found.count, number=found.number
    )
    return shapes.ContactPoint.model_construct(
        id=point.id, set=point.set, kind=point.kind, value=point.value, shared=shared
    )


def new_customer(body: shapes.NewCustomer) -> tuple[CustomerData, Answers]:
    """A customer to be created, and whom it may resemble."""
    sent = body.sent()
    answers = ALLOW if sent.pop("allow_duplicate", False) else ASK
    return customer_data(sent), answers


def customer_data(sent: dict[str, Any]) -> CustomerData:
    """Flat names taken apart: "primary_email" is the email of the primary set."""
    fields: dict[str, Any] = {}
    contacts: dict[tuple[str, str], str] = {}
    addresses: dict[tuple[str, str], str] = {}
    for name, value in sent.items():
        contact_set, _, kind = name.partition("_")
        if contact_set not in rules.SETS:
            fields[name] = value
        elif kind in rules.CONTACT_KINDS:
            contacts[contact_set, kind] = value
        else:
            addresses[contact_set, kind] = value
    return CustomerData(fields, contacts, addresses)
