"""Forms of payments: shape only; what may be stored is decided in bookings.payments.rules."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.bookings.models import Booking
from wayfolk.bookings.payments.models import Direction, DueKind, Method, Payment, PaymentDue
from wayfolk.bookings.payments.rules import Due, PaymentData
from wayfolk.kit import clock, money
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.customer_picker import CustomerField

STORED_AS = {"amount": "amount_minor", "payer": "payer_id"}
_MONEY = frozenset({"amount", "currency", "exchange_rate"})


class PaymentForm(forms.Form):
    """A payment or refund; of a new one also whether it is there already."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    amount = forms.CharField(
        error_messages={"required": "The amount is missing."},
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    currency = forms.CharField(max_length=3)
    exchange_rate = forms.DecimalField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    method = forms.ChoiceField(
        label="Paid by",
        choices=[("", "Choose"), *Method.choices],
        error_messages={"required": "Choose how it was paid."},
    )
    paid_on = day_field("Paid on", required=True)
    reference = forms.CharField(
        required=False, help_text="Number of the receipt or transfer; never a card number."
    )
    payer = CustomerField(label="Paid by another customer", required=False)
    notes = forms.CharField(required=False)
    is_pending = forms.BooleanField(label="Not there yet: announced, but pending", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        booking: Booking,
        payment: Payment | None = None,
        direction: str = Direction.IN,
        amount: str = "",
    ) -> None:
        self.booking = booking
        direction = payment.direction if payment else direction
        initial = values_of(payment) if payment else _new_values(booking, by, amount)
        super().__init__(data, initial=initial)
        self.fields[
            "exchange_rate"
        ].help_text = f"How many {booking.currency} one unit is worth; only for another currency."
        if direction == Direction.REFUND:
            self.fields["paid_on"].label = "Refunded on"
            self.fields["method"].label = "Refunded by"
            self.fields["payer"].label = "Refunded to another customer"
            self.fields["is_pending"].label = "Not gone yet: announced, but pending"
        if payment is not None:
            del self.fields["is_pending"]
        self._bind_payer(by)
        for field in self.fields.values():
            field.show_hidden_initial = payment is not None

    def _bind_payer(self, by: Actor) -> None:
        payer = self.fields["payer"]
        assert isinstance(payer, CustomerField)
        payer.bind(by)
        if not by.may("customers.view"):
            del self.fields["payer"]

    def clean(self) -> dict[str, Any]:
        """The amount in minor units of its currency; the rate is 1 in the booking's own."""
        values = super().clean() or self.cleaned_data
        currency = str(values.get("currency", "")).upper() or self.booking.currency
        values["currency"] = currency
        if "amount" in values:
            values["amount"] = self._minor("amount", values["amount"], currency)
        if currency == self.booking.currency:
            values["exchange_rate"] = Decimal(1)
        elif values.get("exchange_rate") is None and "exchange_rate" not in self.errors:
            own = self.booking.currency
            self.add_error("exchange_rate", f"Say how many {own} one {currency} is worth.")
        return values

    def _minor(self, name: str, written: str, currency: str) -> int | None:
        try:
            return money.parse_amount(written, currency, field=name).minor
        except InvalidValue as refused:
            self.add_error("currency" if refused.field == "currency" else name, refused.message)
            return None

    def data_of(self, names: set[str]) -> PaymentData:
        """The named fields as the domain takes them; amount, currency and rate go together."""
        chosen = (names | _MONEY if names & _MONEY else names) - {"is_pending"}
        fields = {STORED_AS.get(n, n): v for n, v in self.cleaned_data.items() if n in chosen}
        if "payer_id" in fields:
            fields["payer_id"] = fields["payer_id"].id if fields["payer_id"] else None
        return PaymentData(fields)


def _new_values(booking: Booking, by: Actor, amount: str) -> dict[str, Any]:
    today = clock.today(by.time_zone).isoformat()
    return {"currency": booking.currency, "paid_on": today, "amount": amount}


def values_of(payment: Payment) -> dict[str, Any]:
    """The payment's values as the form shows them."""
    return {
        "amount": f"{payment.amount.amount:f}",
        "currency": payment.currency,
        "exchange_rate": f"{payment.exchange_rate.normalize():f}",
        "method": payment.method,
        "paid_on": payment.paid_on.isoformat(),
        "reference": payment.reference,
        "payer": str(payment.payer.number) if payment.payer else "",
        "notes": payment.notes,
    }


class DuesForm(forms.Form):
    """By when deposit and final payment are to be there; an empty day takes one away."""

    deposit_on = day_field("Deposit due on")
    deposit_amount = forms.CharField(label="Deposit", required=False)
    final_on = day_field("Final payment due on")
    final_amount = forms.CharField(label="Final payment", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        booking: Booking,
        dues: dict[str, PaymentDue] | None = None,
    ) -> None:
        self.booking = booking
        initial: dict[str, Any] = {}
        for kind, due in (dues or {}).items():
            initial[f"{kind}_on"] = due.due_on.isoformat()
            if due.amount_minor is not None:
                amount = money.Money(due.amount_minor, booking.currency).amount
                initial[f"{kind}_amount"] = f"{amount:f}"
        super().__init__(data, initial=initial)
        for kind in DueKind.values:
            self.fields[
                f"{kind}_amount"
            ].help_text = f"In {booking.currency}; empty: all that is left of the price."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for kind in DueKind.values:
            name, written = f"{kind}_amount", values.get(f"{kind}_amount")
            if written and not values.get(f"{kind}_on") and f"{kind}_on" not in self.errors:
                self.add_error(f"{kind}_on", "Say by which day, or take the amount away.")
            if written:
                values[name] = self._minor(name, written)
        return values

    def _minor(self, name: str, written: str) -> int | None:
        try:
            return money.parse_amount(written, self.booking.currency, field=name).minor
        except InvalidValue as refused:
            self.add_error(name, refused.message)
            return None

    def dues(self) -> dict[str, Due | None]:
        """By kind, None for one that is not wanted."""
        found: dict[str, Due | None] = {}
        for kind in DueKind.values:
            day = self.cleaned_data.get(f"{kind}_on")
            amount = self.cleaned_data.get(f"{kind}_amount")
            found[kind] = Due(day, None if amount in (None, "") else amount) if day else None
        return found
