"""Forms of households: shape only; what may be stored is decided in households.rules."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.households import queries, rules
from wayfolk.households.models import Channel, ConnectionKind, Household, MemberRole
from wayfolk.households.operations.moving import Placement
from wayfolk.households.queries import MemberShown
from wayfolk.kit import clock, countries
from wayfolk.kit.errors import InvalidValues, NotFound
from wayfolk.staff.rules import Actor
from wayfolk.web.bookings.forms import day_field
from wayfolk.web.customer_picker import CustomerField
from wayfolk.web.form_rendering import LongChoices, LongSelect
from wayfolk.web.household_picker import HouseholdField
from wayfolk.web.record_picker import RecordField

PEOPLE_MAX = 12
ALL_ROLES = [("", "Not a member"), *MemberRole.choices]


class HouseholdForm(forms.Form):
    """A household; a new one with the people who are known beforehand, each with a role."""

    shown_as: Mapping[str, str] = {"on": "from_on"}
    name = forms.CharField(
        error_messages={"required": "A household needs a name, such as the family's."}
    )
    lines = forms.CharField(
        label="Address", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(label="Zip code", required=False)
    city = forms.CharField(required=False)
    country = forms.ChoiceField(
        required=False, choices=LongChoices("–", countries.countries), widget=LongSelect
    )
    language = forms.ChoiceField(
        required=False, choices=LongChoices("–", countries.languages), widget=LongSelect
    )
    channel = forms.ChoiceField(label="Preferred channel", required=False, choices=Channel.choices)
    newsletter_by_email = forms.BooleanField(label="Newsletter by email", required=False)
    newsletter_by_post = forms.BooleanField(label="Newsletter by post", required=False)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        by: Actor,
        household: Household | None = None,
        people: Sequence[Customer] = (),
    ) -> None:
        self.by, self.household, self.people = by, household, people
        initial = values_of(household) if household else _first_values(people, by)
        super().__init__(data, initial=initial)
        if not by.may_edit("customer.address"):
            for name in rules.ADDRESS_FIELDS:
                del self.fields[name]
        if household is None:
            self._offer_members()
            self.fields["name"].widget.attrs["autofocus"] = True
            return
        for field in self.fields.values():
            field.show_hidden_initial = True

    def _offer_members(self) -> None:
        for index, customer in enumerate(self.people):
            self.fields[f"role-{customer.number}"] = forms.ChoiceField(
                label=customer.name,
                required=False,
                choices=ALL_ROLES,
                initial="head" if index == 0 else "adult",
            )
        if not self.people:
            head = CustomerField(label="Head", required=False)
            self.fields["head"] = head
            head.bind(self.by)
        self.fields["from_on"] = day_field("Together since", required=True)
        self.fields["from_on"].initial = clock.today(self.by.time_zone).isoformat()
        self.fields["leaving"] = forms.BooleanField(
            label="They leave their present households on that day", required=False
        )

    def role_fields(self) -> list[forms.BoundField]:
        return [self[f"role-{customer.number}"] for customer in self.people]

    def data_of(self, names: Collection[str]) -> dict[str, Any]:
        """The named fields of the household as the domain takes them."""
        return {n: self.cleaned_data[n] for n in rules.FIELDS if n in names and n in self.fields}

    def placements(self) -> list[Placement]:
        """Who is to live there, of those with a role."""
        chosen = [(c, self.cleaned_data.get(f"role-{c.number}", "")) for c in self.people]
        placed = [Placement(customer.id, role) for customer, role in chosen if role]
        head = self.cleaned_data.get("head")
        return [Placement(head.id, "head"), *placed] if head else placed


class MoveInForm(forms.Form):
    """One person moves in."""

    shown_as: Mapping[str, str] = {"on": "from_on"}
    customer = CustomerField(
        label="Who", error_messages={"required": "Choose who moves in: search, then select."}
    )
    role = forms.ChoiceField(choices=MemberRole.choices, initial="adult")
    from_on = day_field("From", required=True)
    to_on = day_field("Until (if known)")
    leaving = forms.BooleanField(
        label="Leaves their present household on that day", required=False, initial=True
    )

    def __init__(self, data: QueryDict | None = None, *, by: Actor, chosen: str = "") -> None:
        initial = {"customer": chosen, "from_on": clock.today(by.time_zone).isoformat()}
        super().__init__(data, initial=initial)
        _bind(self.fields["customer"], by)


class MoveOutForm(forms.Form):
    """Some of those who live there leave."""

    people = forms.MultipleChoiceField(
        label="Who",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who moves out."},
    )
    on = day_field("On", required=True)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        members: Sequence[MemberShown],
        by: Actor,
        chosen: Sequence[str] = (),
    ) -> None:
        initial = {"people": list(chosen), "on": clock.today(by.time_zone).isoformat()}
        super().__init__(data, initial=initial)
        self.members = {str(shown.customer.number): shown for shown in members}
        field = self.fields["people"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (number, f"{shown.customer.name}, {shown.member.get_role_display().lower()}")
            for number, shown in self.members.items()
        ]

    def leaving(self) -> list[Customer]:
        return [self.members[number].customer for number in self.cleaned_data["people"]]


class SplitForm(MoveOutForm):
    """Some leave together, for a new household or for one that there is."""

    shown_as: Mapping[str, str] = {"customer": "people", "household": "into"}
    where = forms.ChoiceField(
        label="Where to",
        widget=forms.RadioSelect,
        choices=[("new", "A new household"), ("existing", "A household that there is")],
        initial="new",
    )
    name = forms.CharField(
        label="Name of the new one", required=False, help_text="Empty: the same name."
    )
    takes_address = forms.BooleanField(label="With the same address", required=False)
    into = HouseholdField(label="The one that there is", required=False)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        _bind(self.fields["into"], by)

    def clean_into(self) -> Household | None:
        chosen: Household | None = self.cleaned_data["into"]
        if self.cleaned_data.get("where") != "existing":
            return None
        if chosen is None:
            raise forms.ValidationError("Choose the household: search, then select.")
        return chosen


class MergeForm(forms.Form):
    """Other households become part of this one."""

    shown_as: Mapping[str, str] = {"household": "households"}
    households = HouseholdField(
        label="Household to merge into this one",
        error_messages={"required": "Choose the household: search, then select."},
        help_text="It ends on that day.",
    )
    more = forms.CharField(
        label="Further ones", required=False, help_text="Their numbers, such as H-12 H-15."
    )
    on = day_field("On", required=True)

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:
        super().__init__(data, initial={"on": clock.today(by.time_zone).isoformat()})
        self.by = by
        _bind(self.fields["households"], by)

    def clean_more(self) -> list[Household]:
        return households_of(self.cleaned_data["more"], by=self.by)

    def merged(self) -> list[Household]:
        """All that are to become part of this one."""
        return [self.cleaned_data["households"], *self.cleaned_data["more"]]


class MemberForm(forms.Form):
    """What is known about somebody's time in a household."""

    role = forms.ChoiceField(choices=MemberRole.choices)
    from_on = day_field("From", required=True)
    to_on = day_field("Until")
    uses_household_address = forms.BooleanField(
        label="Uses the household's address", required=False
    )
    uses_household_preferences = forms.BooleanField(
        label="Uses the household's preferences", required=False
    )
    channel = forms.ChoiceField(
        label="Own preferred channel",
        required=False,
        choices=Channel.choices,
        help_text="Counts when the household's preferences are not used.",
    )
    newsletter_by_email = forms.BooleanField(label="Own newsletter by email", required=False)
    newsletter_by_post = forms.BooleanField(label="Own newsletter by post", required=False)

    def __init__(self, data: QueryDict | None = None, *, shown: MemberShown) -> None:
        member = shown.member
        initial = {name: getattr(member, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=member.version, min_value=1
        )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.base_fields}


