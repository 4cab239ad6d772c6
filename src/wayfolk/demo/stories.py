"""What the cast is up to: itineraries, stays and bookings, dated around today."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wayfolk.bookings.operations import connecting, recording
from wayfolk.bookings.rules import BookingData
from wayfolk.customers import operations as customers
from wayfolk.customers.models import Customer
from wayfolk.demo import (
    aftercare,
    brands,
    conversations,
    families,
    lists,
    offering,
    people,
    preferences,
    prices,
    rewards,
    trade,
    travellers,
)
from wayfolk.itineraries.models import Itinerary, Stage
from wayfolk.itineraries.operations import planning
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor
from wayfolk.stays import operations as stays
from wayfolk.stays.models import Stay
from wayfolk.stays.rules import StayData

RESORT, CITY = "Resort Hotel", "City Hotel"


class Cast:
    """The people as customers, and the days around today. Needs an open scope.

    `by` is the consultant who looks after them; `office` knows what things cost.
    """

    def __init__(self, *, by: Actor, office: Actor) -> None:
        self.by = by
        self.office = office
        self.today = clock.today(by.time_zone)
        self.customers: dict[str, Customer] = {
            person.key: customers.create_customer(person.data(), by=by)
            for person in people.EVERYONE
        }

    def id(self, key: str) -> UUID:
        return self.customers[key].id

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def itinerary(
        self, name: str, *, stage: str, first: int, last: int, links: list[LinkChoice], **extra: Any
    ) -> Itinerary:
        zone = ZoneInfo(self.by.time_zone)
        fields = {
            "name": name,
            "stage_id": Stage.objects.get(code=stage).id,
            "arrival_at": datetime.combine(self.day(first), time(15), zone),
            "departure_at": datetime.combine(self.day(last), time(11), zone),
            **extra,
        }
        return planning.create_itinerary(fields, by=self.by, customers=links).itinerary

    def stay(self, reservation: str, guest: str, *, first: int, nights: int, **extra: Any) -> Stay:
        fields = {
            "reservation_number": reservation,
            "hotel_name": RESORT,
            "guest_id": self.id(guest),
            "arrival_on": self.day(first),
            "departure_on": self.day(first + nights),
            "adults": 2,
            "room_type": "Sea view double",
            "meal_plan": "HB",
            **extra,
        }
        return stays.create_stay(StayData(fields), by=self.by)

    def booking(
        self, product: str, customer: str, *, booked: int, departs: int, price: int, **extra: Any
    ) -> UUID:
        """`price` in euro cents; returns the booking's id."""
        fields = {
            "customer_id": self.id(customer),
            "product": product,
            "booked_on": self.day(booked),
            "departs_on": self.day(departs),
            "returns_on": self.day(departs),
            "adults": 2,
            "currency": "EUR",
            "total_minor": price,
            "cost_minor": int(price * 0.72),
            "assignee_id": self.by.author_id,
            **extra,
        }
        return recording.create_booking(BookingData(fields), by=self.office).id


def tell(*, by: Actor, office: Actor) -> None:
    """Play every story once."""
    cast = Cast(by=by, office=office)
    _family_in_the_algarve(cast)
    _group_on_the_wine_walk(cast)
    _couple_with_one_email(cast)
    _spa_without_a_stay(cast)
    _trips_at_the_edges(cast)
    trade.tell(cast)
    aftercare.tell(cast)
    families.tell(cast.customers, by=cast.by, today=cast.today)
    travellers.tell(cast.customers, by=cast.by, office=cast.office)
    preferences.tell(cast.customers, by=cast.by)
    prices.tell(cast, office=cast.office)
    conversations.tell(cast.customers, by=cast.by)
    offering.tell(cast)
    brands.tell(cast)
    rewards.tell(cast)
    lists.tell(cast.customers, by=cast.by)


def _link(cast: Cast, key: str, **facts: Any) -> LinkChoice:
    return LinkChoice(customer_id=cast.id(key), **facts)


def _family_in_the_algarve(cast: Cast) -> None:
    trip = cast.itinerary(
        "Lindqvist family, Algarve",
        stage="confirmed",
        first=9,
        last=19,
        adults=2,
        children=2,
        links=[
            _link(cast, "karin", is_poc=True, is_leader=True),
            _link(cast, "jonas", is_poc=True),
            _link(cast, "elsa"),
            _link(cast, "nils"),
        ],
    )
    stay = cast.stay("AZ-20417", "karin", first=9, nights=7, children=2, room_type="Family suite")
    stays.set_itinerary(stay.id, trip.id, by=cast.by)
    for product, price in (("Dolphin watching, Lagos", 19_600), ("Transfer Faro airport", 6_400)):
        booking = cast.booking(product, "karin", booked=-20, departs=10, price=price, children=2)
        connecting.connect_booking(booking, by=cast.by, itinerary_id=trip.id)
    # Made before there was an itinerary, and not connected yet (TA-12 d).
    cast.booking("Surf lesson, Praia da Rocha", "jonas", booked=-60, departs=12, price=11_000)


def _group_on_the_wine_walk(cast: Cast) -> None:
    keys = [person.key for person in people.GROUP]
    links = [_link(cast, key, is_poc=key == "moreau", is_leader=key == "moreau") for key in keys]
    trip = cast.itinerary(
        "Douro wine walk, hiking club Lyon",
        stage="option",
        first=31,
        last=36,
        adults=len(keys),
        links=links,
        notes="Ten walkers, one guide. Waiting for two flight numbers.",
    )
    booking = cast.booking(
        "Douro wine walk, 5 days", "moreau", booked=-12, departs=31, price=894_000, adults=len(keys)
    )
    connecting.connect_booking(booking, by=cast.by, itinerary_id=trip.id)


def _couple_with_one_email(cast: Cast) -> None:
    links = [_link(cast, "tom", is_poc=True), _link(cast, "grace")]
    trip = cast.itinerary(
        "Okafor silver wedding, Lisbon", stage="travelling", first=-2, last=3, adults=2, links=links
    )
    stay = cast.stay(
        "AZ-20388", "tom", first=-2, nights=5, hotel_name=CITY, status="in_house", room="512"
    )
    stays.set_itinerary(stay.id, trip.id, by=cast.by)
    booking = cast.booking("Fado dinner", "grace", booked=-9, departs=1, price=13_800)
    connecting.connect_booking(booking, by=cast.by, stay_id=stay.id)


def _spa_without_a_stay(cast: Cast) -> None:
    """Her spa booking hangs on nothing, while her companion's stay is there (TA-12 c)."""
    cast.stay("AZ-20405", "duarte", first=-1, nights=4, status="in_house", room="208")
    cast.booking(
        "Spa: thalasso for two", "helena", booked=-3, departs=1, price=17_500, source="web"
    )


def _trips_at_the_edges(cast: Cast) -> None:
    cast.itinerary(
        "Azores in spring (idea)", stage="quote", first=140, last=150, links=[], adults=2
    )
    links = [_link(cast, "agency", is_poc=True, is_travelling=False), _link(cast, "inactive")]
    cast.itinerary(
        "Nordic Horizons, autumn series 1",
        stage="travelled",
        first=-48,
        last=-41,
        adults=1,
        links=links,
    )
    customers.set_status([cast.id("inactive")], "inactive", by=cast.by)
    for product, days in (("Cooking class, Olhão", 6), ("Bike tour, Tavira", 8)):
        cast.booking(product, "lee", booked=-1, departs=days, price=7_900, adults=1)


def are_told() -> bool:
    """Whether the cast is there already."""
    return Itinerary.objects.exists()
