"""The cast's trade partners: a consortium, its agencies and agents, their terms and bookings."""

from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from wayfolk.partners.models import Partner
from wayfolk.partners.operations import contacts, ids, partners, terms
from wayfolk.partners.rules.records import PartnerData
from wayfolk.partners.rules.terms import TermData
from wayfolk.staff.rules import Actor


class Cast(Protocol):
    """What of the stories' cast is needed here."""

    office: Actor
    today: date

    def id(self, key: str) -> UUID: ...
    def booking(
        self, product: str, customer: str, *, booked: int, departs: int, price: int, **extra: Any
    ) -> UUID: ...


def tell(cast: Cast) -> None:
    """Consortium over agencies over agents, who sell at terms set on each level."""
    consortium = _partner(cast, "consortium", "consortium", tier="Preferred", payment_days=30)
    agency = _partner(
        cast, "agency", "agency", consortium, tier="Gold", currency="EUR", payment_days=30,
        payment_terms="Monthly, against statement",
    )  # fmt: skip
    other = _partner(cast, "fjord", "agency", consortium, tier="Silver", currency="NOK")
    desk = _partner(cast, "desk", "agent", agency)
    piet = _partner(cast, "piet", "agent", other)
    _note_ids(cast, consortium, agency, other)
    _agree_terms(cast, consortium, agency, piet)
    _name_contacts(cast, agency, other)
    _sell(cast, agency, other, desk, piet)


def _partner(
    cast: Cast, key: str, level: str, above: Partner | None = None, **fields: Any
) -> Partner:
    data = PartnerData({"level": level, "parent_id": above.id if above else None, **fields})
    return partners.create_partner(cast.id(key), data, by=cast.office)


def _note_ids(cast: Cast, consortium: Partner, agency: Partner, other: Partner) -> None:
    for partner, country, scheme, number in (
        (consortium, "SE", "orgnr", "123456-7897"),
        (agency, "DK", "cvr", "13585628"),
        (agency, "DK", "iata", "12345675"),
        (other, "NO", "orgnr", "988 077 917"),
    ):
        ids.add_business_id(
            partner.id, country=country, scheme=scheme, number=number, by=cast.office
        )


def _agree_terms(cast: Cast, consortium: Partner, agency: Partner, piet: Partner) -> None:
    this_year, last_year = date(cast.today.year, 1, 1), date(cast.today.year - 1, 1, 1)

    def agree(partner: Partner, begins: date, **fields: Any) -> None:
        terms.create_term(partner.id, TermData({"valid_from": begins, **fields}), by=cast.office)

    percentage: dict[str, Any] = {"kind": "percentage"}
    agree(consortium, last_year, valid_to=this_year, rate=Decimal(7), **percentage)
    agree(consortium, this_year, rate=Decimal(8), **percentage)
    agree(consortium, this_year, product="Douro", rate=Decimal(12), **percentage)
    tiers = [(0, Decimal(9)), (500_000, Decimal(10)), (2_500_000, Decimal("11.5"))]
    agree(agency, last_year, kind="tiered", tiers=tiers, remark="Agreed at the fair in Herning")
    agree(piet, this_year, kind="per_passenger", amount_minor=1_500, currency="EUR",
          product="transfer")  # fmt: skip


def _name_contacts(cast: Cast, agency: Partner, other: Partner) -> None:
    begin = date(cast.today.year - 2, 3, 1)
    for partner, key, role in (
        (agency, "mette", "reservations"),
        (agency, "grace", "accounting"),
        (other, "mette", "sales"),
    ):
        contacts.add_contact(partner.id, cast.id(key), role=role, from_on=begin, by=cast.office)


def _sell(cast: Cast, agency: Partner, other: Partner, desk: Partner, piet: Partner) -> None:
    for product, customer, through, price in (
        ("Douro wine walk, 5 days", "obrien", desk, 198_000),
        ("Coast path, self-guided", "tanaka", agency, 264_000),
        ("Coast path, self-guided", "nguyen", desk, 251_500),
        ("Douro river cruise", "haddad", other, 412_000),
        ("Transfer Porto airport", "haddad", piet, 7_800),
        ("Lisbon on foot", "yilmaz", piet, 31_000),
    ):
        cast.booking(
            product, customer, booked=-35, departs=-6, price=price, source="trade",
            partner_id=through.id,
        )  # fmt: skip
