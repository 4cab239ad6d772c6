"""What a search finds, group by group, as the palette and the search page show it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.safestring import SafeString

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.queries import BookingFilters
from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer, Status
from wayfolk.customers.queries import Match
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import text
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.stays.models import Stay
from wayfolk.web.search.marking import marked

SHOWN = 6
# A word of fewer letters is in every other name of a trip or product; numbers count from one.
WORD_MIN = 3
_REASONS = {"email": "by email", "phone": "by phone", "number": "by number"}


@dataclass(frozen=True, slots=True)
class Result:
    """One line; `title` is safe text with the match marked, `reason` why it matched."""

    id: str
    url: str
    icon: str
    title: SafeString | str
    detail: SafeString | str = ""
    reason: str = ""
    badge: str = ""
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class Group:
    """The results of one kind."""

    label: str
    results: list[Result] = field(default_factory=list)


def find(query: str, *, by: Actor) -> list[Group]:
    """Everything that this actor may see and that the query names; [] for an empty query."""
    cleaned = text.clean(query)[: customer_queries.QUERY_MAX]
    if not cleaned:
        return []
    finders: list[tuple[str, bool, Callable[[str, Actor], list[Result]]]] = [
        ("Customers", by.may("customers.view"), _customers),
        ("Itineraries", _may_see_itineraries(by) and _is_telling(cleaned), _itineraries),
        ("Bookings", booking_queries.may_see(by) and _is_telling(cleaned), _bookings),
        ("Stays", stay_queries.may_see(by) and _is_telling(cleaned), _stays),
    ]
    groups = [Group(label, find_in(cleaned, by)) for label, is_open, find_in in finders if is_open]
    return [group for group in groups if group.results]


def recent(*, by: Actor) -> list[Group]:
    """What was changed last: a start where nothing has been typed yet."""
    groups = []
    if by.may("customers.view"):
        customers = customer_queries.list_customers(by=by).with_reach()
        latest = customers.order_by("-updated_at", "id")[:SHOWN]
        matches = [Match(customer, "name") for customer in latest]
        groups.append(Group("Customers changed last", [_customer(m, [], by) for m in matches]))
    if _may_see_itineraries(by):
        trips = itinerary_queries.list_itineraries(by=by).order_by("-created_at", "-id")
        groups.append(Group("Newest itineraries", [_itinerary(t, []) for t in trips[:SHOWN]]))
    return [group for group in groups if group.results]


def _is_telling(query: str) -> bool:
    return any(c.isdecimal() for c in query) or len(text.fold(query)) >= WORD_MIN


def _may_see_itineraries(by: Actor) -> bool:
    return by.may("itineraries.view") and by.has_module("itineraries")


def _customers(query: str, by: Actor) -> list[Result]:
    terms = customer_queries.parse(query)
    words = [fragment.replace("\\", "") for fragment in terms.fragments]
    found = customer_queries.search_customers(query, by=by, limit=SHOWN)
    return [_customer(match, words, by) for match in found]


def _customer(match: Match, words: list[str], by: Actor) -> Result:
    customer = match.customer
    return Result(
        id=f"customer-{customer.number}",
        url=reverse("customers:detail", args=[customer.number]),
        icon="building" if customer.kind == "company" else "user",
        title=marked(customer.name, words),
        detail=_customer_detail(match, words, by),
        reason=_REASONS.get(match.reason, ""),
        badge="" if customer.status == Status.ACTIVE else customer.get_status_display(),
    )


def _customer_detail(match: Match, words: list[str], by: Actor) -> SafeString | str:
    """What tells people apart; what was searched for comes first."""
    customer = match.customer
    number = f"No {customer.number}"
    if match.reason == "number":
        return marked(number, words)
    points = _contacts(customer, by)
    wanted = "email" if match.reason == "email" else "phone"
    points.sort(key=lambda point: (point[0] == "email") != (wanted == "email"))
    if match.reason == "phone":
        points.sort(key=lambda point: not any(w in text.digits(point[1]) for w in words))
    value = points[0][1] if points else ""
    shown = f"{value} · {number}" if value else number
    return marked(shown, words) if match.reason == "email" else shown


def _contacts(customer: Customer, by: Actor) -> list[tuple[str, str]]:
    return [
        (point.kind, point.value)
        for point in customer.points
        if by.may_see("customer.email" if point.kind == "email" else "customer.phone")
    ]


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
    found = booking_queries.list_bookings(filters, by=by).order_by("-booked_on", "-id")[:SHOWN]
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
