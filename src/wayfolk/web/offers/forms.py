"""The offer's form: shape only; what may be stored is decided in sales.rules."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.kit import money
from wayfolk.kit.errors import InvalidValue
from wayfolk.sales.models import CustomerType, Offer, OfferKind
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.rules import offers as rules
from wayfolk.sales.rules.offers import OfferData
from wayfolk.staff.rules import Actor
from wayfolk.web import brands
from wayfolk.web.bookings.forms import day_field, party_field
from wayfolk.web.customer_picker import CustomerField

STATUS_WORDS = {
    "unsent": "Unsent",
    "available": "Available",
    "expired": "Expired",
    "sold": "Sold",
    "closed": "Closed",
}
STATUS_TONES = {
    "unsent": "info",
    "available": "success",
    "expired": "warning",
    "sold": "accent",
    "closed": "neutral",
}
# Field of the form -> field of the offer, where they differ.
STORED_AS = {
    "brand": "brand_id",
    "customer": "customer_id",
    "assignee": "assignee_id",
    "price": "price_minor",
}


class OfferForm(forms.Form):
    """All fields of an offer that the actor may see; those not theirs to edit are disabled."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    brand = forms.ChoiceField(
        required=False, help_text="The Offer No is of its range, so it cannot be changed later."
    )
    customer = CustomerField(label="Customer", required=False)
    offeree_name = forms.CharField(label="Or somebody who is no customer yet", required=False)
    offeree_email = forms.CharField(
        label="Their email", required=False, widget=forms.TextInput(attrs={"inputmode": "email"})
    )
    offeree_phone = forms.CharField(
        label="Their phone", required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    title = forms.CharField(
        error_messages={"required": "The title is missing: say what is offered."}
    )
    kind = forms.ChoiceField(label="Type", choices=OfferKind.choices)
    customer_type = forms.ChoiceField(choices=CustomerType.choices, required=False)
    departs_on = day_field("Proposed departure")
    returns_on = day_field("Proposed return")
    transport = forms.CharField(required=False)
    resort = forms.CharField(required=False)
    hotel = forms.CharField(required=False)
    adults = party_field("Adults")
    children = party_field("Children")
    infants = party_field("Infants")
    price = forms.CharField(required=False, help_text="Empty while there is none.")
    currency = forms.CharField(max_length=3, min_length=3)
    exchange_rate = forms.DecimalField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    valid_until = day_field("Valid until")
    follow_up_on = day_field("Follow-up date")
    assignee = forms.ChoiceField(required=False)
    is_reminding = forms.BooleanField(
        label="Remind by itself", required=False, help_text="On the days set for offers."
    )
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        offer: Offer | None = None,
        chosen: Mapping[str, str] | None = None,
    ) -> None:
        """Of a new offer, `chosen` gives values known beforehand."""
        self.by, self.offer = by, offer
        initial = values_of(offer) if offer else new_values(by)
        super().__init__(data, initial={**initial, **(chosen or {})})
        customer = self.fields["customer"]
        assert isinstance(customer, CustomerField)
        customer.bind(by)
        customer.offer_nobody("Nobody of our customers yet")
        brands.offer_choice(self, is_new=offer is None)
        self._bind_users()
        self.fields[
            "exchange_rate"
        ].help_text = f"How many {by.currency} one unit is worth; only for another currency."
        self._apply_rights()
        for field in self.fields.values():
            field.show_hidden_initial = offer is not None

    def _bind_users(self) -> None:
        """A user who has left stays selectable on the offers that are theirs."""
        users = [(str(user.id), user.name) for user in queries.list_users(by=self.by)]
        if self.offer and self.offer.assignee and str(self.offer.assignee_id) not in dict(users):
            users.append((str(self.offer.assignee_id), self.offer.assignee.name))
        field = self.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Nobody"), *users]

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
        """The price in minor units of the currency, and the rate that goes with it."""
        values = super().clean() or self.cleaned_data
        currency = values.get("currency", self.offer.currency if self.offer else self.by.currency)
        if "price" in values:
            values["price"] = amount_of(self, "price", values["price"], currency)
        if "exchange_rate" in values and "currency" in values:
            if currency == self.by.currency:
                values["exchange_rate"] = Decimal(1)
            elif values["exchange_rate"] is None:
                self.add_error(
                    "exchange_rate", f"Say how many {self.by.currency} one {currency} is worth."
                )
        return values

    def data_of(self, names: set[str]) -> OfferData:
        """The named fields as the domain takes them."""
        if "currency" in names:  # the price means something else then: it goes along
            names = names | {"price", "exchange_rate"}
        return OfferData(
            {
                STORED_AS.get(name, name): self._stored(name)
                for name in self.cleaned_data
                if name in names and not self.fields[name].disabled
            }
        )

    def _stored(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name == "customer":
            return value.id if value else None
        return (value or None) if name in {"assignee", "brand"} else value


def amount_of(form: forms.Form, name: str, written: str, currency: str) -> int | None:
    """What somebody wrote, in minor units; None for nothing or for what the form now says."""
    if not written:
        return None
    try:
        return money.parse_amount(written, currency, field=name).minor
    except InvalidValue as refused:
        form.add_error(name, refused.message)
        return None


def new_values(by: Actor) -> dict[str, Any]:
    """What the form of a new offer starts with."""
    return {
        "kind": "request",
        "adults": 2,
        "children": 0,
        "infants": 0,
        "currency": by.currency,
        "assignee": str(by.author_id or ""),
        "is_reminding": True,
    }


def values_of(offer: Offer) -> dict[str, Any]:
    """The offer's values as the form shows them."""
    same = (
        *("offeree_name", "offeree_email", "offeree_phone", "title", "kind", "customer_type"),
        *("transport", "resort", "hotel", "adults", "children", "infants", "currency"),
        *("is_reminding", "notes"),
    )
    price = offer.price
    return {
        **{name: getattr(offer, name) for name in same},
        **{name: _day(getattr(offer, name)) for name in rules.DATES},
        "customer": str(offer.customer.number) if offer.customer else "",
        "assignee": str(offer.assignee_id or ""),
        "exchange_rate": f"{offer.exchange_rate.normalize():f}",
        "price": "" if price is None else f"{price.amount:f}",
    }


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
