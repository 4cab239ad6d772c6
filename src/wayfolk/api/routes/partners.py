"""Trade partners: list and search, create, read, change, take back; business ids, contacts."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from wayfolk.api import paging, versions
from wayfolk.api.access import actor_of
from wayfolk.api.presenters import customers as customer_presenter
from wayfolk.api.presenters import partners as presenter
from wayfolk.api.routes import references
from wayfolk.api.routing import VERSIONED, Resource
from wayfolk.api.schemas import partners as shapes
from wayfolk.api.schemas.fields import Number
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.partners import queries
from wayfolk.partners.models import PartnerContact
from wayfolk.partners.operations import companies, contacts, ids, partners
from wayfolk.partners.operations.companies import BusinessNumber
from wayfolk.partners.queries import PartnerFilters
from wayfolk.partners.rules.records import PartnerData
from wayfolk.staff.rules import Actor

router = Resource()
_NAMES = {"customer_id": "customer", "parent_id": "parent", "person_id": "person"}
_ORDERS = {"name": "sort_key", "-name": "-sort_key"}


@router.get("/partners", response=shapes.PartnerList)
def list_partners(request: HttpRequest, filters: Query[shapes.PartnerFilters]) -> Any:
    """Trade partners by name."""
    by = actor_of(request)
    narrowed = PartnerFilters(
        text=filters.q or "",
        level=filters.level or "",
        status=filters.status or "",
        parent_id=references.partner_id(filters.parent, by=by, field="parent"),
    )
    page = paging.page_of(
        queries.list_partners(narrowed, by=by),
        order=_ORDERS[filters.sort],
        cursor=filters.cursor,
        limit=filters.limit,
    )
    return paging.body_of(
        request, page, shapes.PartnerList, lambda row: presenter.partner(row, by=by)
    )


@router.post("/partners", response={201: shapes.PartnerRecord}, openapi_extra=VERSIONED)
def create_partner(request: HttpRequest, response: HttpResponse, body: shapes.NewPartner) -> Any:
    """Make a customer a trade partner."""
    by = actor_of(request)
    sent = body.sent()
    customer = references.customer_id(sent.pop("customer"), by=by, field="customer")
    assert customer is not None
    with references.naming(_NAMES):
        made = partners.create_partner(customer, _data_of(sent, by), by=by)
    response.headers["Location"] = f"{request.path}/{made.number}"
    return Status(201, _answered(response, made.number, by))


@router.post("/partners/companies", response={201: shapes.PartnerRecord}, openapi_extra=VERSIONED)
def create_company_partner(
    request: HttpRequest, response: HttpResponse, body: shapes.NewCompanyPartner
) -> Any:
    """Create a company that is a trade partner, with its business id: one change."""
    by = actor_of(request)
    number = body.business_id
    company, answers = customer_presenter.new_customer(body.company)
    with references.naming(_NAMES):
        made = companies.create_company_partner(
            company,
            _data_of(body.partner.sent(), by),
            business_id=BusinessNumber(**number.sent()) if number else None,
            by=by,
            answers=answers,
        )
    response.headers["Location"] = f"{request.path.removesuffix('companies')}{made.number}"
    return Status(201, _answered(response, made.number, by))


@router.get("/partners/{number}", response=shapes.PartnerRecord, openapi_extra=VERSIONED)
def get_partner(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """One trade partner by its Customer No."""
    return _answered(response, number, actor_of(request))


@router.patch("/partners/{number}", response=shapes.PartnerRecord, openapi_extra=VERSIONED)
def update_partner(
    request: HttpRequest, response: HttpResponse, number: Number, body: shapes.PartnerChanges
) -> Any:
    """Change the fields that are sent; whoever is below moves along."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    sent = body.sent()
    expected = versions.expected_version(request, sent.pop("version", None))
    try:
        with references.naming(_NAMES):
            partners.update_partner(found.id, _data_of(sent, by), by=by, version=expected)
    except Conflict as error:
        present = queries.get_partner(found.id, by=by)
        theirs = presenter.partner(present, by=by).model_dump(exclude_unset=True)
        theirs["parent"] = (theirs["parent"] or {}).get("number")
        raise versions.stale(request, error, yours=sent, theirs=theirs) from error
    return _answered(response, number, by)


@router.delete("/partners/{number}", response={204: None})
def remove_partner(request: HttpRequest, number: Number) -> Any:
    """Make it a plain customer again; refused while others lean on it."""
    by = actor_of(request)
    partners.remove_partner(queries.get_partner_by_number(number, by=by).id, by=by)
    return Status(204, None)


@router.post("/partners/{number}/business-ids", response={201: shapes.BusinessId})
def add_business_id(request: HttpRequest, number: Number, body: shapes.NewBusinessId) -> Any:
    """Note a number, checked by the rules of its country."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    return Status(201, presenter.business_id(ids.add_business_id(found.id, **body.sent(), by=by)))


@router.delete("/partners/{number}/business-ids/{id}", response={204: None})
def remove_business_id(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """Take a number off its partner."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    if all(row.id != id for row in queries.list_business_ids(found.id, by=by)):
        raise NotFound("There is no such business id of this partner.")
    ids.remove_business_id(id, by=by)
    return Status(204, None)


@router.post("/partners/{number}/contacts", response={201: shapes.Contact})
def add_contact(request: HttpRequest, number: Number, body: shapes.NewContact) -> Any:
    """A person speaks for the partner."""
    by = actor_of(request)
    found = queries.get_partner_by_number(number, by=by)
    person = references.customer_id(body.person, by=by, field="person")
    assert person is not None
    with references.naming(_NAMES):
        made = contacts.add_contact(
            found.id, person, role=body.role, from_on=body.from_on, to_on=body.to_on, by=by
        )
    return Status(201, presenter.contact(made, by=by))


@router.patch("/partners/{number}/contacts/{id}", response=shapes.Contact)
def update_contact(
    request: HttpRequest,
    number: Number,
    id: UUID,  # noqa: A002
    body: shapes.ContactChanges,
) -> Any:
    """Another role or other days; with `to_on` the contact ends."""
    by = actor_of(request)
    contact = _contact(number, id, by)
    present = {"role": contact.role, "from_on": contact.from_on, "to_on": contact.to_on}
    changed = contacts.update_contact(contact.id, **{**present, **body.sent()}, by=by)
    return presenter.contact(changed, by=by)


@router.delete("/partners/{number}/contacts/{id}", response={204: None})
def remove_contact(request: HttpRequest, number: Number, id: UUID) -> Any:  # noqa: A002
    """As if the person had never spoken for the partner."""
    by = actor_of(request)
    contacts.remove_contact(_contact(number, id, by).id, by=by)
    return Status(204, None)


def _contact(number: int, contact_id: UUID, by: Actor) -> PartnerContact:
    found = queries.get_partner_by_number(number, by=by)
    for contact in queries.list_contacts(found.id, by=by):
        if contact.id == contact_id:
            return contact
    raise NotFound("There is no such contact of this partner.")


def _data_of(sent: dict[str, Any], by: Actor) -> PartnerData:
    """The domain's names: the partner above is meant by Customer No."""
    fields = dict(sent)
    if "parent" in fields:
        number = fields.pop("parent")
        fields["parent_id"] = references.partner_id(number, by=by, field="parent")
    return PartnerData(fields)


def _answered(response: HttpResponse, number: int, by: Actor) -> shapes.PartnerRecord:
    """The partner as stored now, and its version."""
    found = queries.get_partner_by_number(number, by=by)
    versions.mark(response, found.version)
    return presenter.partner_record(found, by=by)
