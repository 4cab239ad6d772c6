"""Creating, editing and cancelling a booking."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings import operations, queries
from wayfolk.bookings.models import Booking
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import travellers
from wayfolk.web.bookings.forms import BookingForm


@require_http_methods(["GET", "POST"])
@signed_in("bookings.edit", module="bookings")
def create(request: HttpRequest) -> HttpResponse:
    """A new booking; `customer` in the address chooses whose."""
    by = actor_of(request)
    if request.method == "GET":
        form = BookingForm(by=by, chosen={"customer": request.GET.get("customer", "")})
        return _show(request, form)
    form = BookingForm(request.POST, by=by)
    if record_picker.is_searching(request.POST):
        return _show(request, form)
    booking = saving.create_from(
        form,
        lambda names: operations.create_with_passengers(
            form.data_of(names), travellers.chosen(request, by), by=by
        ),
    )
    if booking is None:
        return _show(request, form, status=422)
    toasts.add(request, f"Created booking {booking.number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(booking))


@require_http_methods(["GET", "POST"])
@signed_in("bookings.edit", module="bookings")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    if request.method == "GET":
        form = BookingForm(by=by, booking=booking)
        return _show(request, form, booking=booking, version=booking.version)
    form = BookingForm(request.POST, by=by, booking=booking)
    version = saving.posted_version(request)
    if record_picker.is_searching(request.POST):
        return _show(request, form, booking=booking, version=version)

    def update(names: set[str], seen: int) -> Booking:
        data = form.data_of(names)
        return operations.update_booking(booking.id, data, by=by, version=seen)

    def reload() -> tuple[Booking, BookingForm]:
        present = queries.get_booking(booking.id, by=by)
        return present, BookingForm(by=by, booking=present)

    outcome = saving.save_form(
        form, version=version, update=update, reload=reload, asked=["customer"]
    )
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, booking=booking, status=outcome.status, **context)
    saving.tell_updated(request, f"Booking {number}")
    return htmx.redirect(request, page_url(booking))


@require_POST
@signed_in("bookings.edit", module="bookings")
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    operations.cancel_booking(booking.id, by=by)
    toasts.add(request, f"Cancelled booking {number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(booking))


@require_POST
@signed_in("partners.terms", module="bookings")
def recompute(request: HttpRequest, number: int) -> HttpResponse:
    """The commission by the terms as they are now."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    operations.recompute_commission(booking.id, by=by)
    saving.tell_updated(request, f"Commission of booking {number}")
    return htmx.redirect(request, page_url(booking))


def page_url(booking: Booking) -> str:
    return reverse("bookings:detail", args=[booking.number])


def _show(
    request: HttpRequest,
    form: BookingForm,
    *,
    status: int = 200,
    booking: Booking | None = None,
    **context: Any,
) -> HttpResponse:
    if booking is None:
        context |= travellers.offered(form["customer"].value(), request.POST, form.by)
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    context |= {
        "form": form,
        "booking": booking,
        "record": booking,
        "noun": "booking",
        "back_url": page_url(booking) if booking else reverse("bookings:list"),
    }
    return render(request, "bookings/form.html", context, status=status)
