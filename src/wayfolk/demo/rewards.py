"""What the cast has paid, owes and gained: payments, due dates, points, packages, extras."""

from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from wayfolk.bookings.payments import operations as payments
from wayfolk.bookings.payments.rules import Due, PaymentData
from wayfolk.loyalty.models import ExtraKind, Programme
from wayfolk.loyalty.operations import benefits, earning, lists, points
from wayfolk.loyalty.rules import Values
from wayfolk.staff.rules import Actor


class Cast(Protocol):
    """What of the stories' cast is needed here."""

    by: Actor
    office: Actor
    today: date

    def id(self, key: str) -> UUID: ...
    def day(self, offset: int) -> date: ...
    def booking(
        self, product: str, customer: str, *, booked: int, departs: int, price: int, **extra: Any
    ) -> UUID: ...


def tell(cast: Cast) -> None:
    """Somebody who paid, somebody who is late, somebody who paid twice, and a regular guest."""
    _journeys_that_earned(cast)
    _money(cast)
    _regular_guest(cast)


def _journeys_that_earned(cast: Cast) -> None:
    """The rule, and what the cast has travelled; the nightly job has been there."""
    rule = {
        "is_on": True, "from_on": cast.day(-200), "amount_minor": 1_000, "points_per_amount": 1,
        "points_per_night": 5, "points_per_trip": 50, "months_valid": 24,
    }  # fmt: skip
    earning.set_rule(Values(rule), by=cast.office)
    for key, product, departs, nights, price in (
        ("karin", "Madeira in spring, 7 nights", -120, 7, 284_000),
        ("karin", "Long weekend in Porto", -46, 3, 61_500),
        ("helena", "Spa week, Algarve", -60, 6, 149_000),
        ("lee", "Sailing lesson, Lagos", -33, 0, 9_500),
    ):
        cast.booking(
            product, key, booked=departs - 40, departs=departs, price=price,
            returns_on=cast.day(departs + nights),
        )  # fmt: skip
    earning.settle_points(by=cast.office)


def _money(cast: Cast) -> None:
    karin = cast.booking(
        "Azores round trip, 9 nights", "karin", booked=-25, departs=40, price=376_000,
        returns_on=cast.day(49),
    )  # fmt: skip
    _due(cast, karin, deposit=(-11, 75_000), final=(12, None))
    _pay(cast, karin, 75_000, days=-14, method="card", reference="Receipt 4402")

    late = cast.booking("Whale watching, Pico", "helena", booked=-40, departs=14, price=148_000)
    _due(cast, late, deposit=(-25, 40_000), final=(-3, None))
    _pay(cast, late, 28_000, days=-20, method="transfer", reference="SEPA 2231")

    twice = cast.booking("Cork forest by bike", "lee", booked=-18, departs=9, price=18_600)
    _pay(cast, twice, 18_600, days=-12, method="card", reference="Receipt 4410")
    _pay(cast, twice, 18_600, days=-11, method="transfer", reference="SEPA 2260")

    crowns = cast.booking("Lisbon tram day", "grace", booked=-8, departs=2, price=12_400)
    _pay(
        cast, crowns, 100_000, days=-8, method="transfer", currency="NOK",
        exchange_rate=Decimal("0.0875"), payer_id=cast.id("tom"), reference="DNB 77120",
    )  # fmt: skip
    _pay(cast, crowns, 3_650, days=-1, method="voucher", notes="Voucher of the fair", waits=True)

    gone = cast.booking(
        "Canyoning, Gerês", "grace", booked=-50, departs=-4, price=22_000, status="cancelled"
    )
    _pay(cast, gone, 22_000, days=-48, method="card", reference="Receipt 4371")
    _pay(cast, gone, 15_000, days=-2, method="card", reference="Receipt 4431", direction="refund")


def _due(
    cast: Cast, booking: UUID, *, deposit: tuple[int, int], final: tuple[int, int | None]
) -> None:
    dues = {"deposit": Due(cast.day(deposit[0]), deposit[1])}
    payments.set_dues(booking, {**dues, "final": Due(cast.day(final[0]), final[1])}, by=cast.office)


def _pay(
    cast: Cast,
    booking: UUID,
    minor: int,
    *,
    days: int,
    direction: str = "in",
    waits: bool = False,
    **fields: Any,
) -> None:
    data = PaymentData({"amount_minor": minor, "paid_on": cast.day(days), **fields})
    payments.record_payment(booking, data, by=cast.by, direction=direction, is_pending=waits)


def _regular_guest(cast: Cast) -> None:
    """Karin's points, packages and extras; one of everything ends soon."""
    karin, by = cast.id("karin"), cast.by
    points.grant_points(
        karin, 250, reason="Sorry for the late transfer", expires_on=cast.day(20), by=by
    )
    points.redeem_points(karin, 300, reason="Upgrade to sea view", by=by)
    points.grant_points(cast.id("jonas"), 100, reason="Birthday", by=by)
    programme, gold = Programme.objects.order_by("position")[0], _gold(cast)
    for given in (
        {"programme_id": programme.id, "points": 500, "valid_to": cast.day(25)},
        {"programme_id": gold, "benefit": "Third night free in the Resort Hotel"},
        {
            "programme_id": programme.id, "benefit": "Welcome bottle",
            "valid_from": cast.day(-300), "valid_to": cast.day(-100),
        },
    ):  # fmt: skip
        benefits.create_package(karin, Values(given), by=by)
    kinds = {kind.label: kind.id for kind in ExtraKind.objects.all()}
    lounge = benefits.create_extra(
        karin,
        Values({"kind_id": kinds["Lounge"], "description": "Lisbon airport", "quantity": 4}),
        by=by,
    )
    benefits.use_extra(lounge.id, by=by)
    for key, kind, what, last in (
        ("karin", "Late check-out", "Until 15:00, any hotel of the coast", cast.day(18)),
        ("helena", "Upgrade", "To a suite where one is free", None),
        ("tom", "Welcome gift", "Silver wedding", cast.day(6)),
    ):
        given = {"kind_id": kinds[kind], "description": what, "valid_to": last}
        benefits.create_extra(cast.id(key), Values(given), by=by)


def _gold(cast: Cast) -> UUID:
    return lists.add_entry(Programme, "Azure Gold", by=cast.office).id
