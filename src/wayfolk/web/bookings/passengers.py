"""Adding and removing passengers, who leads, as what they travel (KP-11, KP-15, KP-18)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings import operations, passengers, queries
from wayfolk.bookings.models import Booking, BookingPassenger
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.passengers.models import PassengerType
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, record_picker, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import party
from wayfolk.web.bookings.recording import page_url
from wayfolk.web.customer_picker import CustomerField, customer_ids

SECTION = "booking-passengers"


class PassengerForm(forms.Form):
    """Whoever is not offered is searched for."""

    customer = CustomerField(
        label="Who travels",
        error_messages={"required": "Choose the person: search, then select."},
    )

    def __init__(self, *args: object, by: Actor) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        customer = self.fields["customer"]
        assert isinstance(customer, CustomerField)
        customer.bind(by)


@require_POST
@signed_in("bookings.edit", module="bookings")
def add(request: HttpRequest, number: int) -> HttpResponse:
    """`customer`: Customer Nos, one or several with commas between them."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    try:
        added = operations.add_passengers(booking.id, _chosen(request, by), by=by)
    except Refusal as refused:
        return _refused(request, booking, refused)
    return _done(request, booking, _added_words(added))


@require_http_methods(["GET", "POST"])
@signed_in("bookings.edit", module="bookings")
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """The dialog to search for anybody."""
    by = actor_of(request)
    by.require("customers.view")
    booking = queries.get_booking_by_number(number, by=by)
    is_sent = request.method == "POST"
    form = PassengerForm(request.POST if is_sent else None, by=by)
    if is_sent and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
        return _dialog(request, booking, form)
    if is_sent and form.is_valid():
        customer = form.cleaned_data["customer"]
        try:
            added = operations.add_passengers(booking.id, [customer.id], by=by)
        except InvalidValues as refused:
            form.add_error("customer", " ".join(refused.errors.values()))
        except Refusal as refused:
            form.add_error("customer", refused.message)
        else:
            toasts.add(request, _added_words(added), undo_url=toasts.undo_url())
            return htmx.redirect(request, page_url(booking))
    return _dialog(request, booking, form, status=422 if is_sent else 200)


@require_POST
@signed_in("bookings.edit", module="bookings")
def remove(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    """Off at once, with undo; the first of the others leads where the lead goes."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    found = passengers.find_passenger(booking.id, customer, by=by)
    removal = operations.remove_passenger(booking.id, found.customer_id, by=by)
    heir = removal.new_lead
    leads = f" {heir.customer.name} is the lead passenger now." if heir else ""
    return _done(request, booking, f"{found.customer.name} was taken off the booking.{leads}")


@require_POST
@signed_in("bookings.edit", module="bookings")
def lead(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    return _change(
        request,
        number,
        customer,
        lambda booking, who, by: operations.set_lead(booking.id, who.customer_id, by=by),
        "{} is the lead passenger now.",
    )


@require_POST
@signed_in("bookings.edit", module="bookings")
def set_type(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    """`type` by hand; "" leaves it to the age."""
    said = request.POST.get("type", "")
    known = said in PassengerType.values
    words = f"{{}} travels as {said}." if known else "The type of {} follows the age."
    return _change(
        request,
        number,
        customer,
        lambda booking, who, by: operations.set_type(booking.id, who.customer_id, said, by=by),
        words,
    )


@require_POST
@signed_in("bookings.edit", module="bookings")
def take_numbers(request: HttpRequest, number: int) -> HttpResponse:
    """Make the booked numbers those of the passengers; the whole page shows them."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    try:
        operations.take_numbers(booking.id, by=by)
    except Refusal as refused:
        toasts.add(request, refused.message, level="error")
    else:
        text = f"The numbers of booking {number} are those of its passengers."
        toasts.add(request, text, undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(booking))


Change = Callable[[Booking, BookingPassenger, Actor], object]


def _change(
    request: HttpRequest, number: int, customer: int, change: Change, words: str
) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    found = passengers.find_passenger(booking.id, customer, by=by)
    try:
        change(booking, found, by)
    except Refusal as refused:
        return _refused(request, booking, refused)
    return _done(request, booking, words.format(found.customer.name))


def _chosen(request: HttpRequest, by: Actor) -> list[UUID]:
    return customer_ids(",".join(request.POST.getlist("customer")).split(","), by=by)


def _added_words(added: Sequence[BookingPassenger]) -> str:
    names = [passenger.customer.name for passenger in added]
    if not names:
        return "They travel on this booking already."
    who = " and ".join(names) if len(names) <= 2 else f"{len(names)} people"
    return f"{who} {'travels' if len(names) == 1 else 'travel'} on this booking now."


def _refused(request: HttpRequest, booking: Booking, refused: Refusal) -> HttpResponse:
    toasts.add(request, refused.message, level="error")
    return _answer(request, booking)


def _done(request: HttpRequest, booking: Booking, text: str) -> HttpResponse:
    undo = toasts.undo_url()
    toasts.add(
        request,
        text if undo else "Nothing had changed.",
        level="success" if undo else "info",
        undo_url=undo,
    )
    return _answer(request, booking)


def _answer(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The section as it is now; without htmx the page."""
    if htmx.target(request) != SECTION:
        return htmx.redirect(request, page_url(booking))
    by = actor_of(request)
    present = queries.get_booking(booking.id, by=by)
    return render(request, "bookings/_passengers.html", party.section_of(present, by))


def _dialog(
    request: HttpRequest, booking: Booking, form: PassengerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "dialog_title": f"Add a passenger to booking {booking.number}",
        "action": reverse("bookings:choose_passenger", args=[booking.number]),
        "back_url": page_url(booking),
    }
    return render(request, "bookings/passenger.html", context, status=status)
