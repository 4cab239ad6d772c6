"""What the cast's bookings are made of: insurance, transfers, discounts, pickups, over years."""

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from wayfolk.bookings import operations
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.line_rules import LineData, PickupData
from wayfolk.bookings.models import Booking, LineCategory, PickupPoint
from wayfolk.staff.rules import Actor

POINTS = (
    ("OPO1", "Porto, Avenida dos Aliados", time(6, 45), 1_200, 700, "Zone 1", "North"),
    ("LIS1", "Lisbon, Marquês de Pombal", time(7, 40), 1_100, 600, "Zone 2", "South"),
    ("LIS2", "Lisbon, Sete Rios bus station", time(8, 0), 900, 500, "Zone 2", "South"),
    ("FAO1", "Faro airport, arrivals", time(10, 30), 1_500, 900, "Zone 1", "Algarve"),
    ("FAO2", "Albufeira, bus terminal", time(10, 55), 800, 500, "Zone 1", "Algarve"),
)
ADJUSTMENTS: tuple[dict[str, Any], ...] = (
    {
        "code": "EARLY",
        "description": "Early bird",
        "kind": "discount",
        "rate": Decimal(5),
        "product": "Douro wine walk",
        "is_permanent": True,
    },
    {
        "code": "SINGLE",
        "description": "Single room",
        "kind": "supplement",
        "amount_minor": 18_000,
        "is_per_passenger": True,
    },
    {
        "code": "SUMMER",
        "description": "Summer campaign",
        "kind": "discount",
        "amount_minor": 5_000,
        "bonus_code": "SUN26",
    },
)
# Product, whose, days to booking and departure, price, and further lines: category, amount.
FORMER = (
    ("Madeira levada week", "karin", -1_160, -1_080, 214_000, (("insurance", 9_800),)),
    ("Lisbon city break", "karin", -760, -700, 98_000, (("insurance", 4_200), ("fee", 1_500))),
    (
        *("Azores whale week", "karin", -420, -350, 326_000),
        (("insurance", 12_400), ("transfer", 7_600), ("discount", -25_000)),
    ),
    ("Douro harvest", "moreau", -800, -720, 612_000, (("supplement", 36_000),)),
    (
        *("Alentejo by bike", "moreau", -430, -390, 488_000),
        (("transfer", 24_000), ("discount", -40_000)),
    ),
    ("Porto wine days", "tom", -410, -380, 74_500, (("insurance", 3_900),)),
    ("Sintra gardens", "grace", -780, -770, 21_000, (("fee", 900),)),
    ("Thalasso week", "helena", -390, -360, 118_000, (("supplement", 14_000),)),
)


class Cast(Protocol):
    """The people and their bookings, as stories.Cast has them."""

    def booking(
        self, product: str, customer: str, *, booked: int, departs: int, price: int, **extra: Any
    ) -> UUID: ...


def tell(cast: Cast, *, office: Actor) -> None:
    """Former journeys in parts, and lines on some of those to come."""
    points = [_point(values, office) for values in POINTS]
    for fields in ADJUSTMENTS:
        operations.create_adjustment(AdjustmentData(fields), by=office)
    visa = operations.add_category("Visa service", "fee", by=office)
    kinds = dict(LineCategory.objects.exclude(code="").values_list("code", "id"))
    for product, customer, booked, departs, price, parts in FORMER:
        booking = cast.booking(product, customer, booked=booked, departs=departs, price=price)
        _add(booking, parts, kinds, office)
        if product == "Azores whale week":
            data = LineData({"category_id": visa.id, "amount_minor": 3_000, "cost_minor": 3_000})
            operations.add_line(booking, data, by=office)
    for title, code in (("Dolphin watching, Lagos", "FAO1"), ("Fado dinner", "LIS2")):
        point = next(each for each in points if each.code == code)
        for found in Booking.objects.filter(product=title):
            data = LineData({"pickup_point_id": point.id, "pax": found.pax})
            operations.add_line(found.id, data, by=office)
    for found in Booking.objects.filter(product__startswith="Douro wine walk, 5"):
        _add(found.id, (("insurance", 42_000), ("discount", -60_000)), kinds, office)


def _point(values: tuple[Any, ...], by: Actor) -> PickupPoint:
    names = (
        *("code", "description", "meets_at", "price_minor", "cost_minor", "price_tag"),
        "route",
    )
    data = PickupData({**dict(zip(names, values, strict=True)), "choice_days": 3})
    return operations.create_pickup_point(data, by=by)


def _add(
    booking: UUID, parts: Sequence[tuple[str, int]], kinds: Mapping[str, UUID], by: Actor
) -> None:
    for kind, amount in parts:
        cost = int(amount * 0.6) if amount > 0 else None
        fields = {"category_id": kinds[kind], "amount_minor": amount, "cost_minor": cost}
        operations.add_line(booking, LineData(fields), by=by)
