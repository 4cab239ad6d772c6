"""The section Price of a booking's page: its lines, changed in place (TQ-24, TQ-55, TQ-56)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.bookings import line_rules, lines, operations, queries
from wayfolk.bookings.line_rules import LineData
from wayfolk.bookings.models import Booking, BookingLine, BookingStatus
from wayfolk.bookings.operations import choosing_pickup
from wayfolk.kit import money
from wayfolk.kit.errors import Conflict, InvalidValue, InvalidValues, NotAllowed, NotFound
from wayfolk.kit.money import format_money
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.adjustments import value_words
from wayfolk.web.bookings.recording import page_url

SECTION = "booking-price"
STORED_AS = {
    "category": "category_id",
    "pickup_point": "pickup_point_id",
    "adjustment": "adjustment_id",
    "amount": "amount_minor",
    "cost": "cost_minor",
}


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in the table; amounts are "" where they are not known."""

    line: BookingLine
    amount: str
    cost: str
    edit_url: str
    remove_url: str
    guest_chooses_until: date | None  # another pickup point, by a link
    guest_url: str
    send_url: str


class LineForm(forms.Form):
    """A line: what kind, what for, how much. Shape only; line_rules decides."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    category = forms.ChoiceField(required=False)
    pickup_point = forms.ChoiceField(
        required=False, help_text="Gives category, description, price and cost that are left empty."
    )
    adjustment = forms.ChoiceField(
        label="Discount or supplement",
        required=False,
        help_text="Gives category, description and price that are left empty.",
    )
    bonus_code = forms.CharField(label="Bonus code", required=False)
    description = forms.CharField(required=False)
    pax = forms.IntegerField(
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "max": 999, "inputmode": "numeric"}),
        error_messages={"invalid": "That is not a number. Use 0 to 999."},
    )
    amount = forms.CharField(label="Price", required=False)
    cost = forms.CharField(required=False, help_text="Empty while it is not known.")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        booking: Booking,
        line: BookingLine | None = None,
    ) -> None:
        self.booking, self.line = booking, line
        super().__init__(data, initial=_values_of(line), auto_id="line_%s")
        self.fields["amount"].label = f"Price in {booking.currency}"
        self.fields["cost"].label = f"Cost in {booking.currency}"
        self._choose("category", lines.list_categories(by=by), line.category_id if line else None)
        points = lines.list_pickup_points(by=by)
        self._choose("pickup_point", points, line.pickup_point_id if line else None)
        if not points:
            del self.fields["pickup_point"]
        self._choose_adjustments(by)
        if not by.may_see("booking.cost"):
            del self.fields["cost"]
        elif not by.may_edit("booking.cost"):
            self.fields["cost"].disabled = True

    def _choose_adjustments(self, by: Actor) -> None:
        """What fits the booking; that of the line stays, however it came there."""
        every = lines.list_adjustments(by=by, with_retired=False)
        others = [each for each in lines.list_lines(self.booking.id, by=by) if each != self.line]
        offered = lines.adjustments_for(self.booking, others, by=by)
        present = self.line.adjustment_id if self.line else None
        if present and present not in {each.id for each in offered}:
            offered.append(lines.get_adjustment(present, by=by))
        if offered:
            self._choose("adjustment", offered, present)
        else:
            del self.fields["adjustment"]
        if self.line is not None or not any(each.bonus_code for each in every):
            del self.fields["bonus_code"]

    def _choose(self, name: str, found: Sequence[Any], present: UUID | None) -> None:
        """Retired ones stay selectable on the lines that have them."""
        offered = [each for each in found if not each.is_retired or each.id == present]
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        first = "Choose…" if name == "category" else "None"
        field.choices = [("", first), *((str(each.id), str(each)) for each in offered)]

    def clean_amount(self) -> int | None:
        return self._minor("amount")

    def clean_cost(self) -> int | None:
        return self._minor("cost")

    def _minor(self, name: str) -> int | None:
        written = self.cleaned_data[name]
        if not written:
            return None
        try:
            return money.parse_amount(written, self.booking.currency, field=name).minor
        except InvalidValue as refused:
            raise forms.ValidationError(refused.message) from refused

    def line_data(self) -> LineData:
        """What differs from the line; of a new one what was filled in."""
        fields = {}
        for name in self.cleaned_data:
            stored, value = STORED_AS.get(name, name), self._stored(name)
            unsaid = {None, ""} if self.line is None else {getattr(self.line, stored, "")}
            if not self.fields[name].disabled and value not in unsaid:
                fields[stored] = value
        return LineData(fields)

    def _stored(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name in {"category", "pickup_point", "adjustment"}:
            return UUID(value) if value else None
        return value


@require_http_methods(["GET", "POST"])
@signed_in("bookings.edit", module="bookings")
def add(request: HttpRequest, number: int) -> HttpResponse:
    """The form of a new line below the others, and its line."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    if request.method == "GET":
        return _answer(request, booking, LineForm(by=by, booking=booking))
    form = LineForm(request.POST, by=by, booking=booking)

    def store(data: LineData, version: int) -> BookingLine:
        return operations.add_line(booking.id, data, by=by, version=version)

    return _save(request, form, store, "{} was added.")


@require_http_methods(["GET", "POST"])
@signed_in("bookings.edit", module="bookings")
def edit(request: HttpRequest, number: int, line_id: UUID) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    line = _find(booking, line_id, by)
    if request.method == "GET":
        return _answer(request, booking, LineForm(by=by, booking=booking, line=line))
    form = LineForm(request.POST, by=by, booking=booking, line=line)

    def store(data: LineData, version: int) -> BookingLine:
        return operations.update_line(booking.id, line_id, data, by=by, version=version)

    return _save(request, form, store, "{} was changed.")


