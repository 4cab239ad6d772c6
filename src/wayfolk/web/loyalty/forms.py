"""Forms of points, packages and extras: shape only; what may be stored is decided in rules."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from wayfolk.kit import clock, money
from wayfolk.kit.errors import InvalidValue
from wayfolk.loyalty.models import BonusPackage, CustomerExtra, EarningRule, ListEntry
from wayfolk.loyalty.rules import POINTS_MAX, QUANTITY_MAX, Values
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.customer_picker import CustomerField


def points_field(label: str = "Points", *, required: bool = True) -> forms.IntegerField:
    """A number of points; its range is the domain's to judge."""
    return forms.IntegerField(
        label=label,
        required=required,
        widget=forms.NumberInput(attrs={"max": POINTS_MAX, "inputmode": "numeric"}),
        error_messages={
            "required": "Say how many points.",
            "invalid": "That is not a number of points. Write it without a decimal point.",
        },
    )


class GrantForm(forms.Form):
    """Points for a customer."""

    points = points_field()
    reason = forms.CharField(error_messages={"required": "Say why."})
    expires_on = day_field("Last day")

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:  # noqa: ARG002
        super().__init__(data)
        self.fields["expires_on"].help_text = "On which they can be used; empty: without end."


class RedeemForm(forms.Form):
    """Points that a customer uses."""

    points = points_field()
    reason = forms.CharField(
        label="For what", error_messages={"required": "Say for what they are used."}
    )

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:  # noqa: ARG002
        super().__init__(data)


class CorrectForm(forms.Form):
    """A line that puts the balance right."""

    points = points_field("Points, with a minus to take some away")
    reason = forms.CharField(error_messages={"required": "Say why."})

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:  # noqa: ARG002
        super().__init__(data)


class TransferForm(forms.Form):
    """Points that another customer gets."""

    to = CustomerField(
        label="To", error_messages={"required": "Choose the customer: search, then select."}
    )
    points = points_field()
    reason = forms.CharField(required=False)

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:
        super().__init__(data)
        to = self.fields["to"]
        assert isinstance(to, CustomerField)
        to.bind(by)


class _BenefitForm(forms.Form):
    """What packages and extras have in common."""

    shown_as: dict[str, str] = {}
    list_name = ""

    def _offer(self, entries: Sequence[ListEntry], present: UUID | None) -> None:
        """The entries that are not closed, and the one that the record has."""
        field = self.fields[self.list_name]
        assert isinstance(field, forms.ChoiceField)
        shown = [e for e in entries if not e.is_closed or e.id == present]
        field.choices = [("", "Choose"), *((str(entry.id), entry.label) for entry in shown)]

    def data_of(self, names: set[str]) -> Values:
        """The named fields as the domain takes them."""
        fields = {n: v for n, v in self.cleaned_data.items() if n in names}
        if self.list_name in fields:
            chosen = fields.pop(self.list_name)
            fields[f"{self.list_name}_id"] = UUID(chosen) if chosen else None
        return Values(fields)


