"""Making customers trade partners, their place in the hierarchy, and taking that back."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer, Kind
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound, Refusal
from wayfolk.partners.models import (
    BusinessId,
    CommissionTerm,
    Partner,
    PartnerContact,
    PartnerStatus,
)
from wayfolk.partners.rules import records
from wayfolk.partners.rules.records import PartnerData, Standing
from wayfolk.staff.rules import Actor

BeforeRemoval = Callable[[Partner], None]
_before_removal: list[BeforeRemoval] = []


class StalePartner(Conflict):
    """Somebody saved the partner meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


class PartnerInUse(Refusal):
    """Other records lean on the partner."""

    code = "partner_in_use"


def before_removal(step: BeforeRemoval) -> None:
    """Register what refuses the removal of a partner that a domain above still needs."""
    _before_removal.append(step)


def create_partner(customer_id: UUID, data: PartnerData, *, by: Actor) -> Partner:
    """Make a customer a trade partner; the level is needed, the default currency is ours.

    A person can be an agent; consortia and agencies are companies. Raises NotAllowed,
    InvalidValues (field -> message), CircularHierarchy.
    """
    _require_rights(by)
    fields: dict[str, Any] = {"currency": by.currency, **records.checked(data).fields}
    records.require_level(fields.get("level"))
    with change_set(by=by, operation="partners.create", summary="") as current:
        customer = _customer(customer_id)
        _require_kind(customer, fields["level"])
        if Partner.objects.filter(customer_id=customer_id).exists():
            raise InvalidValues({"customer_id": f"{customer.name} is a trade partner already."})
        partner = Partner(customer=customer, sort_key=customer.sort_key, **fields)
        _require_place(partner)
        current.summary = current.summary or f"Made {customer.name} a trade partner"
        partner.save(force_insert=True)
    return partner


def update_partner(
    partner_id: UUID, data: PartnerData, *, by: Actor, version: int | None = None
) -> Partner:
    """Change a partner or its place; whoever is below it moves along.

    `version` is the one that the editor saw; another present one raises StalePartner. Values
    equal to the present ones are no change. Raises as `create_partner`, and NotFound.
    """
    _require_rights(by)
    cleaned = records.checked(data).fields
    with change_set(by=by, operation="partners.update", summary="") as current:
        partner = lock_partner(partner_id, *_wished_parent(cleaned))
        require_version(partner, version)
        changed = {n: v for n, v in cleaned.items() if getattr(partner, n) != v}
        for name, value in changed.items():
            setattr(partner, name, value)
        if {"level", "parent_id"} & set(changed):
            _require_kind(partner.customer, partner.level)
            _require_place(partner)
        current.summary = current.summary or _summary(partner, changed)
        if changed:
            partner.save_changes(*changed)
    return partner


def remove_partner(partner_id: UUID, *, by: Actor) -> Customer:
    """Make it a plain customer again; ids, contacts and terms go with it, undo restores them.

    Raises NotFound, NotAllowed, PartnerInUse while partners stand below it or bookings were
    sold through it.
    """
    _require_rights(by)
    by.require("partners.terms")
    with change_set(by=by, operation="partners.remove", summary="") as current:
        partner = lock_partner(partner_id)
        member = Partner.objects.filter(parent_id=partner.id).select_related("customer").first()
        if member is not None:
            raise PartnerInUse(
                f"{member.name} belongs to {partner.name}. Move the partners below it first, or"
                " make it inactive instead."
            )
        _require_unsold(partner)
        current.summary = current.summary or f"{partner.name} is no trade partner any more"
        for part in (BusinessId, PartnerContact, CommissionTerm):
            part.objects.filter(partner_id=partner.id).delete()
        Partner.objects.filter(id=partner.id).delete()
        customer: Customer = partner.customer
    return customer


def was_sold_through(partner: Partner) -> bool:
    """Whether bookings, or whatever else a domain above keeps, hold the partner for good."""
    try:
        _require_unsold(partner)
    except PartnerInUse:
        return True
    return False


def lock_partner(partner_id: UUID, *others: UUID) -> Partner:
    """The partner with its customer, locked together with others in id order; raises NotFound."""
    list(Partner.objects.filter(id__in=[partner_id, *others]).locked().values_list("id"))
    partner = Partner.objects.filter(id=partner_id).with_names().first()
    if partner is None:
        raise NotFound("There is no such trade partner. It may have been taken back meanwhile.")
    return partner


def require_version(partner: Partner, version: int | None) -> None:
    """Raises StalePartner unless `version` is the present one (None: whatever it is)."""
    if version is not None and partner.version != version:
        raise StalePartner(
            f"{partner.name} was changed by someone else while you were editing.",
            details={"version": partner.version, "expected": version},
        )


def derive_sort_keys(partner_ids: Collection[UUID]) -> None:
    """Take the customers' sort keys again, after an undo put partners back."""
    found = Partner.objects.filter(id__in=partner_ids).select_related("customer")
    stale = [
        {"id": str(partner.id), "sort_key": partner.customer.sort_key}
        for partner in found
        if partner.sort_key != partner.customer.sort_key
    ]
    deriving.update_rows(Partner._meta.db_table, ["sort_key"], stale)


def _require_unsold(partner: Partner) -> None:
    for step in _before_removal:
        step(partner)


def _require_rights(by: Actor) -> None:
    by.require_module("partners")
    by.require("partners.edit")


def _customer(customer_id: UUID) -> Customer:
    customer = Customer.objects.present().filter(id=customer_id).locked().first()
    if customer is None:
        raise InvalidValues(
            {"customer_id": "There is no such customer. It may have been deleted meanwhile."}
        )
    return customer


def _require_kind(customer: Customer, level: str) -> None:
    records.require_kind(customer.name, level, is_company=customer.kind == Kind.COMPANY)


def _wished_parent(fields: Mapping[str, Any]) -> Iterable[UUID]:
    wished = fields.get("parent_id")
    return (wished,) if wished else ()


def _require_place(partner: Partner) -> None:
    """The hierarchy as it would be; the database checks it once more at the end."""
    name = partner.customer.name
    above: tuple[Partner, ...] = ()
    if partner.parent_id:
        parent = Partner.objects.filter(id=partner.parent_id).with_names().first()
        if parent is None:
            raise InvalidValues({"parent_id": "There is no such trade partner. Choose another."})
        above = parent.chain
        is_below = any(each.id == partner.id for each in above)
        records.require_no_circle(name, parent.name, is_below=is_below)
    members = Partner.objects.filter(parent_id=partner.id).select_related("customer")
    wrong = members.filter(level__in=records.not_below(partner.level))[:1]
    records.require_place(
        Standing(name, partner.level),
        above=[Standing(each.name, each.level) for each in above],
        members=[Standing(each.name, each.level) for each in wrong],
    )


def _summary(partner: Partner, changed: Mapping[str, Any]) -> str:
    name = partner.customer.name
    if set(changed) == {"parent_id"}:
        above = partner.parent.name if partner.parent else "nobody"
        return f"Put {name} under {above}"
    if set(changed) == {"status"}:
        is_active = partner.status == PartnerStatus.ACTIVE
        return f"Made trade partner {name} {'active' if is_active else 'inactive'}"
    return f"Updated trade partner {name}"