@require_POST
@signed_in("bookings.edit", module="bookings")
def add_proposed(request: HttpRequest, number: int, adjustment_id: UUID) -> HttpResponse:
    """A permanent discount or supplement that the section proposes, put on."""
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    try:
        line = operations.add_line(booking.id, LineData({"adjustment_id": adjustment_id}), by=by)
    except InvalidValues as refused:
        toasts.add(request, refused.message, level="error")
    else:
        toasts.add(request, f"{line.description} was added.", undo_url=toasts.undo_url())
    return _answer(request, booking)


@require_POST
@signed_in("bookings.edit", module="bookings")
def remove(request: HttpRequest, number: int, line_id: UUID) -> HttpResponse:
    by = actor_of(request)
    booking = queries.get_booking_by_number(number, by=by)
    gone = operations.remove_line(booking.id, line_id, by=by)
    toasts.add(request, f"{gone.category.name} was removed.", undo_url=toasts.undo_url())
    return _answer(request, booking)


def section_of(booking: Booking, by: Actor, form: LineForm | None = None) -> dict[str, Any]:
    """Context of bookings/_price.html; empty where the price is not for this reader."""
    if not by.may_see("booking.total"):
        return {}
    sees_cost = by.may_see("booking.cost")
    present = lines.list_lines(booking.id, by=by)
    may_edit = by.may("bookings.edit") and by.may_edit("booking.total")
    return {
        "booking": booking,
        "price": {
            "rows": [_row(line, booking, by) for line in present],
            "proposed": _proposed(booking, present, by) if may_edit else [],
            "total": format_money(booking.total),
            "cost": format_money(booking.cost) if sees_cost and booking.cost else "",
            "sees_cost": sees_cost,
            "may_edit": may_edit,
            "add_url": reverse("bookings:add_line", args=[booking.number]),
        },
        "line_form": form,
        "line_action": _action(form) if form else "",
    }


def _proposed(booking: Booking, present: Sequence[BookingLine], by: Actor) -> list[tuple[str, str]]:
    """Words and address of each permanent adjustment that fits and is not on the booking yet."""
    if booking.status == BookingStatus.CANCELLED:
        return []
    there = {line.adjustment_id for line in present}
    return [
        (
            f"{each.description} {value_words(each)}",
            reverse("bookings:add_proposed", args=[booking.number, each.id]),
        )
        for each in lines.adjustments_for(booking, present, by=by)
        if each.is_permanent and each.id not in there
    ]


def _row(line: BookingLine, booking: Booking, by: Actor) -> LineRow:
    sees_cost = by.may_see("booking.cost")
    line.booking = booking
    until = choosing_pickup.choosable_until(line, by=by)
    return LineRow(
        line,
        format_money(line.amount),
        format_money(line.cost) if sees_cost and line.cost else "",
        reverse("bookings:edit_line", args=[booking.number, line.id]),
        reverse("bookings:remove_line", args=[booking.number, line.id]),
        until,
        choosing_pickup.link_of(line) if until else "",
        reverse("bookings:send_pickup_link", args=[booking.number, line.id])
        if until and by.has_module("communications") and by.may("communications.send")
        else "",
    )


def _action(form: LineForm) -> str:
    number = form.booking.number
    if form.line is None:
        return reverse("bookings:add_line", args=[number])
    return reverse("bookings:edit_line", args=[number, form.line.id])


def _save(
    request: HttpRequest,
    form: LineForm,
    store: Callable[[LineData, int], BookingLine],
    words: str,
) -> HttpResponse:
    """The refused form again, with its reasons; else the section as it is now."""
    if form.is_valid():
        try:
            line = store(form.line_data(), saving.posted_version(request))
        except InvalidValues as refused:
            saving.show_refusal(form, refused, form.shown_as)
        except NotAllowed as refused:
            form.add_error(None, refused.message)
        except Conflict as refused:
            form.add_error(None, f"{refused.message} Look at the lines, then send this once more.")
        else:
            toasts.add(request, words.format(line.category.name), undo_url=toasts.undo_url())
            return _answer(request, form.booking)
    return _answer(request, form.booking, form, status=422)


def _answer(
    request: HttpRequest, booking: Booking, form: LineForm | None = None, *, status: int = 200
) -> HttpResponse:
    """The section; without htmx the page, or the form on a page of its own."""
    by = actor_of(request)
    present = queries.get_booking(booking.id, by=by)
    if htmx.wants_fragment(request):
        context = section_of(present, by, form)
        return render(request, "bookings/_price.html", context, status=status)
    if form is None:
        return htmx.redirect(request, page_url(booking))
    context = section_of(present, by, form) | {"back_url": page_url(booking)}
    return render(request, "bookings/line.html", context, status=status)


def _find(booking: Booking, line_id: UUID, by: Actor) -> BookingLine:
    if not by.may_see(line_rules.FIELD_RULES["amount_minor"]):
        raise NotAllowed(f"Your role “{by.role_name}” does not see the price of bookings.")
    found = next((x for x in lines.list_lines(booking.id, by=by) if x.id == line_id), None)
    if found is None:
        raise NotFound(f"Booking {booking.number} has no such line any more. Reload the page.")
    return found


def _values_of(line: BookingLine | None) -> dict[str, Any]:
    if line is None:
        return {}
    return {
        "category": str(line.category_id),
        "pickup_point": str(line.pickup_point_id or ""),
        "adjustment": str(line.adjustment_id or ""),
        "description": line.description,
        "pax": line.pax,
        "amount": f"{line.amount.amount:f}",
        "cost": "" if line.cost is None else f"{line.cost.amount:f}",
    }
