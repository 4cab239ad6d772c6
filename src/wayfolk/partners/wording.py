"""How the history speaks of partners."""

from decimal import Decimal
from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, Image, RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.kit.money import Money
from wayfolk.partners.models import BusinessId, CommissionTerm, Partner, PartnerContact
from wayfolk.partners.rules import business_ids, terms


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {
        "view": "partners.view",
        "edit": "partners.edit",
        "module": "partners",
    }
    wording.declare_area(Area("partners", "Trade partners", **rights))
    wording.declare_table(RecordKind("partners_partner", phrase=_partner_phrase, **rights))
    wording.declare_table(
        RecordKind("partners_businessid", phrase=_id_phrase, unshown=("normalised",), **rights)
    )
    wording.declare_table(RecordKind("partners_partnercontact", phrase=_contact_phrase, **rights))
    # An area of its own: the summaries say what was agreed.
    commercial = {**rights, "view": "partners.terms", "edit": "partners.terms"}
    wording.declare_area(Area("partner_terms", "Commission terms", **commercial))
    wording.declare_table(
        RecordKind("partners_commissionterm", phrase=_term_phrase, words=_term_words, **commercial)
    )


def _partner_phrase(partner: Partner, teller: Teller) -> str:
    return f"trade partner {teller.name_of(Customer, partner.customer_id)}"


def _owner(row: BusinessId | PartnerContact | CommissionTerm, teller: Teller) -> str:
    return teller.name_of(Partner, row.partner_id)


def _id_phrase(row: BusinessId, teller: Teller) -> str:
    scheme = business_ids.SCHEMES.get(row.scheme)
    label = scheme.label if scheme else row.scheme
    return f"{label} {row.number} of {_owner(row, teller)}"


def _contact_phrase(row: PartnerContact, teller: Teller) -> str:
    person = teller.name_of(Customer, row.person_id)
    role = row.get_role_display().lower()
    return f"contact {person} ({role}) of {_owner(row, teller)}"


def _term_phrase(row: CommissionTerm, teller: Teller) -> str:
    scope = f"“{row.product}”" if row.product else "all products"
    return f"commission term for {scope} of {_owner(row, teller)}"


def _term_words(column: str, value: Any, image: Image) -> str | None:
    """`tiers` are in the organisation's currency, which a row does not know: figures alone."""
    if column == "rate":
        return terms.percent_words(Decimal(str(value)))
    if column == "amount_minor":
        return str(Money(int(value), str(image.get("currency") or "EUR")))
    if column == "tiers":
        return ", ".join(
            f"{terms.percent_words(Decimal(str(percent)))} from {int(begins) / 100:,.2f}"
            for begins, percent in value
        )
    return None
