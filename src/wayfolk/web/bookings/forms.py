"""The booking's form: shape only; what may be stored is decided in bookings.rules."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.bookings import queries, rules
from wayfolk.bookings.models import Booking, BookingSource
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import clock, money
from wayfolk.kit.errors import InvalidValue
from wayfolk.partners import queries as partner_queries
from wayfolk.staff.rules import Actor
from wayfolk.web import brands
from wayfolk.web.customer_picker import CustomerField
from wayfolk.web.partner_picker import PartnerField

STATUS_WORDS = {
    "confirmed": "Confirmed (OK)",
    "waitlisted": "Waitlist (WL)",
    "place_found": "Place found (WLOK)",
    "cancelled": "Cancelled",
}
STATUS_SHORT = {
    "confirmed": "Confirmed",
    "waitlisted": "Waitlist",
    "place_found": "Place found",
    "cancelled": "Cancelled",
}
STATUS_TONES = {
    "confirmed": "success",
    "waitlisted": "warning",
    "place_found": "info",
    "cancelled": "neutral",
}
# Field of the form -> field of the booking, where they differ.
STORED_AS = {
    "brand": "brand_id",
    "customer": "customer_id",
    "partner": "partner_id",
    "assignee": "assignee_id",
    "total": "total_minor",
    "cost": "cost_minor",
}


def day_field(label: str, *, required: bool = False) -> forms.DateField:
    """A date with the browser's own calendar."""
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": f"The {label.lower()} is missing.",
            "invalid": "That is not a date. Write it like 2026-01-31.",
        },
    )


def party_field(label: str) -> forms.IntegerField:
    """A number of people."""
    return forms.IntegerField(
        label=label,
        widget=forms.NumberInput(attrs={"min": 0, "max": 999, "inputmode": "numeric"}),
        error_messages={
            "required": "Say how many, 0 for none.",
            "invalid": "That is not a number. Use 0 to 999.",
        },
    )


