"""Business ids of partners: checked by their country's rules, unique in the organisation."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.partners.models import BusinessId
from wayfolk.partners.operations import partners
from wayfolk.partners.rules import business_ids
from wayfolk.staff.rules import Actor


def add_business_id(
    partner_id: UUID, *, country: str, scheme: str, number: str, by: Actor
) -> BusinessId:
    """Note the number of a partner (KP-09). The same number of the same partner is no change.

    Raises NotFound, NotAllowed, InvalidValues: check digits, or another partner's number.
    """
    by.require_module("partners")
    by.require("partners.edit")
    try:
        checked = business_ids.checked(country, scheme, number)
    except business_ids.Refused as refused:
        raise InvalidValues({refused.field: str(refused)}) from refused
    with change_set(by=by, operation="partners.add_id", summary="") as current:
        partner = partners.lock_partner(partner_id)
        same: BusinessId | None = (
            BusinessId.objects.filter(country=country, scheme=scheme, normalised=checked.normalised)
            .select_related("partner__customer")
            .first()
        )
        if same is not None and same.partner_id != partner.id:
            words = business_ids.taken(same.partner.name, same.partner.number)
            raise InvalidValues({"number": words})
        if same is not None:
            return same
        made: BusinessId = BusinessId.objects.create(
            partner=partner,
            country=country,
            scheme=scheme,
            number=checked.number,
            normalised=checked.normalised,
        )
        current.summary = current.summary or f"Noted {made} of {partner.name}"
    return made


def remove_business_id(business_id: UUID, *, by: Actor) -> BusinessId:
    """Take a number off its partner; raises NotFound."""
    by.require_module("partners")
    by.require("partners.edit")
    with change_set(by=by, operation="partners.remove_id", summary="") as current:
        found: BusinessId | None = (
            BusinessId.objects.filter(id=business_id).select_related("partner__customer").first()
        )
        if found is None:
            raise NotFound("There is no such business id. It may have been removed meanwhile.")
        current.summary = current.summary or f"Removed {found} of {found.partner.name}"
        BusinessId.objects.filter(id=found.id).delete()
    return found
