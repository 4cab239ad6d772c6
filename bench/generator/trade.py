"""Generated trade partners: 20,000 for a million customers, in blocks of a consortium each.

Of the bookings one in eight is sold through a partner; two fifths of those in the first block,
so that its consortium has a statement of a hundred thousand bookings. Whose record a partner is
does not look at whether it is a company: only speed is measured.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from bench.generator import plan
from bench.generator.plan import Plan

BLOCK = 200  # a consortium, its agencies, and their agents; never parted by a slice
_AGENCIES = 49
_SOLD = 8  # every so many bookings is sold through a partner
_FROM = date(2020, 1, 1)
_TERMS = ("", "spa", "ski")

Row = tuple[str, dict[str, Any]]


def partners(of: Plan, start: int, stop: int) -> Iterator[Row]:
    """Partners with their terms; every tenth with a contact."""
    for place in range(start, stop):
        partner_id = plan.row_id("partner", place)
        rank = place % BLOCK
        yield (
            "partners_partner",
            {
                "id": partner_id,
                "customer_id": plan.row_id("customer", plan.partner_customer(place)),
                "level": _level(rank),
                "parent_id": _parent(place, rank),
                "currency": "EUR",
                "payment_days": 30,
                "tier": "Gold" if place % 3 else "Silver",
                "sort_key": f"partner {place:06d}",
            },
        )
        yield from _terms(place, rank)
        if place % 10 == 0:
            person = (plan.partner_customer(place) + 7) % of.customers
            yield (
                "partners_partnercontact",
                {
                    "id": plan.row_id("partner", place, 1),
                    "partner_id": partner_id,
                    "person_id": plan.row_id("customer", person),
                    "role": "sales",
                    "from_on": _FROM,
                },
            )


def _level(rank: int) -> str:
    if rank == 0:
        return "consortium"
    return "agency" if rank <= _AGENCIES else "agent"


def _parent(place: int, rank: int) -> Any:
    first = place - rank
    if rank == 0:
        return None
    above = first if rank <= _AGENCIES else first + 1 + rank % _AGENCIES
    return plan.row_id("partner", above)


def _terms(place: int, rank: int) -> Iterator[Row]:
    """Three of a consortium, two of an agency, one of every fourth agent."""
    count = 3 if rank == 0 else 2 if rank <= _AGENCIES else int(place % 4 == 0)
    for part, product in enumerate(_TERMS[:count]):
        yield (
            "partners_commissionterm",
            {
                "id": plan.row_id("term", place, part),
                "partner_id": plan.row_id("partner", place),
                "kind": "percentage",
                "product": product,
                "valid_from": _FROM,
                "rate": Decimal(7 + part),
                "tiers": "[]",
            },
        )


def sold_through(of: Plan, place: int, total: int) -> dict[str, Any]:
    """The partner of a booking and what it earned; nothing for most."""
    if place % _SOLD or of.partners == 0:
        return {}
    turn = place // _SOLD
    block = min(BLOCK, of.partners)
    partner = turn % block if turn % 5 < 2 else turn * 7_919 % of.partners
    return {
        "partner_id": plan.row_id("partner", partner),
        "commission_minor": total // 10,
        "commission_basis": "10 % of the price",
    }
