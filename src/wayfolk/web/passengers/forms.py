"""The form of passenger ages: shape only; what may be stored is decided in passengers.rules."""

from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.passengers import rules
from wayfolk.passengers.models import AgeBand
from wayfolk.passengers.rules import BandData
from wayfolk.web.bookings.forms import day_field


def _age_field(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        widget=forms.NumberInput(attrs={"min": 0, "max": rules.AGE_MAX, "inputmode": "numeric"}),
        error_messages={
            "required": f"Say an age of 0 to {rules.AGE_MAX} years.",
            "invalid": f"That is not an age. Use full years, 0 to {rules.AGE_MAX}.",
        },
    )


class AgesForm(forms.Form):
    """Two ages, the products that they are for, and the days of travel."""

    product = forms.CharField(
        label="Only for products with these words",
        required=False,
        help_text="Empty: for every product. “cruise” holds for “Cruise Norway”, too.",
    )
    infant_below = _age_field("Infant below", "0: nobody travels as an infant.")
    child_below = _age_field("Child below", "From this age on one travels as an adult.")
    from_on = day_field("Travelling from")
    to_on = day_field("Travelling until")

    def __init__(self, data: QueryDict | None = None, *, band: AgeBand | None = None) -> None:
        super().__init__(data, initial=_values_of(band))
        self.fields["from_on"].help_text = "Empty: since ever."
        self.fields["to_on"].help_text = "The first day on which they no longer hold; empty: open."
        for field in self.fields.values():
            field.show_hidden_initial = band is not None

    def data_of(self, names: set[str]) -> BandData:
        """The named fields as the domain takes them."""
        return BandData({n: v for n, v in self.cleaned_data.items() if n in names})


def _values_of(band: AgeBand | None) -> dict[str, Any]:
    """As the form shows them; new ones start with the usual ages."""
    if band is None:
        return {"infant_below": rules.INFANT_BELOW, "child_below": rules.CHILD_BELOW}
    return {
        "product": band.product,
        "infant_below": band.infant_below,
        "child_below": band.child_below,
        "from_on": band.from_on.isoformat() if band.from_on else "",
        "to_on": band.to_on.isoformat() if band.to_on else "",
    }
