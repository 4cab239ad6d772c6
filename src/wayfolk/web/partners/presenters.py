"""Trade partners as the templates show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from wayfolk.kit import countries
from wayfolk.partners.models import BusinessId, CommissionTerm, Partner, PartnerContact
from wayfolk.partners.queries import TermInForce, term_of
from wayfolk.partners.rules import business_ids, terms
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.presenters import Figure
from wayfolk.web.partners.forms import STATUS_TONES


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner in a list, or a rung of the hierarchy. `depth`: how far below the top."""

    name: str
    number: int
    url: str
    level: str
    above: str
    tier: str
    status: str
    tone: str
    depth: int = 0
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class EffectiveRow:
    """A term in force, where it comes from, and what stands in its way."""

    product: str
    words: str
    owner: str
    owner_url: str
    is_own: bool
    period: str
    overridden_by: str


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term of the partner itself. `state`: valid, coming or over."""

    id: Any
    product: str
    words: str
    period: str
    remark: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    id: Any
    name: str
    url: str
    role: str
    period: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class IdRow:
    id: Any
    label: str
    number: str
    country: str


def row_of(partner: Partner, *, depth: int = 0, is_current: bool = False) -> PartnerRow:
    """A partner with its customer and the one above loaded."""
    return PartnerRow(
        name=partner.name,
        number=partner.number,
        url=page_url(partner.number),
        level=str(partner.get_level_display()),
        above=partner.parent.name if partner.parent else "",
        tier=partner.tier,
        status=str(partner.get_status_display()),
        tone=STATUS_TONES[partner.status],
        depth=depth,
        is_current=is_current,
    )


def page_url(number: int) -> str:
    return reverse("partners:detail", args=[number])


def ladder_of(partner: Partner) -> list[PartnerRow]:
    """From the top down to the partner itself."""
    chain = partner.chain[::-1]
    return [
        row_of(each, depth=depth, is_current=each.id == partner.id)
        for depth, each in enumerate(chain)
    ]


def facts_of(partner: Partner, by: Actor) -> list[Figure]:
    """The partner's own values."""
    customer = partner.customer
    url = reverse("customers:detail", args=[customer.number]) if by.may("customers.view") else ""
    days = "" if partner.payment_days is None else f"{partner.payment_days} days"
    facts = [
        Figure("Customer", customer.name, f"No {customer.number}", url),
        Figure("Level", str(partner.get_level_display())),
        Figure("Default currency", partner.currency),
        Figure("Days to pay", days),
        Figure("Payment terms", partner.payment_terms),
    ]
    if by.may("partners.terms"):
        facts.insert(2, Figure("Commission tier", partner.tier))
    return facts


def effective_rows(found: Sequence[TermInForce], partner: Partner, by: Actor) -> list[EffectiveRow]:
    """Nearest first, as they are looked through for a booking."""
    return [
        EffectiveRow(
            product=each.term.product or "All products",
            words=terms.in_words(each.term, base_currency=by.currency),
            owner=each.owner.name,
            owner_url=page_url(each.owner.number),
            is_own=each.owner.id == partner.id,
            period=period_words(each.term.valid_from, each.term.valid_to),
            overridden_by=each.overridden_by.name if each.overridden_by else "",
        )
        for each in found
    ]


def term_rows(found: Sequence[CommissionTerm], today: date, by: Actor) -> list[TermRow]:
    rows = []
    for stored in found:
        term = term_of(stored)
        state, tone = _state(term, today)
        rows.append(
            TermRow(
                id=stored.id,
                product=stored.product or "All products",
                words=terms.in_words(term, base_currency=by.currency),
                period=period_words(stored.valid_from, stored.valid_to),
                remark=stored.remark,
                state=state,
                tone=tone,
            )
        )
    return rows


def _state(term: terms.Term, today: date) -> tuple[str, str]:
    if term.is_valid_on(today):
        return "Valid", "success"
    return ("Coming", "info") if term.valid_from > today else ("Over", "neutral")


def contact_rows(found: Sequence[PartnerContact], today: date, by: Actor) -> list[ContactRow]:
    sees_customers = by.may("customers.view")
    return [
        ContactRow(
            id=contact.id,
            name=contact.person.name,
            url=reverse("customers:detail", args=[contact.person.number]) if sees_customers else "",
            role=str(contact.get_role_display()),
            period=period_words(contact.from_on, contact.to_on),
            is_over=contact.to_on is not None and contact.to_on <= today,
        )
        for contact in found
    ]


def contact_at_rows(found: Sequence[PartnerContact], today: date) -> list[ContactRow]:
    """The other way round: the partners of a person."""
    return [
        ContactRow(
            id=contact.id,
            name=contact.partner.name,
            url=page_url(contact.partner.number),
            role=str(contact.get_role_display()),
            period=period_words(contact.from_on, contact.to_on),
            is_over=contact.to_on is not None and contact.to_on <= today,
        )
        for contact in found
    ]


def id_rows(found: Sequence[BusinessId]) -> list[IdRow]:
    return [
        IdRow(
            id=row.id,
            label=business_ids.SCHEMES[row.scheme].label
            if row.scheme in business_ids.SCHEMES
            else row.scheme,
            number=row.number,
            country=countries.country_name(row.country),
        )
        for row in found
    ]


def period_words(begins: date | None, ends: date | None) -> str:
    """As “from 1 Jan 2026”, or “1 Jan 2026 to 1 Jul 2026”: the second is the first day after."""
    if begins and ends:
        return f"{begins:%-d %b %Y} to {ends:%-d %b %Y}"
    if begins:
        return f"from {begins:%-d %b %Y}"
    return f"until {ends:%-d %b %Y}" if ends else "no dates"
