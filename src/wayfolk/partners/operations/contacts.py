"""Who speaks for a partner, in which role, from when until when."""

from datetime import date
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer, Kind
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
from wayfolk.partners.models import Partner, PartnerContact
from wayfolk.partners.operations import partners
from wayfolk.partners.rules import records
from wayfolk.staff.rules import Actor


class CustomerIsPartner(Refusal):
    """A trade partner is taken back before its customer goes."""

    code = "customer_is_partner"


def add_contact(
    partner_id: UUID,
    person_id: UUID,
    *,
    role: str,
    by: Actor,
    from_on: date | None = None,
    to_on: date | None = None,
) -> PartnerContact:
    """A person speaks for the partner until the day before `to_on` (None: open).

    The person stays the customer that they are. Raises NotFound, NotAllowed, InvalidValues:
    no person, the same role twice at a time, end before start.
    """
    _require_rights(by)
    with change_set(by=by, operation="partners.add_contact", summary="") as current:
        partner = partners.lock_partner(partner_id)
        contact = PartnerContact(
            partner=partner, person=_person(person_id), role=role, from_on=from_on, to_on=to_on
        )
        _require_sound(contact)
        current.summary = current.summary or f"Made {contact.person.name} contact of {partner.name}"
        contact.save(force_insert=True)
    return contact


def update_contact(
    contact_id: UUID, *, role: str, from_on: date | None, to_on: date | None, by: Actor
) -> PartnerContact:
    """Another role or other days; with `to_on` the contact ends. Raises as `add_contact`."""
    _require_rights(by)
    with change_set(by=by, operation="partners.update_contact", summary="") as current:
        contact = _lock_contact(contact_id)
        wished = {"role": role, "from_on": from_on, "to_on": to_on}
        changed = {n: v for n, v in wished.items() if getattr(contact, n) != v}
        for name, value in changed.items():
            setattr(contact, name, value)
        _require_sound(contact)
        current.summary = (
            current.summary or f"Changed contact {contact.person.name} of {contact.partner.name}"
        )
        if changed:
            contact.save_changes(*changed)
    return contact


def remove_contact(contact_id: UUID, *, by: Actor) -> PartnerContact:
    """As if the person had never spoken for the partner; to end it, give it a last day."""
    _require_rights(by)
    with change_set(by=by, operation="partners.remove_contact", summary="") as current:
        contact = _lock_contact(contact_id)
        current.summary = (
            current.summary or f"Removed contact {contact.person.name} of {contact.partner.name}"
        )
        PartnerContact.objects.filter(id=contact.id).delete()
    return contact


def leave_partners(customer: Customer, by: Actor) -> None:  # noqa: ARG001 - the registered form
    """Before a customer goes: contacts end with it, a trade partner has to be taken back first."""
    if Partner.objects.filter(customer_id=customer.id).exists():
        raise CustomerIsPartner(
            f"{customer.name} is a trade partner, so the record cannot be deleted. Make the"
            " partner inactive, or take it back on its own page first."
        )
    PartnerContact.objects.filter(person_id=customer.id).delete()


def _require_rights(by: Actor) -> None:
    by.require_module("partners")
    by.require("partners.edit")


def _person(person_id: UUID) -> Customer:
    person = Customer.objects.present().filter(id=person_id).locked().first()
    if person is None:
        raise InvalidValues(
            {"person_id": "There is no such customer. It may have been deleted meanwhile."}
        )
    if person.kind != Kind.PERSON:
        raise InvalidValues({"person_id": f"{person.name} is a company. A contact is a person."})
    return person


def _lock_contact(contact_id: UUID) -> PartnerContact:
    list(PartnerContact.objects.filter(id=contact_id).locked().values_list("id"))
    contact: PartnerContact | None = (
        PartnerContact.objects.filter(id=contact_id)
        .select_related("partner__customer", "person")
        .first()
    )
    if contact is None:
        raise NotFound("There is no such contact. It may have been removed meanwhile.")
    return contact


def _require_sound(contact: PartnerContact) -> None:
    checks = Checks()
    checks.choice("role", contact.role, records.ROLES, label="role of a contact")
    checks.day("from_on", contact.from_on, label="first day")
    checks.day("to_on", contact.to_on, label="end")
    if contact.from_on and contact.to_on and contact.to_on <= contact.from_on:
        checks.fault(
            "to_on",
            f"It would end ({contact.to_on}) before it begins ({contact.from_on})."
            " Choose a later day, or none.",
        )
    checks.finish()
    others = PartnerContact.objects.filter(
        partner_id=contact.partner_id, person_id=contact.person_id, role=contact.role
    ).exclude(id=contact.id)
    for other in others:
        if records.overlaps(other.from_on, other.to_on, contact.from_on, contact.to_on):
            raise InvalidValues(
                {
                    "from_on": f"{contact.person.name} has the role"
                    f" “{contact.get_role_display().lower()}” here on some of these days already."
                    " Change that one, or choose other days or another role."
                }
            )
