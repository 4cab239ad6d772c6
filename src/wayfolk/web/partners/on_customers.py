"""Trade partners on the customer page: what the customer is, and for whom they speak."""

from typing import Any

from django.urls import reverse

from wayfolk.customers.models import Customer, Kind
from wayfolk.kit import clock
from wayfolk.partners import queries
from wayfolk.staff.rules import Actor
from wayfolk.web.partners import presenters


def of_customer(
    customer: Customer, *, by: Actor
) -> tuple[dict[str, Any], list[presenters.ContactRow]]:
    """Contents of partners/of_company.html and partners/of_person.html; empty for none.

    A company that is none yet is offered to become one.
    """
    roles = queries.roles_of(customer.id, by=by)
    today = clock.today(by.time_zone)
    contact_at = []
    if queries.CONTACT in roles:
        found = queries.list_contact_at(customer.id, by=by)
        contact_at = presenters.contact_at_rows(found, today)
    partner = queries.find_by_customer(customer.id, by=by) if queries.PARTNER in roles else None
    if partner is None:
        return _offer(customer, by), contact_at
    sees_terms = by.may("partners.terms")
    content: dict[str, Any] = {
        "row": presenters.row_of(partner),
        "facts": presenters.facts_of(partner, by)[1:],
        "sees_terms": sees_terms,
    }
    if sees_terms:
        in_force = queries.terms_in_force(partner, today, by=by)
        content["effective"] = presenters.effective_rows(in_force, partner, by)
    return content, contact_at


def _offer(customer: Customer, by: Actor) -> dict[str, Any]:
    if customer.kind != Kind.COMPANY or not by.may("partners.edit"):
        return {}
    return {"create_url": f"{reverse('partners:create')}?customer={customer.number}"}
