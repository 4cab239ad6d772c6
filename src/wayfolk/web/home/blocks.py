"""The parts of the work list: what waits for whoever looks at it, a few lines each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse

from wayfolk.audit import history
from wayfolk.audit.history import Filters
from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking, BookingStatus
from wayfolk.bookings.queries import BookingFilters
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.queries import ItineraryFilter, Party
from wayfolk.kit import clock
from wayfolk.sales.models import Offer
from wayfolk.sales.queries import offers as offer_queries
from wayfolk.staff.rules import Actor
from wayfolk.stays.models import Stay
from wayfolk.web import shell
from wayfolk.web.changes import presenters
from wayfolk.web.changes.presenters import EntryShown
from wayfolk.web.offers import presenters as offers

SHOWN = 6
DEPARTURES_SHOWN = 12
DAYS_AHEAD = 14
_TONES = {RunState.FINISHED: "success", RunState.FAILED: "danger", RunState.STOPPED: "warning"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do, as components/search_result.html shows it."""

    url: str
    icon: str
    title: str
    detail: str = ""
    badge: str = ""
    tone: str = "neutral"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the work list; without lines it says so, and what the next step is."""

    title: str
    icon: str
    nothing: str
    lines: list[Line] = field(default_factory=list)
    more_url: str = ""
    next_url: str = ""
    next_label: str = ""


def work_list(*, by: Actor) -> list[Block]:
    """The blocks that this actor may see, in the order of urgency."""
    builders: list[tuple[bool, Callable[[Actor], Block]]] = [
        (_may_see_itineraries(by), _departures),
        (offer_queries.may_see(by), _offers_to_follow_up),
        (booking_queries.may_see(by), _unconnected),
        (_may_see_itineraries(by), _own_itineraries),
        (by.may("imports.run") and by.has_module("imports"), _imports),
    ]
    return [build(by) for is_open, build in builders if is_open]


def recent_changes(*, by: Actor) -> list[EntryShown]:
    """The newest change sets, for the last part of the page."""
    rows = history.list_change_sets(Filters(), by=by).order_by("-started_at", "-id")[:SHOWN]
    return [presenters.show_entry(entry) for entry in history.entries_of(rows, by=by)]


def _may_see_itineraries(by: Actor) -> bool:
    return by.may("itineraries.view") and by.has_module("itineraries")


def _unconnected(by: Actor) -> Block:
    filters = BookingFilters(is_unconnected=True)
    bookings = booking_queries.list_bookings(filters, by=by).in_lines()
    newest = bookings.exclude(status=BookingStatus.CANCELLED).order_by("-booked_on", "-id")
    return Block(
        "Bookings not connected",
        "ticket",
        "Every booking is connected to a stay or an itinerary.",
        [_booking_line(booking, by) for booking in newest[:SHOWN]],
        more_url=f"{reverse('bookings:list')}?unconnected=on",
    )


def _booking_line(booking: Booking, by: Actor) -> Line:
    leaves = f" · departs {booking.departs_on:%-d %b %Y}" if booking.departs_on else ""
    may_see_total = by.may_see("booking.total")
    return Line(
        reverse("bookings:detail", args=[booking.number]),
        "ticket",
        booking.product,
        f"BKG. No {booking.number} · {booking.customer.name}{leaves}",
        reason=str(booking.total) if may_see_total else "",
    )


def _offers_to_follow_up(by: Actor) -> Block:
    today = clock.today(by.time_zone)
    due = offer_queries.list_follow_ups(today, by=by, assignee_id=by.author_id)
    return Block(
        "Offers to follow up",
        "mail",
        "None of your offers waits to be followed up.",
        [_offer_line(offer, by) for offer in due.order_by("follow_up_on", "id")[:SHOWN]],
        more_url=reverse("offers:follow_ups"),
    )


def _offer_line(offer: Offer, by: Actor) -> Line:
    row = offers.row_of(offer, by)
    return Line(
        row.url,
        "mail",
        offer.title,
        f"Offer {offer.number} · {offer.addressee}",
        badge=row.due,
        tone="warning",
        reason=row.price,
    )


def _own_itineraries(by: Actor) -> Block:
    narrowed = ItineraryFilter(
        assignee_id=by.author_id,
        stage_ids=[stage.id for stage in itinerary_queries.list_stages(with_closed=False)],
    )
    found = itinerary_queries.filter_itineraries(narrowed, by=by)
    trips = list(found.order_by("-created_at", "-id")[:SHOWN])
    parties = itinerary_queries.list_parties([trip.id for trip in trips])
    may_create = by.may("itineraries.edit")
    return Block(
        "My itineraries",
        "route",
        "No open itinerary is assigned to you.",
        [_trip_line(trip, parties.get(trip.id), by) for trip in trips],
        more_url=f"{reverse('itineraries:list')}?assignee={by.author_id}",
        next_url=reverse("itineraries:create") if may_create else "",
        next_label="New itinerary",
    )


def _trip_line(trip: Itinerary, party: Party | None, by: Actor) -> Line:
    return Line(
        reverse("itineraries:detail", args=[trip.number]),
        "route",
        trip.name,
        " · ".join(part for part in (trip.trip_id, party.name if party else "") if part),
        badge=trip.stage.label,
        reason=_day(trip.arrival_at, by),
    )


def _departures(by: Actor) -> Block:
    """Trips that begin in the next two weeks, each with what is missing for it."""
    today = clock.today(by.time_zone)
    narrowed = ItineraryFilter(arrival_from=today, arrival_until=today + timedelta(days=DAYS_AHEAD))
    found = itinerary_queries.filter_itineraries(narrowed, by=by)
    trips = list(found.order_by("arrival_at", "id")[:DEPARTURES_SHOWN])
    ids = [trip.id for trip in trips]
    parties = itinerary_queries.list_parties(ids)
    arranged = _arranged(ids, by)
    return Block(
        f"Departures of the next {DAYS_AHEAD} days",
        "plane-departure",
        f"No itinerary begins within {DAYS_AHEAD} days.",
        [_departure_line(trip, parties.get(trip.id), trip.id in arranged, by) for trip in trips],
        more_url=reverse("itineraries:list"),
    )


def _departure_line(trip: Itinerary, party: Party | None, is_arranged: bool, by: Actor) -> Line:
    missing = [
        words
        for words, is_missing in (
            ("nobody linked", party is None),
            ("nothing booked", not is_arranged),
            ("no assignee", trip.assignee_id is None),
        )
        if is_missing
    ]
    return Line(
        reverse("itineraries:detail", args=[trip.number]),
        "plane-departure",
        trip.name,
        " · ".join(part for part in (trip.trip_id, party.name if party else "") if part),
        badge=", ".join(missing).capitalize() if missing else "Complete",
        tone="warning" if missing else "success",
        reason=_day(trip.arrival_at, by),
    )


def _arranged(itinerary_ids: list[UUID], by: Actor) -> set[UUID]:
    """Itineraries that have a stay or a booking of their own."""
    stays = Stay.objects.filter(itinerary_id__in=itinerary_ids) if by.has_module("stays") else ()
    bookings = (
        Booking.objects.filter(itinerary_id__in=itinerary_ids) if by.has_module("bookings") else ()
    )
    return {row.itinerary_id for rows in (stays, bookings) for row in rows if row.itinerary_id}


def _imports(by: Actor) -> Block:
    runs = ImportRun.objects.exclude(state=RunState.DRAFT).order_by("-created_at", "-id")[:SHOWN]
    return Block(
        "Latest imports",
        "file-import",
        "No file has been imported yet.",
        [_import_line(run, by) for run in runs],
        more_url=shell.url_of("imports:list"),
        next_url=shell.url_of("imports:create"),
        next_label="Import a file",
    )


def _import_line(run: ImportRun, by: Actor) -> Line:
    counts = f"{run.done_count:,} done, {run.refused_count:,} refused"
    return Line(
        shell.url_of("imports:list"),
        "file-import",
        run.file_name,
        f"{counts} · {run.started_by_name}" if run.started_by_name else counts,
        badge=run.get_state_display(),
        tone=_TONES.get(RunState(run.state), "info"),
        reason=_day(run.created_at, by),
    )


def _day(at: datetime | None, by: Actor) -> str:
    return f"{at.astimezone(ZoneInfo(by.time_zone)):%-d %b}" if at else ""
