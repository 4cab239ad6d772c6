"""The filters that the bookings list and a customer's bookings have in common."""

from typing import Any
from uuid import UUID

from django import forms

from wayfolk.bookings import narrowing
from wayfolk.bookings.narrowing import Choices, Narrowing
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import STATUS_WORDS, day_field

PERIODS = {"": "All", narrowing.UPCOMING: "Upcoming", narrowing.PAST: "Past"}
LENGTH_MAX = 200


class PickedValue(forms.ChoiceField):
    """One of the values that occur; another one, from an old address, finds nothing and says so."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False)

    def offer(self, values: dict[str, str]) -> None:
        self.choices = [("", "Any"), *values.items()]

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) <= LENGTH_MAX and "\0" not in str(value)


class NarrowingForm(forms.Form):
    """What bookings are narrowed to. Its choices are found only where it is shown: `offer`."""

    status = forms.ChoiceField(required=False, choices=[("", "Any"), *STATUS_WORDS.items()])
    departs_from = day_field("Departs from")
    departs_to = day_field("Departs until")
    transport = PickedValue("Transport")
    place = PickedValue("Resort / Hotel")
    user = PickedValue("User")
    product = PickedValue("Product")

    def offer(self, choices: Choices) -> None:
        """Put the values that occur into the select boxes, and the chosen one where it is none."""
        offered = {
            "transport": {value: value for value in choices.transports},
            "place": {value: value for value in choices.places},
            "product": {value: value for value in choices.products},
            "user": dict(choices.users),
        }
        for name, values in offered.items():
            chosen = self.data.get(name, "")
            field = self.fields.get(name)
            if isinstance(field, PickedValue):
                field.offer(values | ({chosen: chosen} if chosen and chosen not in values else {}))

    def clean_user(self) -> Membership | None:
        """The member with this id; raises ValidationError for none."""
        sent = self.cleaned_data["user"]
        if not sent:
            return None
        try:
            member: Membership | None = Membership.objects.filter(id=UUID(sent)).first()
        except ValueError:
            member = None
        if member is None:
            raise forms.ValidationError("There is no such user.")
        return member

    def narrowing(self, period: str = "") -> Narrowing:
        """What of it could be read."""
        values = self.cleaned_data
        user = values.get("user")
        return Narrowing(
            period=period,
            status=values.get("status", ""),
            departs_from=values.get("departs_from"),
            departs_to=values.get("departs_to"),
            transport=values.get("transport", ""),
            place=values.get("place", ""),
            product=values.get("product", ""),
            assignee_id=user.id if user else None,
        )


def offer_to(form: NarrowingForm, *, by: Actor, customer_id: UUID | None = None) -> None:
    """Ask what there is to choose from, of one customer or of all."""
    form.offer(narrowing.choices_of(customer_id, by=by))
