"""Trade partners on the customer page: what the customer is, and for whom they speak."""

from typing import Any

from wayfolk.customers.models import Customer, Kind
from wayfolk.kit import clock
from wayfolk.partners import queries
from wayfolk.staff.rules import Actor
from wayfolk.web.partners import presenters


def of_customer(
    customer: Customer, *, by: Actor
) -> tuple[dict[str, Any], list[presenters.ContactRow]]:
    """Contents of partners/of_company.html and partners/of_person.html; empty for none."""
    partner = queries.find_by_customer(customer.id, by=by)
    if customer.kind == Kind.COMPANY:
        contact_at = []
    else:
        today = clock.today(by.time_zone)
        found = queries.list_contact_at(customer.id, by=by)
        contact_at = presenters.contact_at_rows(found, today)
    if partner is None:
        return {}, contact_at
    sees_terms = by.may("partners.terms")
    content: dict[str, Any] = {
        "row": presenters.row_of(partner),
        "facts": presenters.facts_of(partner, by)[1:],
        "sees_terms": sees_terms,
    }
    if sees_terms:
        in_force = queries.terms_in_force(partner, clock.today(by.time_zone), by=by)
        content["effective"] = presenters.effective_rows(in_force, partner, by)
    return content, contact_at