class BookingForm(forms.Form):
    """All fields of a booking that the actor may see; those not theirs to edit are disabled."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    brand = forms.ChoiceField(
        required=False, help_text="The BKG. No is of its range, so it cannot be changed later."
    )
    customer = CustomerField(
        label="Customer", error_messages={"required": "Choose the customer: search, then select."}
    )
    product = forms.CharField(
        label="Product name",
        error_messages={"required": "The product name is missing: say what was booked."},
    )
    status = forms.ChoiceField(choices=list(STATUS_WORDS.items()))
    booked_on = day_field("Booking date", required=True)
    departs_on = day_field("Departure date")
    returns_on = day_field("Return date")
    transport = forms.CharField(required=False)
    resort = forms.CharField(required=False)
    hotel = forms.CharField(required=False)
    adults = party_field("Adults")
    children = party_field("Children")
    infants = party_field("Infants")
    currency = forms.CharField(max_length=3, min_length=3)
    total = forms.CharField(label="Price", required=False)
    cost = forms.CharField(label="Cost", required=False, help_text="Empty while it is not known.")
    exchange_rate = forms.DecimalField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    assignee = forms.ChoiceField(label="User", required=False)
    contact_phone = forms.CharField(
        label="Phone", required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    source = forms.ChoiceField(choices=BookingSource.choices, required=False)
    partner = PartnerField(label="Sold through", required=False)
    agency = forms.CharField(
        required=False, help_text="As noted by hand or by an import; earns no commission."
    )
    reference = forms.CharField(label="External reference", required=False)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        booking: Booking | None = None,
        chosen: Mapping[str, str] | None = None,
    ) -> None:
        """Of a new booking, `chosen` gives values known beforehand."""
        self.by, self.booking = by, booking
        initial = values_of(booking) if booking else new_values(by)
        super().__init__(data, initial={**initial, **(chosen or {})})
        customer = self.fields["customer"]
        assert isinstance(customer, CustomerField)
        customer.bind(by)
        self._bind_partner()
        brands.offer_choice(self, is_new=booking is None)
        users = [(str(user.id), user.name) for user in queries.list_users(by=by)]
        self._choose_from("assignee", [("", "Nobody"), *users])
        self.fields[
            "exchange_rate"
        ].help_text = f"How many {by.currency} one unit is worth; only for another currency."
        self._apply_rights()
        for field in self.fields.values():
            field.show_hidden_initial = booking is not None

    def _bind_partner(self) -> None:
        """Who may not see trade partners leaves the booking with the one it has."""
        if not partner_queries.may_see(self.by):
            del self.fields["partner"]
            return
        partner = self.fields["partner"]
        assert isinstance(partner, PartnerField)
        partner.bind(self.by, nobody="Nobody: sold directly")

    def _choose_from(self, name: str, choices: list[tuple[str, str]]) -> None:
        """A user who has left stays selectable on the bookings that are theirs."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        if (
            self.booking
            and self.booking.assignee
            and str(self.booking.assignee_id) not in dict(choices)
        ):
            choices.append((str(self.booking.assignee_id), self.booking.assignee.name))
        field.choices = choices

    def _apply_rights(self) -> None:
        for name in list(self.fields):
            rule = rules.FIELD_RULES.get(STORED_AS.get(name, name))
            if rule and not self.by.may_see(rule):
                del self.fields[name]
            elif rule and not self.by.may_edit(rule):
                self.fields[name].disabled = True

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if not money.is_currency(currency):
            raise forms.ValidationError(
                f"“{currency}” is not a currency code. Use three letters such as EUR."
            )
        return currency

    def clean(self) -> dict[str, Any]:
        """Amounts in minor units of the currency, and the rate that goes with it."""
        values = super().clean() or self.cleaned_data
        currency = values.get("currency", self._stored_currency())
        for name in ("total", "cost"):
            if name in values:
                values[name] = self._amount(name, values[name], currency)
        if "exchange_rate" in values and "currency" in values:
            if currency == self.by.currency:
                values["exchange_rate"] = Decimal(1)
            elif values["exchange_rate"] is None:
                self.add_error(
                    "exchange_rate", f"Say how many {self.by.currency} one {currency} is worth."
                )
        return values

    def _stored_currency(self) -> str:
        return self.booking.currency if self.booking else self.by.currency

    def _amount(self, name: str, written: str, currency: str) -> int | None:
        if not written:
            return 0 if name == "total" else None
        try:
            return money.parse_amount(written, currency, field=name).minor
        except InvalidValue as refused:
            self.add_error(name, refused.message)
            return None

    def data_of(self, names: set[str]) -> BookingData:
        """The named fields as the domain takes them."""
        if "currency" in names:  # amounts mean something else then: they go along
            names = names | {"total", "cost", "exchange_rate"}
        return BookingData(
            {
                STORED_AS.get(name, name): self._stored(name)
                for name in self.cleaned_data
                if name in names and not self.fields[name].disabled
            }
        )

    def _stored(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name in {"customer", "partner"}:
            return value.id if value else None
        return (value or None) if name in {"assignee", "brand"} else value


def new_values(by: Actor) -> dict[str, Any]:
    """What the form of a new booking starts with."""
    return {
        "status": "confirmed",
        "booked_on": clock.today(by.time_zone).isoformat(),
        "adults": 1,
        "children": 0,
        "infants": 0,
        "currency": by.currency,
        "assignee": str(by.author_id or ""),
    }


def values_of(booking: Booking) -> dict[str, Any]:
    """The booking's values as the form shows them."""
    same = (
        *("product", "status", "transport", "resort", "hotel", "adults", "children", "infants"),
        *("currency", "contact_phone", "source", "agency", "reference", "notes"),
    )
    cost = booking.cost
    return {
        **{name: getattr(booking, name) for name in same},
        **{name: _day(getattr(booking, name)) for name in rules.DATES},
        "customer": str(booking.customer.number),
        "partner": str(booking.partner.number) if booking.partner else "",
        "assignee": str(booking.assignee_id or ""),
        "exchange_rate": f"{booking.exchange_rate.normalize():f}",
        "total": f"{booking.total.amount:f}",
        "cost": "" if cost is None else f"{cost.amount:f}",
    }


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
