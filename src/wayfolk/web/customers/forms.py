"""The customer's form: shape only; what may be stored is decided in customers.rules."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms

from wayfolk.customers import rules
from wayfolk.customers.models import Customer, Gender, Kind, Status
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import countries
from wayfolk.staff.rules import Actor
from wayfolk.web.form_rendering import LongChoices, LongSelect

_CONTACT_LABELS = {
    "email": "Email",
    "phone": "Phone",
    "mobile": "Mobile",
    "evening_phone": "Evening phone",
    "fax": "Fax",
}
_ADDRESS_LABELS = {"lines": "Address", "postcode": "Zip code", "city": "City", "country": "Country"}


_NEWSLETTER = {None: "", True: "yes", False: "no"}
# The fields of a tab by their plain names, with the class of their place.
_REACH = (
    ("email", "wf-wide"),
    *((name, "") for name in ("phone", "mobile", "evening_phone", "fax")),
    ("lines", "wf-wide"),
    ("postcode", ""),
    ("city", ""),
    ("country", "wf-wide"),
)
_NAMES = (("given_name", ""), ("family_name", ""), ("company_name", "wf-wide"))
_MORE = (
    *((name, "") for name in ("title", "middle_name", "birth_on", "gender", "language")),
    ("nationality", "wf-wide"),
    ("is_special_guest", "wf-wide"),
)
_BELOW = (("takes_newsletter", ""), ("notes", ""))
Placed = list[tuple[forms.BoundField, str]]


_COUNTRIES = LongChoices("–", countries.countries)


class CustomerForm(forms.Form):
    """What every customer has that the actor may see; what is not theirs to edit is disabled.

    The account type is not among the fields: it is chosen by the form, see FORMS.
    """

    kind: ClassVar[Kind]
    first: ClassVar[str]  # where one begins to type
    language = forms.ChoiceField(
        choices=LongChoices("–", countries.languages), required=False, widget=LongSelect
    )
    is_special_guest = forms.BooleanField(label="Special guest", required=False)
    takes_newsletter = forms.TypedChoiceField(
        label="Newsletter",
        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda chosen: chosen == "yes",
        empty_value=None,
        required=False,
    )
    notes = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="How group members relate, what to remember.",
    )

    def __init__(
        self, *args: Any, by: Actor, customer: Customer | None = None, **kwargs: Any
    ) -> None:
        self.customer = customer
        self.by = by
        kwargs.setdefault("initial", values_of(customer) if customer else {})
        super().__init__(*args, **kwargs)
        self._drop_unfitting()
        for contact_set in rules.SETS:
            for kind, label in _CONTACT_LABELS.items():
                # Plain text: the domain's own check says in words what is wrong with it.
                mode = "email" if kind == "email" else "tel"
                self.fields[rules.form_key(contact_set, kind)] = forms.CharField(
                    label=label,
                    required=False,
                    widget=forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"}),
                )
            for name, label in _ADDRESS_LABELS.items():
                self.fields[rules.form_key(contact_set, name)] = _address_field(name, label)
        self._apply_rights()
        if customer is None:
            self.fields[self.first].widget.attrs["autofocus"] = True
            return
        for field in self.fields.values():
            field.show_hidden_initial = not field.disabled
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=customer.version
        )

    def _drop_unfitting(self) -> None:
        """Fields of the other account type, unless something stands in them (from an import)."""

    def _apply_rights(self) -> None:
        for name in list(self.fields):
            rule = rules.FIELD_RULES.get(plain_name(name))
            if rule and not self.by.may_see(rule):
                del self.fields[name]
            elif (rule and not self.by.may_edit(rule)) or not self.by.may("customers.edit"):
                self.fields[name].disabled = True

    @property
    def names(self) -> Placed:
        return self._placed(_NAMES)

    @property
    def primary(self) -> Placed:
        return self._placed((rules.form_key("primary", name), place) for name, place in _REACH)

    @property
    def secondary(self) -> Placed:
        return self._placed((rules.form_key("secondary", name), place) for name, place in _REACH)

    @property
    def more(self) -> Placed:
        return self._placed(_MORE)

    @property
    def below(self) -> Placed:
        return self._placed(_BELOW)

    def _placed(self, places: Iterable[tuple[str, str]]) -> Placed:
        """What of it this form has."""
        return [(self[name], place) for name, place in places if name in self.fields]


class PersonForm(CustomerForm):
    """A person: names, birth, nationality, and the company whom they work for (KP-04)."""

    kind = Kind.PERSON
    first = "given_name"
    given_name = forms.CharField(label="First name", required=False)
    family_name = forms.CharField(label="Last name", required=False)
    title = forms.CharField(label="Title", required=False)
    middle_name = forms.CharField(label="Middle name", required=False)
    company_name = forms.CharField(label="Company", required=False)
    birth_on = forms.DateField(
        label="Date of birth",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "That is not a date. Write it like 1980-01-31."},
    )
    gender = forms.ChoiceField(choices=Gender.choices, required=False)
    nationality = forms.ChoiceField(choices=_COUNTRIES, required=False, widget=LongSelect)


class CompanyForm(PersonForm):
    """A company: its name, and nothing that only a person has (KP-05).

    Such a field is shown only while an import has left something in it, to be emptied.
    """

    kind = Kind.COMPANY
    first = "company_name"
    company_name = forms.CharField(label="Company name", required=False)

    def _drop_unfitting(self) -> None:
        for name in rules.PERSON_ONLY:
            if self.customer is None or not getattr(self.customer, name):
                del self.fields[name]


FORMS: Mapping[str, type[CustomerForm]] = {
    Kind.PERSON.value: PersonForm,
    Kind.COMPANY.value: CompanyForm,
}


def form_for(customer: Customer, *args: Any, by: Actor) -> CustomerForm:
    """The form of the customer's account type."""
    return FORMS[customer.kind](*args, by=by, customer=customer)


