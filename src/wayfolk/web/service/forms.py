"""Forms of service cases: shape only; what may be stored is decided in service.rules."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict

from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, money
from wayfolk.kit.errors import InvalidValue
from wayfolk.organization.brands import by_reference
from wayfolk.organization.models import Brand
from wayfolk.service import queries
from wayfolk.service.models import CaseKind, CaseStatus, CompensationKind, ServiceCase
from wayfolk.service.operations import cases as operations
from wayfolk.service.rules import cases as rules
from wayfolk.service.rules.cases import CaseData
from wayfolk.staff.rules import Actor
from wayfolk.web import brands
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.customer_picker import CustomerField

STATUS_TONES = {
    "new": "info",
    "in_progress": "warning",
    "closed": "neutral",
    "waiting_court": "danger",
}
# Field of the form -> field of the case, where they differ.
STORED_AS = {
    "reasons": "reason_ids",
    "handler": "handler_id",
    "compensation": "compensation_minor",
}
NUMBER_DIGITS_MAX = 15


class CaseForm(forms.Form):
    """A case; about which booking or customer it is, is said for a new one only."""

    shown_as = {stored: shown for shown, stored in STORED_AS.items()} | {"customer_id": "customer"}
    brand = forms.ChoiceField(required=False, help_text="Of the booking: its number is checked.")
    booking = forms.CharField(
        label="BKG. No",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="The case takes the booking's customer.",
    )
    customer = CustomerField(
        label="Customer", required=False, help_text="Only for a case about no booking."
    )
    kind = forms.ChoiceField(choices=CaseKind.choices)
    status = forms.ChoiceField(choices=CaseStatus.choices)
    reasons = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one reason."},
    )
    opened_on = day_field("Opened", required=True)
    handler = forms.ChoiceField(required=False)
    email = forms.CharField(
        required=False,
        widget=forms.EmailInput,
        help_text="Of this case alone: booking and customer keep theirs.",
    )
    phone = forms.CharField(required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    compensation_kind = forms.ChoiceField(
        label="Compensation", required=False, choices=[("", "None"), *CompensationKind.choices]
    )
    compensation = forms.CharField(
        label="Amount", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    compensation_currency = forms.CharField(label="Currency", required=False, max_length=3)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        case: ServiceCase | None = None,
        about: Booking | None = None,
        customer: Customer | None = None,
    ) -> None:
        """`about`, `customer`: what a new case is known to be about beforehand."""
        self.by, self.case = by, case
        initial = values_of(case) if case else new_values(by, about, customer)
        super().__init__(data, initial=initial)
        field = cast("CustomerField", self.fields["customer"])
        field.bind(by)
        self._bind_choices()
        self.brands = by_reference() if case is None and about is None else {}
        brands.offer_filter(self, self.brands, every="Whichever the number is of")
        if case is not None:
            del self.fields["booking"], self.fields["customer"]
        elif about is not None:
            self.fields["booking"].widget = forms.HiddenInput()
            del self.fields["customer"]
        self._apply_rights()
        for each in self.fields.values():
            each.show_hidden_initial = case is not None

    def _bind_choices(self) -> None:
        """A reason switched off and a user who has left stay on the cases that have them."""
        present = queries.reasons_of([self.case.id])[self.case.id] if self.case else []
        offered = [*queries.list_reasons(only_active=True)]
        offered += [each for each in present if each not in offered]
        reasons = cast("forms.MultipleChoiceField", self.fields["reasons"])
        reasons.choices = [(str(each.id), each.name) for each in offered]
        users = [(str(each.id), each.name) for each in queries.list_handlers(by=self.by)]
        handler = self.case.handler if self.case else None
        if handler is not None and str(handler.id) not in dict(users):
            users.append((str(handler.id), handler.name))
        chosen = cast("forms.ChoiceField", self.fields["handler"])
        chosen.choices = [("", "Nobody"), *users]

    def _apply_rights(self) -> None:
        for name in list(self.fields):
            rule = rules.FIELD_RULES.get(STORED_AS.get(name, name))
            if rule and not self.by.may_see(rule):
                del self.fields[name]
            elif rule and not self.by.may_edit(rule):
                self.fields[name].disabled = True

    def clean_booking(self) -> int | None:
        written = str(self.cleaned_data["booking"]).strip().removeprefix("#")
        if not written:
            return None
        if not (written.isascii() and written.isdigit() and len(written) <= NUMBER_DIGITS_MAX):
            message = f"“{written[:20]}” is no BKG. No. Write its digits."
            raise forms.ValidationError(message)
        return int(written)

    def clean_compensation_currency(self) -> str:
        return str(self.cleaned_data["compensation_currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """The compensation in minor units of its currency; without an amount there is none."""
        values = super().clean() or self.cleaned_data
        written = values.get("compensation", "")
        if "compensation" in self.fields and not written:
            values["compensation"] = None
            if not values.get("compensation_kind"):
                values["compensation_currency"] = ""
        elif written:
            try:
                currency = values.get("compensation_currency") or self.by.currency
                amount = money.parse_amount(written, currency, field="compensation")
            except InvalidValue as refused:
                name = "compensation" if refused.field != "currency" else "compensation_currency"
                self.add_error(name, refused.message)
            else:
                values["compensation"] = amount.minor
                values["compensation_currency"] = currency
        return values

    @property
    def said_brand(self) -> Brand | None:
        """Of which brand the booking is said to be."""
        return brands.by_code(self.brands, self.cleaned_data.get("brand", ""))

    def data_of(self, names: set[str]) -> CaseData:
        """The named fields as the domain takes them; amount and currency go together."""
        money_fields = {"compensation", "compensation_kind", "compensation_currency"}
        if names & money_fields:
            names = names | money_fields
        chosen = names & set(self.cleaned_data) - {"booking", "brand", "customer"}
        return CaseData(
            {
                STORED_AS.get(name, name): self._stored(name)
                for name in chosen
                if not self.fields[name].disabled and not self._is_left_to_default(name)
            }
        )

    def _is_left_to_default(self, name: str) -> bool:
        """Of a new case, an empty email or phone is taken over from the customer."""
        return self.case is None and name in {"email", "phone"} and not self.cleaned_data[name]

    def _stored(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name == "reasons":
            return [UUID(each) for each in value]
        return (value or None) if name == "handler" else value


def new_values(by: Actor, about: Booking | None, customer: Customer | None) -> dict[str, Any]:
    """What the form of a new case starts with (TQ-48)."""
    whose = about.customer if about else customer
    reach: Mapping[str, str] = operations.contacts_of(whose) if whose else {}
    return {
        "booking": str(about.number) if about else "",
        "customer": str(customer.number) if customer else "",
        "kind": "complaint",
        "status": "new",
        "opened_on": clock.today(by.time_zone).isoformat(),
        "handler": str(by.author_id or ""),
        "email": reach.get("email", ""),
        "phone": reach.get("mobile") or reach.get("phone", ""),
        "compensation_currency": by.currency,
    }


def values_of(case: ServiceCase) -> dict[str, Any]:
    """The case's values as the form shows them."""
    same = ("kind", "status", "email", "phone", "description", "compensation_kind")
    amount = case.compensation
    return {
        **{name: getattr(case, name) for name in same},
        "reasons": [str(each.id) for each in queries.reasons_of([case.id])[case.id]],
        "opened_on": case.opened_on.isoformat(),
        "handler": str(case.handler_id or ""),
        "compensation": f"{amount.amount:f}" if amount else "",
        "compensation_currency": case.compensation_currency,
    }


class CommentForm(forms.Form):
    """A comment to add."""

    text = forms.CharField(
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "The comment is empty. Write what happened."},
    )


class AttachmentForm(forms.Form):
    """A file to attach."""

    file = forms.FileField(
        label="File", allow_empty_file=True, max_length=None, widget=forms.FileInput
    )
