"""Forms of the settings: their shape only; what is allowed is decided by the operations."""

from babel import numbers
from django import forms

from wayfolk.kit import clock, countries
from wayfolk.organization.models import DateOrder
from wayfolk.staff.models import Role


def _currencies() -> list[tuple[str, str]]:
    codes = sorted(numbers.list_currencies())
    return [(code, f"{code} {numbers.get_currency_name(code, locale='en')}") for code in codes]


class ProfileForm(forms.Form):
    """The organisation's own data."""

    name = forms.CharField(max_length=200)
    country = forms.ChoiceField(
        choices=countries.countries, help_text="Phones written without + are read as of here."
    )
    currency = forms.ChoiceField(
        choices=_currencies,
        help_text="Totals are given in it. Amounts that are stored stay as they are.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=lambda: [(zone, zone) for zone in clock.time_zones()]
    )
    date_order = forms.ChoiceField(
        label="Order of dates", choices=DateOrder.choices, help_text="How 03/04/26 is read."
    )


class SharingForm(forms.Form):
    """When an email or phone counts as shared."""

    shared_from = forms.IntegerField(
        label="Shared from so many customers",
        help_text="A value of people who have no household or company in common.",
        widget=forms.NumberInput(attrs={"min": 2, "max": 50, "inputmode": "numeric"}),
        error_messages={
            "invalid": "That is not a number. Use 2 to 50.",
            "required": "How many customers? Use 2 to 50.",
        },
    )
    relay_domains = forms.CharField(
        label="Further booking sites",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="What stands after the @ of addresses that a booking site only passes on, one on"
        " each line.",
    )


class InvitationForm(forms.Form):
    """Somebody new; the role by its code."""

    email = forms.EmailField(max_length=254)
    name = forms.CharField(max_length=200)
    role = forms.ChoiceField()

    def __init__(self, data: object = None, *, roles: list[Role]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(role.code, role.name) for role in roles]


class MemberForm(forms.Form):
    """A member's name here and role."""

    name = forms.CharField(max_length=200)
    role = forms.ChoiceField()

    def __init__(
        self, data: object = None, *, roles: list[Role], initial: dict[str, object] | None = None
    ) -> None:
        super().__init__(data, initial=initial)  # type: ignore[arg-type]
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(role.id), role.name) for role in roles]


class RoleForm(forms.Form):
    """A new role starts with the rights of another."""

    name = forms.CharField(max_length=80)
    like = forms.ChoiceField(label="With the rights of")

    def __init__(self, data: object = None, *, roles: list[Role]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        field = self.fields["like"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(role.id), role.name) for role in roles]


class RoleNameForm(forms.Form):
    name = forms.CharField(max_length=80)


class TokenForm(forms.Form):
    """A new API token for oneself."""

    name = forms.CharField(max_length=100, help_text="What it is for, such as “website form”.")
    days = forms.ChoiceField(
        label="Ends after",
        choices=[("90", "90 days"), ("365", "a year"), ("", "never")],
        required=False,
        initial="365",
    )
