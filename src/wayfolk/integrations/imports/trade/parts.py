"""What belongs to the partners of a batch: business ids, contacts and commission terms."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from wayfolk.integrations.imports.trade import cleaning
from wayfolk.integrations.imports.trade.remembering import Told
from wayfolk.integrations.imports.trade.sketches import same_number
from wayfolk.integrations.imports.writing import Written
from wayfolk.partners.models import BusinessId, CommissionTerm, ContactRole, PartnerContact
from wayfolk.partners.rules import terms
from wayfolk.staff.rules import Actor

Partners = Mapping[int, UUID]  # row number -> partner


def bring_up(record: Any, fields: Mapping[str, Any]) -> bool:
    """Save what differs; whether anything did."""
    changed = [name for name, value in fields.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, fields[name])
    if changed:
        record.save_changes(*changed)
    return bool(changed)


def write_business_ids(rows: Sequence[Told], partners: Partners, by: Actor) -> set[UUID]:
    """Returns the partners that got one."""
    telling = [row for row in rows if row.tells("id_") and row.value("id_number")]
    present = {
        (held.partner_id, held.country, held.scheme, held.normalised)
        for held in BusinessId.objects.filter(partner_id__in={partners[r.number] for r in telling})
    }
    created = {}
    for row in telling:
        business = cleaning.business_number(row.values, by.country)
        assert business is not None
        key = (partners[row.number], *same_number(business))
        if key not in present:
            created[key] = BusinessId(
                partner_id=key[0],
                country=business.country,
                scheme=business.scheme,
                number=business.number,
                normalised=business.normalised,
            )
    BusinessId.objects.bulk_create(created.values())
    return {key[0] for key in created}


def write_contacts(
    rows: Sequence[Told], partners: Partners, contacts: Mapping[int, UUID], written: Written
) -> set[UUID]:
    """Returns the partners that got one. A contact that people ended is not begun again."""
    telling = [row for row in rows if row.number in contacts and row.tells("contact_")]
    present = set(
        PartnerContact.objects.filter(
            partner_id__in={partners[row.number] for row in telling}
        ).values_list("partner_id", "person_id", "role")
    )
    created = {}
    for row in telling:
        role = row.value("contact_role") or ContactRole.OTHER.value
        key = (partners[row.number], contacts[row.number], role)
        if key not in present:
            created[key] = PartnerContact(partner_id=key[0], person_id=key[1], role=role)
    PartnerContact.objects.bulk_create(created.values())
    if telling:
        written.add("contact", len(created), 0, len(telling) - len(created))
    return {key[0] for key in created}


def write_terms(rows: Sequence[Told], partners: Partners, by: Actor, written: Written) -> set[UUID]:
    """Returns the partners whose terms changed.

    A term of the same products from the same day is the same term: it is brought up to date.
    """
    telling = [row for row in rows if row.tells("term_") and row.value("term_value")]
    owners = {partners[row.number] for row in telling}
    present = {
        _key(held.partner_id, held.product, held.valid_from): held
        for held in CommissionTerm.objects.filter(partner_id__in=owners).locked()
    }
    created: dict[object, CommissionTerm] = {}
    changed: set[UUID] = set()
    for row in telling:
        fields = cleaning.term_fields(row.values, by.currency)
        assert fields is not None
        owner = partners[row.number]
        key = _key(owner, fields["product"], fields["valid_from"])
        held = present.get(key)
        if held is None:
            created.setdefault(key, CommissionTerm(partner_id=owner, **fields))
        elif bring_up(held, {**fields, "product": held.product}):
            changed.add(held.id)
    CommissionTerm.objects.bulk_create(created.values())
    if telling:
        same = len(telling) - len(created) - len(changed)
        written.add("term", len(created), len(changed), same)
    owners_changed = {held.partner_id for held in present.values() if held.id in changed}
    return owners_changed | {term.partner_id for term in created.values()}


def _key(partner_id: UUID, product: str, valid_from: object) -> tuple[object, ...]:
    return partner_id, terms.words_of(product), valid_from