class GuardianForm(forms.Form):
    """Somebody answers for a minor of the household."""

    child = forms.ChoiceField()
    guardian = CustomerField(
        error_messages={"required": "Choose the guardian: search, then select."}
    )
    from_on = day_field("From", required=True)
    to_on = day_field("Until (if known)")

    def __init__(
        self, data: QueryDict | None = None, *, members: Sequence[MemberShown], by: Actor
    ) -> None:
        super().__init__(data, initial={"from_on": clock.today(by.time_zone).isoformat()})
        self.children = {str(shown.customer.number): shown.customer for shown in members}
        child = self.fields["child"]
        assert isinstance(child, forms.ChoiceField)
        by_role = sorted(members, key=lambda shown: shown.member.role != MemberRole.CHILD)
        child.choices = [(str(s.customer.number), s.customer.name) for s in by_role]
        _bind(self.fields["guardian"], by)


class ConnectionForm(forms.Form):
    """Somebody outside who matters to the household."""

    customer = CustomerField(
        label="Who", error_messages={"required": "Choose the person: search, then select."}
    )
    kind = forms.ChoiceField(label="As", choices=ConnectionKind.choices)
    from_on = day_field("From", required=True)
    note = forms.CharField(required=False, max_length=200)

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:
        super().__init__(data, initial={"from_on": clock.today(by.time_zone).isoformat()})
        _bind(self.fields["customer"], by)


class DayForm(forms.Form):
    """The day on which something ends."""

    on = day_field("From which day on", required=True)

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:
        super().__init__(data, initial={"on": clock.today(by.time_zone).isoformat()})


def values_of(household: Household) -> dict[str, Any]:
    """The household's values as the form shows them."""
    return {name: getattr(household, name) for name in rules.FIELDS}


def people_of(numbers: Sequence[str], *, by: Actor) -> list[Customer]:
    """The present customers with these numbers, in that order, at most PEOPLE_MAX."""
    wanted = [int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) < 16][:PEOPLE_MAX]
    rows = customer_queries.list_customers(by=by).filter(number__in=wanted).with_reach()
    found = {customer.number: customer for customer in rows}
    return [found[number] for number in dict.fromkeys(wanted) if number in found]


def households_of(text: str, *, by: Actor) -> list[Household]:
    """The households whose numbers are written there; ValidationError for anything else."""
    found = []
    for part in text.replace(",", " ").replace(";", " ").split():
        digits = part.upper().removeprefix("H-").removeprefix("H")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 16):
            raise forms.ValidationError(f"“{part[:40]}” is no Household No. Write it like H-12.")
        try:
            found.append(queries.get_household_by_number(int(digits), by=by))
        except NotFound as missing:
            raise forms.ValidationError(missing.message) from None
    return found


def show_refusal(form: forms.Form, refused: InvalidValues) -> None:
    """Each message at its field, or above all where the form has none of that name."""
    names = getattr(form, "shown_as", {})
    for stored, message in refused.errors.items():
        name = names.get(stored, stored)
        form.add_error(name if name in form.fields else None, message)


def _bind(field: forms.Field, by: Actor) -> None:
    assert isinstance(field, RecordField)
    field.bind(by)


def _first_values(people: Sequence[Customer], by: Actor) -> dict[str, Any]:
    """What the first of the people suggests: the family name and the address."""
    if not people:
        return {}
    first = people[0]
    address = next((place for place in first.places if place.set == "primary"), None)
    values: dict[str, Any] = {"name": first.family_name, "language": first.language}
    if address is not None and by.may_see("customer.address"):
        values |= {name: getattr(address, name) for name in rules.ADDRESS_FIELDS}
    return values
