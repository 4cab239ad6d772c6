"""What makes a new company a trade partner, as a part of its form (KP-05, KP-09)."""

from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.kit import countries
from wayfolk.partners.models import Level
from wayfolk.partners.operations.companies import ID_FIELD, BusinessNumber
from wayfolk.partners.rules import business_ids
from wayfolk.partners.rules.records import PartnerData
from wayfolk.staff.rules import Actor
from wayfolk.web.form_rendering import LongChoices, LongSelect
from wayfolk.web.partner_picker import PartnerField

_OWN = ("level", "tier", "currency", "payment_days", "payment_terms")
STORED_AS = {"parent_id": "parent"}


def may_use(by: Actor) -> bool:
    """Whether this actor makes companies trade partners."""
    return by.has_module("partners") and by.may("partners.edit") and by.may("partners.view")


class TradeForm(forms.Form):
    """Left as it is, the company is no trade partner."""

    level = forms.ChoiceField(
        required=False, choices=[("", "Not a trade partner"), *Level.choices], label="Level"
    )
    parent = PartnerField(label="Belongs to", required=False)
    business_id_country = forms.ChoiceField(
        label="Country of the business ID",
        required=False,
        choices=LongChoices("–", countries.countries),
        widget=LongSelect,
    )
    business_id_scheme = forms.ChoiceField(
        label="Kind of business ID",
        required=False,
        choices=[(code, s.label) for code, s in business_ids.SCHEMES.items()],
    )
    business_id_number = forms.CharField(label="Business ID", required=False)
    tier = forms.CharField(label="Commission tier", required=False)
    currency = forms.CharField(label="Default currency", required=False, max_length=3)
    payment_days = forms.IntegerField(
        label="Days to pay",
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "max": 365, "inputmode": "numeric"}),
        error_messages={"invalid": "That is not a number of days. Use 0 to 365."},
    )
    payment_terms = forms.CharField(
        label="Payment terms", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, initial: dict[str, Any] | None = None
    ) -> None:
        own = {
            "currency": by.currency,
            f"{ID_FIELD}country": by.country,
            f"{ID_FIELD}scheme": business_ids.VAT,
        }
        super().__init__(data, initial={**own, **(initial or {})})
        parent = self.fields["parent"]
        assert isinstance(parent, PartnerField)
        parent.bind(by, nobody="Nobody: it stands at the top")

    @property
    def is_open(self) -> bool:
        """Whether something is filled in, or at fault."""
        return bool(self["level"].value() or self.errors)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["currency"] = str(values.get("currency") or "").upper()
        if self.has_changed() and not values.get("level"):
            self.add_error(
                "level",
                "Choose the level: business ID, currency and terms are kept with a trade partner."
                " Or empty them.",
            )
        return values

    def partner_data(self) -> PartnerData:
        values = {name: self.cleaned_data[name] for name in _OWN}
        parent = self.cleaned_data["parent"]
        return PartnerData({**values, "parent_id": parent.id if parent else None})

    def business_id(self) -> BusinessNumber | None:
        """The number, None where none was given."""
        parts = [self.cleaned_data[f"{ID_FIELD}{name}"] for name in ("country", "scheme", "number")]
        return BusinessNumber(*parts) if parts[-1] else None
