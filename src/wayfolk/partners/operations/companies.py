"""A company that is a trade partner from its first day: one change set, one undo (KP-05)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wayfolk.audit.change_sets import change_set
from wayfolk.customers import rules as customer_rules
from wayfolk.customers.models import Kind
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.matching import creating
from wayfolk.identity.matching.creating import ASK, Answers
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues
from wayfolk.partners.models import Partner
from wayfolk.partners.operations import ids, partners
from wayfolk.partners.rules import business_ids, records
from wayfolk.partners.rules.records import PartnerData
from wayfolk.staff.rules import Actor

ID_FIELD = "business_id_"  # before "country", "scheme", "number" in what is refused


@dataclass(frozen=True, slots=True)
class BusinessNumber:
    """A number as somebody wrote it; see rules.business_ids."""

    country: str
    scheme: str
    number: str


def create_company_partner(
    data: CustomerData,
    partner_data: PartnerData,
    *,
    by: Actor,
    business_id: BusinessNumber | None = None,
    answers: Answers = ASK,
) -> Partner:
    """A new company that is a trade partner, with its business id if there is one.

    Raises NotAllowed, PossibleDuplicate for a company that looks like one who is there, and
    InvalidValues: faults of the company and the partner under their own names, those of the
    number under "business_id_country", "_scheme" and "_number".
    """
    by.require("customers.edit")
    by.require_module("partners")
    by.require("partners.edit")
    company = CustomerData(
        {**data.fields, "kind": Kind.COMPANY.value}, data.contacts, data.addresses
    )
    _require_sound(company, partner_data, business_id, by)
    with change_set(by=by, operation="partners.create_company", summary="") as current:
        said = current.summary
        customer = creating.create_checked(company, by=by, answers=answers).customer
        partner = partners.create_partner(customer.id, partner_data, by=by)
        if business_id is not None:
            with _renamed():
                ids.add_business_id(
                    partner.id,
                    country=business_id.country,
                    scheme=business_id.scheme,
                    number=business_id.number,
                    by=by,
                )
        current.summary = said or f"Created trade partner {customer.name}"
    return partner


def _require_sound(
    company: CustomerData,
    partner_data: PartnerData,
    business_id: BusinessNumber | None,
    by: Actor,
) -> None:
    """All that can be said without looking at other records, at once."""
    errors: dict[str, str] = {}

    def collect(check: Callable[[], object]) -> None:
        try:
            check()
        except InvalidValues as refused:
            errors.update(refused.errors)

    collect(lambda: customer_rules.checked(company, today=clock.today(by.time_zone)))
    name = company.fields.get("company_name", "")
    collect(lambda: customer_rules.require_name("", "", name, kind=Kind.COMPANY))
    collect(lambda: records.checked(partner_data))
    if business_id is not None:
        try:
            business_ids.checked(business_id.country, business_id.scheme, business_id.number)
        except business_ids.Refused as refused:
            errors[f"{ID_FIELD}{refused.field}"] = str(refused)
    if errors:
        raise InvalidValues(errors)


@contextmanager
def _renamed() -> Iterator[None]:
    """Faults of the number under the names that tell them from the company's own."""
    try:
        yield
    except InvalidValues as refused:
        raise InvalidValues({f"{ID_FIELD}{n}": m for n, m in refused.errors.items()}) from refused
