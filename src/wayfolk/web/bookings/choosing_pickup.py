"""Guests choose where they are picked up: their page behind the link, and sending it (TQ-55)."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings import queries
from wayfolk.bookings.models import BookingLine
from wayfolk.bookings.operations import choosing_pickup
from wayfolk.bookings.operations.choosing_pickup import LINKS, Choice, ChoiceOver, Offer
from wayfolk.kit.errors import InvalidValues
from wayfolk.kit.money import format_money
from wayfolk.organization.models import Organization
from wayfolk.web import guests, htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.recording import page_url


class ChoiceForm(forms.Form):
    """The places of the route, with the hour and what each costs."""

    pickup_point = forms.ChoiceField(
        label="Where shall we pick you up?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose one of the places.",
            "invalid_choice": "That place is not offered any more. Choose one of these.",
        },
    )

    def __init__(self, data: QueryDict | None = None, *, offer: Offer) -> None:
        present = str(offer.line.pickup_point_id)
        super().__init__(data, initial={"pickup_point": present})
        field = self.fields["pickup_point"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(each.point.id), _words(each)) for each in offer.choices]


@require_http_methods(["GET", "POST"])
@guests.by_link(LINKS.organization_of)
def choose(request: HttpRequest, organization: Organization, token: str) -> HttpResponse:
    """The places to choose from, or kind words where there is nothing to choose any more."""
    by = choosing_pickup.guest_actor(organization)
    line = choosing_pickup.find_line(token)
    if line is None or not by.has_module("bookings"):
        return guests.unknown(request)
    frame = {"organization": organization.name, "trip": line.booking.product}
    try:
        offer = choosing_pickup.offer_of(line, by=by)
        form = ChoiceForm(request.POST if request.method == "POST" else None, offer=offer)
        if form.is_bound and form.is_valid():
            chosen = UUID(form.cleaned_data["pickup_point"])
            line = choosing_pickup.choose(token, chosen, by=by)
            return _answer(request, frame, line=line, point=line.pickup_point)
    except ChoiceOver as over:
        return _answer(request, frame, line=line, over=over.message, status=410)
    except InvalidValues as refused:  # taken off the list a moment ago
        form.add_error("pickup_point", refused.message)
    context = {**frame, "form": form, "until": offer.until}
    status = 422 if form.errors else 200
    return render(request, "answers/pickup.html", context, status=status)


@require_POST
@signed_in("bookings.edit", module="bookings")
def send(request: HttpRequest, number: int, line_id: UUID) -> HttpResponse:
    """Mail the guest the link."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    choosing_pickup.send_link(line_id, by=by)
    toasts.add(request, f"The link is on its way to {booking.customer.name}.")
    return htmx.redirect(request, page_url(booking))


def _answer(
    request: HttpRequest,
    frame: dict[str, Any],
    *,
    line: BookingLine,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {**frame, "price": format_money(line.amount) if line.amount_minor else ""}
    return render(request, "answers/pickup_over.html", context, status=status)


def _words(choice: Choice) -> str:
    """Like “07:45 Aliados, EUR 5.00”: the code is ours, not the guest's."""
    point = choice.point
    hour = f"{point.meets_at:%H:%M} " if point.meets_at else ""
    price = f", {format_money(choice.amount)}" if choice.amount.minor else ""
    return f"{hour}{point.description}{price}"
