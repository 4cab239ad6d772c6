"""The bookings list behind a figure of a customer's totals: `?customer=NUMBER&counted=CODE`."""

from collections.abc import Sequence
from dataclasses import replace

from django import forms
from django.urls import reverse

from wayfolk.bookings import counting
from wayfolk.bookings.models import Booking, BookingQuerySet
from wayfolk.kit.money import Money, format_money
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.presenters import BookingRow


def counted_field() -> forms.ChoiceField:
    """The hidden field of the list's filters."""
    choices = [("", ""), *((code, each.label) for code, each in counting.FIGURES.items())]
    return forms.ChoiceField(
        label="Counted in",
        required=False,
        choices=choices,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "There is no such figure of the totals."},
    )


def require_open(code: str, by: Actor) -> str:
    """Raises ValidationError for a figure that this reader may not see."""
    if code and not counting.FIGURES[code].is_open_to(by):
        message = f"Your role “{by.role_name}” does not see this figure."
        raise forms.ValidationError(message)
    return code


def narrow(rows: BookingQuerySet, code: str) -> BookingQuerySet:
    return counting.narrow(rows, code) if code else rows


def with_shares(
    rows: Sequence[BookingRow], bookings: Sequence[Booking], code: str, by: Actor
) -> list[BookingRow]:
    """The rows with what each of them counts in the figure."""
    if not code:
        return list(rows)
    found = counting.shares(bookings, code, by=by)
    return [replace(row, counted=in_words(code, found[row.booking.id], by)) for row in rows]


def in_words(code: str, value: int, by: Actor) -> str:
    if counting.FIGURES[code].is_money:
        return format_money(Money(value, by.currency))
    return f"{value:,}"


def label_of(code: str) -> str:
    return counting.FIGURES[code].label if code else ""


def list_url(customer_number: int, code: str) -> str:
    return f"{reverse('bookings:list')}?customer={customer_number}&counted={code}"
