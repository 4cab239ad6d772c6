"""Finding partners, who is above and below them, and their terms.

Every function that takes an actor returns only what this actor may see.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Value

from wayfolk.customers.rules.sharing import DESK, Group
from wayfolk.kit import clock, text
from wayfolk.kit.errors import NotFound
from wayfolk.partners.models import (
    BusinessId,
    CommissionTerm,
    Partner,
    PartnerContact,
    PartnerQuerySet,
)
from wayfolk.partners.rules import terms
from wayfolk.partners.rules.terms import Term
from wayfolk.staff.rules import Actor

MEMBERS_SHOWN = 50
PARTNER, CONTACT = "partner", "contact"


@dataclass(frozen=True, slots=True)
class PartnerFilters:
    """What a list is narrowed to; None and "" do not narrow. `text`: words of the name."""

    text: str = ""
    level: str = ""
    status: str = ""
    parent_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TermInForce:
    """A term as it reaches a partner. `overridden_by`: the nearer one that stands in its way."""

    term: Term
    owner: Partner
    overridden_by: Partner | None


def may_see(by: Actor) -> bool:
    """Whether trade partners exist for this actor at all: permission and module."""
    return by.may("partners.view") and by.has_module("partners")


def list_partners(filters: PartnerFilters | None = None, *, by: Actor) -> PartnerQuerySet:
    """Partners with their customers and those above, in no order: see `kit.paging`."""
    by.require_module("partners")
    by.require("partners.view")
    narrowed = filters or PartnerFilters()
    exact = {
        "level": narrowed.level,
        "status": narrowed.status,
        "parent_id": narrowed.parent_id,
    }
    rows = Partner.objects.with_names().filter(**{n: v for n, v in exact.items() if v})
    for word in text.fold(narrowed.text).split()[:8]:
        rows = rows.filter(sort_key__contains=word)
    return rows


def get_partner(partner_id: UUID, *, by: Actor) -> Partner:
    """One partner with those above it; raises NotFound."""
    found = list_partners(by=by).filter(id=partner_id).first()
    if found is None:
        raise NotFound("There is no such trade partner. It may have been taken back since.")
    return found


def get_partner_by_number(number: int, *, by: Actor) -> Partner:
    """One partner by its Customer No; raises NotFound."""
    found = list_partners(by=by).filter(customer__number=number).first()
    if found is None:
        raise NotFound(f"There is no trade partner with Customer No {number}.")
    return found


def find_by_customer(customer_id: UUID, *, by: Actor) -> Partner | None:
    """The partner that this customer is, None for one that is none."""
    return list_partners(by=by).filter(customer_id=customer_id).first()


def roles_of(customer_id: UUID, *, by: Actor) -> AbstractSet[str]:
    """What a customer is in the trade, in one query: PARTNER, CONTACT, both or nothing."""
    by.require("partners.view")
    partners = Partner.objects.filter(customer_id=customer_id)
    contacts = PartnerContact.objects.filter(person_id=customer_id)
    rows = partners.values_list(Value(PARTNER)).union(contacts.values_list(Value(CONTACT)))
    return {role for (role,) in rows}


def list_members(partner_id: UUID, *, by: Actor) -> PartnerQuerySet:
    """The partners directly below, by name."""
    below = list_partners(PartnerFilters(parent_id=partner_id), by=by)
    return below.order_by("sort_key", "id")


def list_business_ids(partner_id: UUID, *, by: Actor) -> Sequence[BusinessId]:
    by.require("partners.view")
    return list(BusinessId.objects.filter(partner_id=partner_id).order_by("country", "scheme"))


def list_contacts(partner_id: UUID, *, by: Actor) -> Sequence[PartnerContact]:
    """Present, future and former contacts with how to reach them, those without end first."""
    by.require("partners.view")
    contacts = PartnerContact.objects.filter(partner_id=partner_id).select_related("person")
    return sorted(
        contacts, key=lambda c: (-(c.to_on or date.max).toordinal(), c.person.sort_key, c.role)
    )


def list_contact_at(person_id: UUID, *, by: Actor) -> Sequence[PartnerContact]:
    """The partners that a person speaks or spoke for."""
    by.require("partners.view")
    return list(
        PartnerContact.objects.filter(person_id=person_id)
        .select_related("person", "partner__customer")
        .order_by("-from_on", "id")
    )


def groups_of(customer_ids: Collection[UUID], by: Actor) -> dict[UUID, list[Group]]:
    """Person -> companies whom they speak for today, named where the actor may see partners."""
    today = clock.today(by.time_zone)
    rows = PartnerContact.objects.on(today).filter(person_id__in=list(customer_ids))
    is_named = may_see(by)
    found: dict[UUID, list[Group]] = {}
    for contact in rows.select_related("partner__customer").order_by("id"):
        partner = contact.partner
        group = Group(DESK, partner.number, partner.name if is_named else "")
        found.setdefault(contact.person_id, []).append(group)
    return found


def list_terms(partner_id: UUID, *, by: Actor) -> Sequence[CommissionTerm]:
    """All terms of the partner itself, the latest first."""
    by.require("partners.terms")
    return list(
        CommissionTerm.objects.filter(partner_id=partner_id).order_by(
            "product", "-valid_from", "id"
        )
    )


def terms_in_force(partner: Partner, day: date, *, by: Actor) -> list[TermInForce]:
    """The terms valid that day along the hierarchy, nearest first: one query.

    `partner` comes with those above it, as every query of this module loads it.
    """
    by.require("partners.terms")
    owners = {each.id: each for each in partner.chain}
    found = terms_reaching([partner])[partner.id]
    return [
        TermInForce(
            term, owners[term.partner_id], owners[nearer.partner_id] if nearer is not None else None
        )
        for term, nearer in terms.in_force(found, day)
    ]


def terms_reaching(partners: Iterable[Partner]) -> Mapping[UUID, list[Term]]:
    """For each partner its own terms and those above: one query. Used by calculations too."""
    chains = {partner.id: partner.chain for partner in partners}
    owners = {each.id for chain in chains.values() for each in chain}
    of_owner: dict[UUID, list[CommissionTerm]] = {owner: [] for owner in owners}
    for term in CommissionTerm.objects.filter(partner_id__in=owners).order_by("id"):
        of_owner[term.partner_id].append(term)
    return {
        partner_id: [
            term_of(term, distance)
            for distance, owner in enumerate(chain)
            for term in of_owner[owner.id]
        ]
        for partner_id, chain in chains.items()
    }


def term_of(term: CommissionTerm, distance: int = 0) -> Term:
    """The stored term as rules compare it."""
    return Term(
        id=term.id,
        partner_id=term.partner_id,
        distance=distance,
        kind=term.kind,
        product=term.product,
        words=terms.words_of(term.product),
        valid_from=term.valid_from,
        valid_to=term.valid_to,
        rate=term.rate,
        amount_minor=term.amount_minor,
        currency=term.currency,
        tiers=tuple((int(begins), Decimal(percent)) for begins, percent in term.tiers),
    )


def ids_below(partner_id: UUID) -> list[UUID]:
    """The partner and everybody below it: the hierarchy has three levels, so two queries."""
    members = list(Partner.objects.filter(parent_id=partner_id).values_list("id", flat=True))
    beyond = (
        list(Partner.objects.filter(parent_id__in=members).values_list("id", flat=True))
        if members
        else []
    )
    return [partner_id, *members, *beyond]
