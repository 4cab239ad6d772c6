"""The form of a catalog order: shape only; what may be stored is decided in sales.rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.kit import clock, countries
from wayfolk.sales.models import CatalogOrder, Catalogue, OrderChannel
from wayfolk.sales.queries import lists
from wayfolk.sales.rules import orders as rules
from wayfolk.sales.rules.orders import OrderData
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.customer_picker import CustomerField
from wayfolk.web.form_rendering import LongChoices, LongSelect

STATUS_WORDS = {"ordered": "Ordered", "sent": "Sent", "cancelled": "Cancelled"}
STATUS_TONES = {"ordered": "info", "sent": "success", "cancelled": "neutral"}
_COUNTRIES = LongChoices("–", countries.countries)
STORED_AS = {"customer": "customer_id", "catalogue": "catalogue_id"}


class OrderForm(forms.Form):
    """All fields of an order that the actor may see; an empty address is filled by itself."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    customer = CustomerField(
        label="Customer", error_messages={"required": "Choose the customer: search, then select."}
    )
    catalogue = forms.ChoiceField()
    copies = forms.IntegerField(
        widget=forms.NumberInput(attrs={"min": 1, "max": rules.COPIES_MAX, "inputmode": "numeric"}),
        error_messages={"required": "Say how many.", "invalid": "That is not a number."},
    )
    ordered_on = day_field("Ordered on", required=True)
    channel = forms.ChoiceField(choices=OrderChannel.choices, required=False)
    recipient = forms.CharField(required=False)
    lines = forms.CharField(
        label="Address",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Left empty, it is the customer's or the household's.",
    )
    postcode = forms.CharField(label="Zip code", required=False)
    city = forms.CharField(required=False)
    country = forms.ChoiceField(choices=_COUNTRIES, required=False, widget=LongSelect)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        order: CatalogOrder | None = None,
        chosen: Mapping[str, str] | None = None,
    ) -> None:
        """Of a new order, `chosen` gives values known beforehand."""
        self.by, self.order = by, order
        initial = values_of(order) if order else new_values(by)
        super().__init__(data, initial={**initial, **(chosen or {})})
        customer = self.fields["customer"]
        assert isinstance(customer, CustomerField)
        customer.bind(by)
        catalogue = self.fields["catalogue"]
        assert isinstance(catalogue, forms.ChoiceField)
        catalogue.choices = self._catalogues()
        if order is not None:
            self.fields["lines"].help_text = ""
        self._apply_rights()
        for field in self.fields.values():
            field.show_hidden_initial = order is not None

    def _catalogues(self) -> list[tuple[str, str]]:
        """Those offered; a closed one stays selectable on its orders."""
        kept = self.order.catalogue_id if self.order else None
        return [
            (str(each.id), each.label)
            for each in lists.list_entries(Catalogue)
            if not each.is_closed or each.id == kept
        ]

    def _apply_rights(self) -> None:
        for name in list(self.fields):
            rule = rules.FIELD_RULES.get(name)
            if rule and not self.by.may_see(rule):
                del self.fields[name]
            elif rule and not self.by.may_edit(rule):
                self.fields[name].disabled = True

    def data_of(self, names: set[str]) -> OrderData:
        """The named fields as the domain takes them."""
        return OrderData(
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
        return (value or None) if name == "catalogue" else value


def new_values(by: Actor) -> dict[str, Any]:
    """What the form of a new order starts with."""
    return {"copies": 1, "ordered_on": clock.today(by.time_zone).isoformat()}


def values_of(order: CatalogOrder) -> dict[str, Any]:
    """The order's values as the form shows them."""
    same = ("copies", "channel", "recipient", "lines", "postcode", "city", "country", "notes")
    return {
        **{name: getattr(order, name) for name in same},
        "customer": str(order.customer.number),
        "catalogue": str(order.catalogue_id),
        "ordered_on": order.ordered_on.isoformat(),
    }
