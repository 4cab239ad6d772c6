"""Which days a report is of, and what its lines stand for."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from wayfolk.bookings.statements import BOOKED, DEPARTS, Period
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import day_field

GROUP_WORDS = {
    "month": "Month",
    "product": "Product",
    "hotel": "Resort / Hotel",
    "transport": "Transport",
    "brand": "Brand",
    "user": "User",
    "partner": "Trade partner",
    "age": "Age on departure",
    "gender": "Gender",
    "country": "Country",
    "language": "Language",
}


class ReportForm(forms.Form):
    """Without a period in the address: this year, by departure, month by month."""

    first = day_field("From", required=True)
    last = day_field("To (included)", required=True)
    of = forms.ChoiceField(
        label="By date of", choices=[(DEPARTS, "Departure"), (BOOKED, "Booking")]
    )
    by = forms.ChoiceField(label="A line for each")

    def __init__(self, data: QueryDict, groups: Iterable[str], *, by: Actor) -> None:
        today = clock.today(by.time_zone)
        filled = {
            "first": today.replace(month=1, day=1).isoformat(),
            "last": today.replace(month=12, day=31).isoformat(),
            "of": DEPARTS,
            "by": "month",
        }
        super().__init__({**filled, **data.dict()})
        choices = self.fields["by"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [(name, GROUP_WORDS[name]) for name in groups]

    @property
    def period(self) -> Period:
        values = self.cleaned_data
        return Period(values["first"], values["last"], values.get("of", DEPARTS))

    @property
    def group(self) -> str:
        return str(self.cleaned_data["by"])


class PassengerForm(ReportForm):
    """People travel on days of departure; when they booked is the other report's."""

    of = None  # type: ignore[assignment]
