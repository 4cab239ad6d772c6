"""A second brand of the demo organisation, with numbers, reminder days and records of its own."""

from datetime import date
from typing import Any, Protocol
from uuid import UUID

from wayfolk.organization import brands
from wayfolk.sales.operations import lists, offers
from wayfolk.sales.rules.offers import OfferData
from wayfolk.staff.rules import Actor


class Cast(Protocol):
    """What of the stories' cast is needed here."""

    by: Actor
    office: Actor

    def id(self, key: str) -> UUID: ...
    def day(self, offset: int) -> date: ...
    def booking(
        self, product: str, customer: str, *, booked: int, departs: int, price: int, **extra: Any
    ) -> UUID: ...


def tell(cast: Cast) -> None:
    """Walking holidays are sold under a name of their own."""
    trails = brands.create_brand("Atlantic Trails", "TRAIL", by=cast.office)
    brands.add_range(trails.id, "booking", 700_001, 799_999, by=cast.office)
    brands.add_range(trails.id, "offer", 70_001, 79_999, by=cast.office)
    lists.set_brand_reminders(trails.id, "2,5,10", by=cast.office)
    for product, customer, booked, departs, price in (
        ("Rota Vicentina, six stages", "jonas", -5, 61, 84_000),
        ("Serra da Estrela, three huts", "tom", -2, 47, 52_500),
    ):
        cast.booking(
            product, customer, booked=booked, departs=departs, price=price, brand_id=trails.id
        )
    fields = {
        "brand_id": trails.id,
        "title": "Madeira along the levadas",
        "customer_id": cast.id("grace"),
        "departs_on": cast.day(120),
        "returns_on": cast.day(128),
        "adults": 2,
        "price_minor": 164_000,
    }
    offers.create_offer(OfferData(fields), by=cast.by)
