"""The dialog "Connect stay/itinerary to booking", moving and disconnecting (TA-02 to TA-07)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings import connections, operations, queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import Connection, StaleBooking
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import presenters
from wayfolk.web.bookings.recording import page_url

TARGETS = "targets"


@require_http_methods(["GET", "POST"])
@signed_in("bookings.connect", module="bookings")
def connect(request: HttpRequest, number: int) -> HttpResponse:
    """The dialog and its search; sent, the connection."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, booking, by)
    target = _chosen(request)
    if target == Connection():
        return _show(request, booking, by, fault="Choose one stay or one itinerary from the list.")
    try:
        operations.connect_booking(
            booking.id,
            by=by,
            stay_id=target.stay_id,
            itinerary_id=target.itinerary_id,
            version=saving.posted_version(request),
        )
    except StaleBooking:
        return _show_again(request, booking, by)
    except (InvalidValues, NotFound) as refused:
        return _show(request, booking, by, fault=refused.message)
    _tell(request, queries.get_booking(booking.id, by=by), by)
    return htmx.redirect(request, page_url(booking))


@require_POST
@signed_in("bookings.connect", module="bookings")
def disconnect(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    operations.disconnect_booking(booking.id, by=by)
    undo = toasts.undo_url()
    text = f"Disconnected booking {number}." if undo else f"Booking {number} was not connected."
    toasts.add(request, text, level="success" if undo else "info", undo_url=undo)
    return htmx.redirect(request, page_url(booking))


def _tell(request: HttpRequest, booking: Booking, by: Actor) -> None:
    """The toast in words, with its undo."""
    undo, target = toasts.undo_url(), presenters.target_of(booking, by)
    name = target.title if target else ""
    if undo:
        toasts.add(request, f"Booking {booking.number} now belongs to {name}.", undo_url=undo)
    else:
        toasts.add(request, f"Booking {booking.number} belongs to {name} already.", level="info")


def _chosen(request: HttpRequest) -> Connection:
    """The one radio button's stay:<id> or itinerary:<id>; nothing for anything else."""
    values = request.POST.getlist("target")
    kind, _, text = values[0].partition(":") if len(values) == 1 else ("", "", "")
    try:
        target_id = UUID(text)
    except ValueError:
        return Connection()
    if kind == "stay":
        return Connection(stay_id=target_id)
    return Connection(itinerary_id=target_id) if kind == "itinerary" else Connection()


def _show_again(request: HttpRequest, booking: Booking, by: Actor) -> HttpResponse:
    """Somebody else changed the booking meanwhile: say how it stands, and ask again."""
    present = queries.get_booking(booking.id, by=by)
    target = presenters.target_of(present, by)
    now = f"It now belongs to {target.title}." if target else "It is not connected."
    fault = f"Nothing was connected yet: somebody else changed this booking meanwhile. {now}"
    return _show(request, present, by, fault=f"{fault} Choose again.", status=409)


def _show(
    request: HttpRequest, booking: Booking, by: Actor, *, fault: str = "", status: int = 422
) -> HttpResponse:
    query = (request.POST if request.method == "POST" else request.GET).get("q", "")[:200]
    found = connections.search_targets(query, by=by)
    chosen = request.POST.get("target", "") if status == 422 else ""
    context = {
        "booking": booking,
        "present": presenters.target_of(booking, by),
        "query": query,
        "found": presenters.show_targets(found, by),
        "chosen": chosen,
        "present_key": _key(booking),
        "sees_itineraries": connections.may_see_itineraries(by),
        "fault": fault,
        "dialog_title": "Connect stay/itinerary to booking",
    }
    if htmx.target(request) == TARGETS:
        return render(request, "bookings/_targets.html", context)
    return render(request, "bookings/connection.html", context, status=status if fault else 200)


def _key(booking: Booking) -> str:
    """The present target as its radio button would name it."""
    if booking.stay_id:
        return f"stay:{booking.stay_id}"
    return f"itinerary:{booking.itinerary_id}" if booking.itinerary_id else ""