def _list_field(missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(error_messages={"required": missing})


class PackageForm(_BenefitForm):
    """A bonus package."""

    shown_as = {"programme_id": "programme"}
    list_name = "programme"
    programme = _list_field("Choose the programme.")
    points = points_field("Points that it adds when it is used", required=False)
    benefit = forms.CharField(required=False, help_text="In words: a spa day, a free night.")
    valid_from = day_field("Valid from", required=True)
    valid_to = day_field("Valid until")
    notes = forms.CharField(required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        programmes: Sequence[ListEntry],
        package: BonusPackage | None = None,
    ) -> None:
        super().__init__(data, initial=package_values(package, by))
        self._offer(programmes, package.programme_id if package else None)
        self.fields["valid_to"].help_text = "The last day; empty: without end."
        if not by.may_edit("customer.bonus"):
            del self.fields["points"]
        for field in self.fields.values():
            field.show_hidden_initial = package is not None


def package_values(package: BonusPackage | None, by: Actor) -> dict[str, Any]:
    """As the form shows them; a new one begins today."""
    if package is None:
        return {"valid_from": clock.today(by.time_zone).isoformat()}
    return {
        "programme": str(package.programme_id),
        "points": package.points,
        "benefit": package.benefit,
        "valid_from": package.valid_from.isoformat(),
        "valid_to": package.valid_to.isoformat() if package.valid_to else "",
        "notes": package.notes,
    }


class ExtraForm(_BenefitForm):
    """A customer extra."""

    shown_as = {"kind_id": "kind"}
    list_name = "kind"
    kind = _list_field("Choose the kind of extra.")
    description = forms.CharField(required=False, help_text="Which lounge, which hotel.")
    quantity = forms.IntegerField(
        label="How often",
        widget=forms.NumberInput(attrs={"min": 1, "max": QUANTITY_MAX, "inputmode": "numeric"}),
        error_messages={
            "required": "Say how often it can be used.",
            "invalid": f"That is not a number. Use 1 to {QUANTITY_MAX}.",
        },
    )
    valid_from = day_field("Valid from", required=True)
    valid_to = day_field("Valid until")
    notes = forms.CharField(required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        kinds: Sequence[ListEntry],
        extra: CustomerExtra | None = None,
    ) -> None:
        super().__init__(data, initial=extra_values(extra, by))
        self._offer(kinds, extra.kind_id if extra else None)
        self.fields["valid_to"].help_text = "The last day; empty: without end."
        for field in self.fields.values():
            field.show_hidden_initial = extra is not None


def extra_values(extra: CustomerExtra | None, by: Actor) -> dict[str, Any]:
    """As the form shows them; a new one begins today, once."""
    if extra is None:
        return {"valid_from": clock.today(by.time_zone).isoformat(), "quantity": 1}
    return {
        "kind": str(extra.kind_id),
        "description": extra.description,
        "quantity": extra.quantity,
        "valid_from": extra.valid_from.isoformat(),
        "valid_to": extra.valid_to.isoformat() if extra.valid_to else "",
        "notes": extra.notes,
    }


class RuleForm(forms.Form):
    """How bookings that were travelled earn points."""

    shown_as = {"amount_minor": "amount"}
    is_on = forms.BooleanField(label="Bookings earn points after the journey", required=False)
    from_on = day_field("For bookings that return from", required=True)
    amount = forms.CharField(
        label="For each full", error_messages={"required": "Say an amount, such as 10."}
    )
    points_per_amount = points_field("points of turnover")
    points_per_night = points_field("Points per night")
    points_per_trip = points_field("Points per trip")
    months_valid = forms.IntegerField(
        label="Months that they are valid",
        required=False,
        help_text="Empty: without end.",
        widget=forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"}),
    )

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, rule: EarningRule | None = None
    ) -> None:
        self.by = by
        super().__init__(data, initial=rule_values(rule, by))
        self.fields["amount"].label = f"For each full amount of ({by.currency})"
        self.fields["points_per_amount"].label = "it earns points"
        for field in self.fields.values():
            field.show_hidden_initial = True

    def clean_amount(self) -> int:
        try:
            written = self.cleaned_data["amount"]
            return money.parse_amount(written, self.by.currency, field="amount").minor
        except InvalidValue as refused:
            raise forms.ValidationError(refused.message) from refused

    def values(self) -> Values:
        """The whole rule as the domain takes it."""
        fields = dict(self.cleaned_data)
        fields["amount_minor"] = fields.pop("amount")
        return Values(fields)


def rule_values(rule: EarningRule | None, by: Actor) -> dict[str, Any]:
    """As the form shows them; where none is set, a proposal that is switched off."""
    if rule is None:
        today = clock.today(by.time_zone)
        return {
            "is_on": False, "from_on": today.isoformat(), "amount": "10", "points_per_amount": 1,
            "points_per_night": 0, "points_per_trip": 0,
        }  # fmt: skip
    return {
        "is_on": rule.is_on,
        "from_on": rule.from_on.isoformat(),
        "amount": f"{money.Money(rule.amount_minor, by.currency).amount:f}",
        "points_per_amount": rule.points_per_amount,
        "points_per_night": rule.points_per_night,
        "points_per_trip": rule.points_per_trip,
        "months_valid": rule.months_valid,
    }
