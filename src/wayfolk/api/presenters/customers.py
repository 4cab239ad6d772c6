"""Customers as the API shows them; what the actor may not see is left out."""

from typing import Any

from wayfolk.api.schemas import customers as shapes
from wayfolk.api.schemas.fields import CustomerReference
from wayfolk.customers import rules
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.search import wording
from wayfolk.identity.search.queries import Hit
from wayfolk.staff.rules import Actor

_READ_ONLY = ("number", "version", "created_at", "updated_at")


def customer(record: Customer, *, by: Actor) -> shapes.CustomerMatch:
    """A customer with contact points and addresses loaded."""
    return shapes.CustomerMatch.model_construct(**_values(record, by))


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


def _values(record: Customer, by: Actor) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(record, name) for name in _READ_ONLY}
    for name in rules.PLAIN_FIELDS:
        if _may_see(name, by):
            values[name] = getattr(record, name)
    values |= _contacts(record, by) | _addresses(record, by)
    if _may_see("given_name", by):
        values["name"] = record.name
    return values


def customer_reference(record: Customer, *, by: Actor) -> CustomerReference:
    """How another record names the customer."""
    if _may_see("given_name", by):
        return CustomerReference.model_construct(number=record.number, name=record.name)
    return CustomerReference.model_construct(number=record.number)


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


def _contacts(record: Customer, by: Actor) -> dict[str, str]:
    stored = {(point.set, point.kind): point.value for point in record.points}
    return {
        rules.form_key(contact_set, kind): stored.get((contact_set, kind), "")
        for contact_set in rules.SETS
        for kind in rules.CONTACT_KINDS
        if _may_see(kind, by)
    }


def _addresses(record: Customer, by: Actor) -> dict[str, str]:
    stored = {address.set: address for address in record.places}
    return {
        rules.form_key(contact_set, name): getattr(stored.get(contact_set), name, "")
        for contact_set in rules.SETS
        for name in rules.ADDRESS_FIELDS
        if _may_see(name, by)
    }


def _may_see(name: str, by: Actor) -> bool:
    code = rules.FIELD_RULES.get(name)
    return code is None or by.may_see(code)
