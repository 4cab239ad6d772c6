"""What a search finds, group by group, as the palette and the search page show it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.queries import BookingFilters
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer, Kind, Status
from wayfolk.identity.search import parsing
from wayfolk.identity.search.queries import Hit, find_customers
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import text
from wayfolk.sales.models import Offer
from wayfolk.sales.queries import offers as offer_queries
from wayfolk.sales.queries.offers import OfferFilters
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import Stay
from wayfolk.web.offers.forms import STATUS_TONES, STATUS_WORDS
from wayfolk.web.search.marking import marked
from wayfolk.web.search.people import person

SHOWN = 6
# A word of fewer letters is in every other name of a trip or product; numbers count from one.
WORD_MIN = 3
CUSTOMERS = "Customers"


@dataclass(frozen=True, slots=True)
class Result:
    """One line; `title` is safe text with the match marked, `reason` why it matched.

    is_unsure: it only resembles what was typed.
    """

    id: str
    url: str
    icon: str
    title: SafeString | str
    detail: SafeString | str = ""
    reason: str = ""
    badge: str = ""
    tone: str = "neutral"
    is_unsure: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one kind."""

    label: str
    results: list[Result] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; message: "" or a sentence about the query; whether there are customers
    beyond those shown.
    """

    groups: list[Group] = field(default_factory=list)
    message: str = ""
    has_more_customers: bool = False

    @property
    def has_customers(self) -> bool:
        return any(group.label == CUSTOMERS for group in self.groups)

    @property
    def count(self) -> int:
        return sum(len(group.results) for group in self.groups)


def find(query: str, *, by: Actor) -> Answer:
    """Everything that this actor may see and that the query names; nothing for an empty query."""
    if not text.clean(query):
        return Answer()
    people, message, has_more = _customers(query, by)
    cleaned = text.clean(query)[: parsing.LENGTH_MAX]
    is_telling = _is_telling(cleaned)
    # Looking several words up in the names of products is dear, and these are somebody's name.
    is_name = " " in cleaned and any(not result.is_unsure for result in people)
    finders: list[tuple[str, bool, Callable[[str, Actor], list[Result]]]] = [
        ("Itineraries", is_telling and _may_see_itineraries(by), _itineraries),
        ("Bookings", is_telling and not is_name and booking_queries.may_see(by), _bookings),
        ("Offers", is_telling and not is_name and offer_queries.may_see(by), _offers),
        ("Stays", is_telling and stay_queries.may_see(by), _stays),
    ]
    others = [Group(label, find_in(cleaned, by)) for label, is_open, find_in in finders if is_open]
    groups = [group for group in (Group(CUSTOMERS, people), *others) if group.results]
    return Answer(groups, message, has_more)


def recent(*, by: Actor) -> list[Group]:
    """What was changed last: a start where nothing has been typed yet."""
    groups = []
    if by.may("customers.view"):
        customers = customer_queries.list_customers(by=by).with_reach()
        latest = customers.order_by("-updated_at", "id")[:SHOWN]
        groups.append(Group("Customers changed last", [_changed(each, by) for each in latest]))
    if _may_see_itineraries(by):
        trips = itinerary_queries.list_itineraries(by=by).order_by("-created_at", "-id")
        groups.append(Group("Newest itineraries", [_itinerary(t, []) for t in trips[:SHOWN]]))
    return [group for group in groups if group.results]


def _is_telling(query: str) -> bool:
    """Whether it can be in the name or number of a trip, a product or a stay."""
    is_telling = any(c.isdecimal() for c in query) or len(text.fold(query)) >= WORD_MIN
    return is_telling and "@" not in query


def _may_see_itineraries(by: Actor) -> bool:
    return by.may("itineraries.view") and by.has_module("itineraries")


def _customers(query: str, by: Actor) -> tuple[list[Result], str, bool]:
    if not by.may("customers.view"):
        return [], "", False
    found = find_customers(query, by=by, limit=SHOWN + 1)
    shown = [_customer(hit, query) for hit in found.hits[:SHOWN]]
    return shown, found.message, len(found.hits) > SHOWN


def _customer(hit: Hit, query: str) -> Result:
    shown = person(hit, query)
    return Result(
        id=f"customer-{shown.number}",
        url=reverse("customers:detail", args=[shown.number]),
        icon=shown.icon,
        title=shown.title,
        detail=shown.detail,
        reason=shown.reason,
        badge="Inactive" if shown.is_inactive else "",
        is_unsure=shown.is_unsure,
    )


def _changed(customer: Customer, by: Actor) -> Result:
    """One of those changed last."""
    points = [(point.kind, point.value) for point in customer.points]
    email = next((value for kind, value in points if kind == "email"), "")
    email = email if by.may_see("customer.email") else ""
    parts = (email, f"No {customer.number}")
    return Result(
        id=f"customer-{customer.number}",
        url=reverse("customers:detail", args=[customer.number]),
        icon="building" if customer.kind == Kind.COMPANY else "user",
        title=customer.name if by.may_see("customer.name") else f"Customer {customer.number}",
        detail=" · ".join(part for part in parts if part),
        badge="" if customer.status == Status.ACTIVE else customer.get_status_display(),
    )


def _itineraries(query: str, by: Actor) -> list[Result]:
    ids = itinerary_queries.find_ids(query, by=by, limit=SHOWN)
    found = {trip.id: trip for trip in Itinerary.objects.filter(id__in=ids)}
    return [_itinerary(found[i], _words(query)) for i in ids if i in found]


def _itinerary(trip: Itinerary, words: list[str]) -> Result:
    when = f"{trip.arrival_at:%-d %b %Y}" if trip.arrival_at else "no date yet"
    return Result(
        id=f"itinerary-{trip.number}",
        url=reverse("itineraries:detail", args=[trip.number]),
        icon="route",
        title=marked(trip.name, words),
        detail=marked(f"{trip.trip_id} · {when}", words),
    )


def _bookings(query: str, by: Actor) -> list[Result]:
    filters = BookingFilters(text=query)
    rows = booking_queries.list_bookings(filters, by=by).in_lines()
    found = rows.order_by("-booked_on", "-id")[:SHOWN]
    return [_booking(booking, _words(query)) for booking in found]


def _booking(booking: Booking, words: list[str]) -> Result:
    return Result(
        id=f"booking-{booking.number}",
        url=reverse("bookings:detail", args=[booking.number]),
        icon="ticket",
        title=marked(booking.product, words),
        detail=marked(f"BKG. No {booking.number} · {booking.customer.name}", words),
        badge="" if booking.is_connected else "Not connected",
        tone="warning",
    )


def _offers(query: str, by: Actor) -> list[Result]:
    rows = offer_queries.list_offers(OfferFilters(text=query), by=by)
    return [_offer(offer, _words(query)) for offer in rows.order_by("-number", "-id")[:SHOWN]]


def _offer(offer: Offer, words: list[str]) -> Result:
    return Result(
        id=f"offer-{offer.number}",
        url=reverse("offers:detail", args=[offer.number]),
        icon="tag",
        title=marked(offer.title, words),
        detail=marked(f"Offer No {offer.number} · {offer.addressee}", words),
        badge="" if offer.is_open else STATUS_WORDS[offer.status],
        tone=STATUS_TONES[offer.status],
    )


def _stays(query: str, by: Actor) -> list[Result]:
    ids = stay_queries.find_ids(query, by=by, limit=SHOWN)
    found = {stay.id: stay for stay in stay_queries.list_stays(by=by).filter(id__in=ids)}
    return [_stay(found[i], _words(query)) for i in ids if i in found]


def _stay(stay: Stay, words: list[str]) -> Result:
    return Result(
        id=f"stay-{stay.id}",
        url=reverse("stays:detail", args=[stay.id]),
        icon="bed",
        title=marked(stay.reservation_number, words),
        detail=f"{stay.guest.name} · {stay.hotel.name} · {stay.arrival_on:%-d %b %Y}",
    )


def _words(query: str) -> list[str]:
    return text.fold(query).split()
