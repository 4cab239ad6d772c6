"""The stay's form: shape only; what may be stored is decided in stays.rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries
from wayfolk.stays.models import Property, Stay, StayStatus
from wayfolk.stays.rules import StayData
from wayfolk.web.bookings.forms import day_field, party_field
from wayfolk.web.customer_picker import CustomerField

STATUS_TONES = {
    "expected": "info",
    "in_house": "success",
    "departed": "neutral",
    "no_show": "warning",
    "cancelled": "neutral",
}
STORED_AS = {"guest": "guest_id", "hotel": "hotel_id", "new_hotel": "hotel_name"}


def hotel_choices(properties: TenantQuerySet[Property], nothing: str) -> list[tuple[str, str]]:
    """Hotels by name, after a line for none."""
    return [("", nothing), *((str(hotel.id), hotel.name) for hotel in properties)]


class StayForm(forms.Form):
    """All fields of a stay."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()}
    reservation_number = forms.CharField(
        label="Reservation ID",
        error_messages={"required": "The reservation ID is missing: a stay is found by it."},
    )
    guest = CustomerField(
        label="Guest", error_messages={"required": "Choose the guest: search, then select."}
    )
    hotel = forms.ChoiceField(required=False)
    new_hotel = forms.CharField(
        label="Or a new hotel", required=False, help_text="Only when it is not in the list."
    )
    arrival_on = day_field("Arrival", required=True)
    departure_on = day_field("Departure", required=True)
    status = forms.ChoiceField(choices=StayStatus.choices)
    room = forms.CharField(required=False)
    room_type = forms.CharField(required=False)
    meal_plan = forms.CharField(label="Meals", required=False)
    adults = party_field("Adults")
    children = party_field("Children")
    infants = party_field("Infants")
    source = forms.CharField(required=False)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        stay: Stay | None = None,
        chosen: Mapping[str, str] | None = None,
    ) -> None:
        """Of a new stay, `chosen` gives values known beforehand."""
        self.by, self.stay = by, stay
        initial = values_of(stay) if stay else NEW_VALUES
        super().__init__(data, initial={**initial, **(chosen or {})})
        guest, hotel = self.fields["guest"], self.fields["hotel"]
        assert isinstance(guest, CustomerField)
        assert isinstance(hotel, forms.ChoiceField)
        guest.bind(by)
        hotel.choices = hotel_choices(queries.list_properties(by=by), "Choose a hotel")
        for field in self.fields.values():
            field.show_hidden_initial = stay is not None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not values.get("hotel") and not values.get("new_hotel") and "hotel" in values:
            self.add_error("hotel", "Choose the hotel, or write the name of a new one.")
        return values

    def data_of(self, names: set[str]) -> StayData:
        """The named fields as the domain takes them; a new hotel goes before the chosen one."""
        values = {name: value for name, value in self.cleaned_data.items() if name in names}
        new_hotel = values.pop("new_hotel", "")
        if new_hotel:
            values["new_hotel"] = new_hotel
            values.pop("hotel", None)
        if values.get("guest"):
            values["guest"] = values["guest"].id
        return StayData({STORED_AS.get(name, name): value for name, value in values.items()})


NEW_VALUES: Mapping[str, Any] = {"status": "expected", "adults": 1, "children": 0, "infants": 0}


def values_of(stay: Stay) -> dict[str, Any]:
    """The stay's values as the form shows them."""
    same = (
        *("reservation_number", "status", "room", "room_type", "meal_plan"),
        *("adults", "children", "infants", "source", "notes"),
    )
    return {
        **{name: getattr(stay, name) for name in same},
        "guest": str(stay.guest.number),
        "hotel": str(stay.hotel_id),
        "arrival_on": stay.arrival_on.isoformat(),
        "departure_on": stay.departure_on.isoformat(),
    }
