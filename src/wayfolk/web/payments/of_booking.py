"""Payments of a booking: the section of its page, recording, changing, reversing, due dates."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.bookings.payments import operations, queries
from wayfolk.bookings.payments.models import Direction, Payment
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
from wayfolk.kit.money import format_money
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.payments import presenters
from wayfolk.web.payments.forms import DuesForm, PaymentForm
from wayfolk.web.payments.presenters import booking_url


@require_GET
@signed_in("payments.view", module="payments")
def of_booking(request: HttpRequest, number: int) -> HttpResponse:
    """The section Payments of the booking's page, or a page of its own."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    is_part = htmx.wants_fragment(request)
    name = "payments/_of_booking.html" if is_part else "payments/of_booking.html"
    return render(request, name, presenters.section_of(booking, by))


@require_http_methods(["GET", "POST"])
@signed_in("payments.edit", module="payments")
def record(request: HttpRequest, number: int) -> HttpResponse:
    """The dialog for a payment, or with ?direction=refund for a refund."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    queries.require_sight(by)
    is_refund = request.GET.get("direction") == Direction.REFUND
    direction = Direction.REFUND if is_refund else Direction.IN
    if request.method == "GET":
        form = PaymentForm(by=by, booking=booking, direction=direction, amount=_open(booking, by))
        return _show_dialog(request, booking, form, direction)
    form = PaymentForm(request.POST, by=by, booking=booking, direction=direction)
    made = None
    try:
        made = saving.create_from(form, lambda names: _record(booking, form, direction, names, by))
    except Refusal as refused:
        _refused(form, refused)
    if made is None:
        return _show_dialog(request, booking, form, direction, status=422)
    _tell_recorded(request, booking, made, by)
    return htmx.redirect(request, booking_url(number))


def _open(booking: Booking, by: Actor) -> str:
    """What is left to pay, as the form's proposal."""
    section = queries.balances_of([booking.id], by=by).get(booking.id, booking.total)
    return f"{section.amount:f}" if section.minor > 0 else ""


def _record(
    booking: Booking, form: PaymentForm, direction: str, names: set[str], by: Actor
) -> Payment:
    return operations.record_payment(
        booking.id,
        form.data_of(names),
        by=by,
        direction=direction,
        is_pending=form.cleaned_data["is_pending"],
    )


def _refused(form: PaymentForm, refused: Refusal) -> None:
    """A refusal of the whole payment stands at its field, or above the form."""
    if isinstance(refused, NotFound):
        raise refused
    name = form.shown_as.get(refused.field, refused.field)
    form.add_error(name if name in form.fields else None, refused.message)


def _tell_recorded(request: HttpRequest, booking: Booking, made: Payment, by: Actor) -> None:
    noun = str(made.get_direction_display())
    undo = toasts.undo_url()
    toasts.add(request, f"{noun} of {format_money(made.amount)} noted.", undo_url=undo)
    balance = queries.balances_of([booking.id], by=by).get(booking.id)
    if balance is not None and balance.minor < 0 and made.direction == Direction.IN:
        text = f"Booking {booking.number} is overpaid by {format_money(-balance)}."
        toasts.add(request, text, level="warning")


@require_http_methods(["GET", "POST"])
@signed_in("payments.edit", module="payments")
def edit(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    by = actor_of(request)
    payment = queries.get_payment(payment_id, by=by)
    booking = payment.booking
    if request.method == "GET":
        form = PaymentForm(by=by, booking=booking, payment=payment)
        return _show_form(request, form, payment, version=payment.version)
    form = PaymentForm(request.POST, by=by, booking=booking, payment=payment)
    version = saving.posted_version(request)

    def update(names: set[str], seen: int) -> Payment:
        return operations.update_payment(payment.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[Payment, PaymentForm]:
        present = queries.get_payment(payment_id, by=by)
        return present, PaymentForm(by=by, booking=booking, payment=present)

    try:
        outcome = saving.save_form(form, version=version, update=update, reload=reload)
    except (operations.RefundBeyond, operations.WrongState) as refused:
        _refused(form, refused)
        return _show_form(request, form, payment, status=422, version=version)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show_form(request, form, payment, status=outcome.status, **context)
    saving.tell_updated(request, str(payment.get_direction_display()))
    return htmx.redirect(request, booking_url(booking.number))


@require_POST
@signed_in("payments.edit", module="payments")
def receive(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    by = actor_of(request)
    payment = queries.get_payment(payment_id, by=by)
    try:
        operations.receive_payment(payment_id, by=by)
        toasts.add(request, "Marked as received.", undo_url=toasts.undo_url())
    except (operations.RefundBeyond, operations.WrongState) as refused:
        toasts.add(request, refused.message, level="error")
    return htmx.redirect(request, booking_url(payment.booking.number))


@require_POST
@signed_in("payments.edit", module="payments")
def reverse_one(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    by = actor_of(request)
    payment = queries.get_payment(payment_id, by=by)
    try:
        operations.reverse_payment(payment_id, by=by)
        noun = payment.get_direction_display()
        toasts.add(request, f"{noun} reversed: it counts no more.", undo_url=toasts.undo_url())
    except (operations.RefundBeyond, operations.WrongState) as refused:
        toasts.add(request, refused.message, level="error")
    return htmx.redirect(request, booking_url(payment.booking.number))


@require_http_methods(["GET", "POST"])
@signed_in("payments.edit", module="payments")
def dues(request: HttpRequest, number: int) -> HttpResponse:
    """The dialog for the days on which deposit and final payment are due."""
    by = actor_of(request)
    booking = booking_queries.get_booking_by_number(number, by=by)
    present = {str(due.kind): due for due in queries.list_dues(booking.id, by=by)}
    form = DuesForm(request.POST or None, booking=booking, dues=present)
    context = {"booking": booking, "form": form, "dialog_title": "Due dates"}
    if request.method == "GET":
        return render(request, "payments/dues.html", context)
    if form.is_valid():
        try:
            operations.set_dues(booking.id, form.dues(), by=by)
            saving.tell_updated(request, "Due dates")
            return htmx.redirect(request, booking_url(number))
        except InvalidValues as refused:
            saving.show_refusal(form, refused, {})
    return render(request, "payments/dues.html", context, status=422)


def _show_dialog(
    request: HttpRequest, booking: Booking, form: PaymentForm, direction: str, *, status: int = 200
) -> HttpResponse:
    is_refund = direction == Direction.REFUND
    context = {
        "booking": booking,
        "form": form,
        "is_refund": is_refund,
        "dialog_title": f"{'Refund' if is_refund else 'Payment'} on booking {booking.number}",
    }
    return render(request, "payments/record.html", context, status=status)


def _show_form(
    request: HttpRequest, form: PaymentForm, payment: Payment, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {
        "form": form,
        "record": payment,
        "payment": payment,
        "noun": "payment",
        "back_url": booking_url(payment.booking.number),
        "back_label": f"Booking {payment.booking.number}",
        "title": f"Edit {payment.get_direction_display().lower()}",
    }
    return render(request, "payments/form.html", context, status=status)