def _address_field(name: str, label: str) -> forms.Field:
    if name == "country":
        return forms.ChoiceField(label=label, required=False, choices=_COUNTRIES, widget=LongSelect)
    widget = forms.Textarea(attrs={"rows": 2}) if name == "lines" else forms.TextInput()
    return forms.CharField(label=label, required=False, widget=widget)


def plain_name(name: str) -> str:
    """Without the set: "secondary_email" -> "email"."""
    for contact_set in rules.SETS:
        name = name.removeprefix(f"{contact_set}_")
    return name


def values_of(customer: Customer) -> dict[str, Any]:
    """The customer's present values by flat field name."""
    values: dict[str, Any] = {
        name: getattr(customer, name)
        for name in rules.PLAIN_FIELDS
        if name not in {"status", "kind"}
    }
    values["takes_newsletter"] = _NEWSLETTER[customer.takes_newsletter]
    for contact_set in rules.SETS:
        for name in (*rules.CONTACT_KINDS, *rules.ADDRESS_FIELDS):
            values[rules.form_key(contact_set, name)] = ""
    for point in customer.points:
        values[rules.form_key(point.set, point.kind)] = point.value
    for address in customer.places:
        for name in rules.ADDRESS_FIELDS:
            values[rules.form_key(address.set, name)] = getattr(address, name)
    return values


def data_of(values: dict[str, Any]) -> CustomerData:
    """Flat values as the domain takes them."""
    fields: dict[str, Any] = {}
    contacts: dict[tuple[str, str], str] = {}
    addresses: dict[tuple[str, str], str] = {}
    for name, value in values.items():
        contact_set = name.partition("_")[0]
        plain = plain_name(name)
        if name == plain:
            fields[name] = value
        elif plain in rules.CONTACT_KINDS:
            contacts[contact_set, plain] = value
        else:
            addresses[contact_set, plain] = value
    return CustomerData(fields, contacts, addresses)


STATUS_TONES = {
    Status.ACTIVE: "success",
    Status.INACTIVE: "neutral",
    Status.RESTRICTED: "warning",
    Status.MERGED: "neutral",
}
