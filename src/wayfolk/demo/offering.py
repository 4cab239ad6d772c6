"""The cast's offers in every status, reminders that are due today, and catalog orders."""

from datetime import date, timedelta
from typing import Any, Protocol
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.sales.models import Catalogue, CloseReason, Offer, OfferReminder
from wayfolk.sales.operations import converting, lists, offers, orders, sending
from wayfolk.sales.rules.offers import OfferData
from wayfolk.sales.rules.orders import OrderData
from wayfolk.staff.rules import Actor


class Cast(Protocol):
    """What of the stories' cast is needed here."""

    by: Actor
    office: Actor
    today: date

    def id(self, key: str) -> UUID: ...
    def day(self, offset: int) -> date: ...


def tell(cast: Cast) -> None:
    """Offers unsent, available, expired, sold and closed; brochures ordered and sent."""
    _not_sent_yet(cast)
    _waiting_for_an_answer(cast)
    _over_and_done(cast)
    _brochures(cast)


def _offer(cast: Cast, title: str, *, departs: int, nights: int, price: int, **extra: Any) -> Offer:
    """`price` in euro cents, 0 for none yet."""
    fields = {
        "title": title,
        "departs_on": cast.day(departs),
        "returns_on": cast.day(departs + nights),
        "adults": 2,
        "price_minor": price or None,
        **extra,
    }
    return offers.create_offer(OfferData(fields), by=cast.by)


def _send(cast: Cast, offer: Offer, *, days_ago: int) -> None:
    """Sent so long ago that its reminders fall on other days."""
    message = sending.propose_message(offer, by=cast.by)
    sending.send_offer(offer.id, message, by=cast.by)
    with change_set(by=cast.by, operation="offers.update", summary=f"Dated offer {offer}"):
        stored = offers.lock_offer(offer.id)
        stored.sent_on = cast.day(-days_ago)
        offers.settle(stored, cast.today)
        stored.save_changes("sent_on", "status")
        for reminder in OfferReminder.objects.filter(offer_id=offer.id).order_by("due_on"):
            reminder.due_on -= timedelta(days=days_ago)
            reminder.save_changes("due_on")


def _not_sent_yet(cast: Cast) -> None:
    _offer(
        cast, "Azores in spring, nine days", departs=140, nights=9, price=0,
        customer_id=cast.id("karin"), children=2, customer_type="family",
        follow_up_on=cast.today, notes="Whales for the children; flights from Copenhagen.",
    )  # fmt: skip
    _offer(
        cast, "Honeymoon on Madeira", departs=95, nights=7, price=286_000,
        offeree_name="Lena Brandt", offeree_email="lena.brandt@example.com",
        offeree_phone="+49 30 901820", kind="request", customer_type="couple",
        hotel="Quinta do Mar", resort="Funchal", follow_up_on=cast.day(-2),
    )  # fmt: skip


def _waiting_for_an_answer(cast: Cast) -> None:
    walk = _offer(
        cast, "Douro wine walk in autumn", departs=180, nights=5, price=894_000, adults=10,
        customer_id=cast.id("moreau"), kind="proposal", customer_type="group",
        valid_until=cast.day(20), follow_up_on=cast.day(-4), resort="Pinhão",
    )  # fmt: skip
    _send(cast, walk, days_ago=7)
    city = _offer(
        cast, "Lisbon weekend with fado", departs=40, nights=3, price=74_000,
        customer_id=cast.id("grace"), kind="proposal", hotel="City Hotel", resort="Lisbon",
        transport="TP 1363", valid_until=cast.day(10), follow_up_on=cast.today,
    )  # fmt: skip
    _send(cast, city, days_ago=3)


def _over_and_done(cast: Cast) -> None:
    expired = _offer(
        cast, "Algarve golf week", departs=25, nights=7, price=212_000,
        customer_id=cast.id("tom"), kind="proposal", valid_until=cast.day(14),
    )  # fmt: skip
    _send(cast, expired, days_ago=25)
    over = OfferData({"valid_until": cast.day(-4)})
    offers.update_offer(expired.id, over, by=cast.by)
    sold = _offer(
        cast, "Surf camp, Sagres", departs=52, nights=7, price=118_000,
        customer_id=cast.id("jonas"), hotel="Surf Lodge", resort="Sagres",
    )  # fmt: skip
    _send(cast, sold, days_ago=2)
    converting.convert_offer(sold.id, by=cast.by)
    lost = _offer(
        cast, "Cruise on the Douro", departs=70, nights=8, price=398_000,
        customer_id=cast.id("helena"),
    )  # fmt: skip
    _send(cast, lost, days_ago=18)
    reason = CloseReason.objects.order_by("position")[0]
    offers.close_offer(lost.id, reason.id, by=cast.by)


def _brochures(cast: Cast) -> None:
    lists.add_entry(Catalogue, "Wine and walking", by=cast.office)
    main, wine = Catalogue.objects.order_by("position")[:2]
    for key, catalogue, days_ago, channel, copies in (
        ("moreau", wine, 30, "email", 10),
        ("karin", main, 6, "phone", 1),
        ("tom", main, 1, "web", 1),
    ):
        order = orders.create_order(
            OrderData(
                {
                    "customer_id": cast.id(key),
                    "catalogue_id": catalogue.id,
                    "ordered_on": cast.day(-days_ago),
                    "channel": channel,
                    "copies": copies,
                }
            ),
            by=cast.by,
        )
        if days_ago > 5:
            orders.send_order(order.id, by=cast.by)
