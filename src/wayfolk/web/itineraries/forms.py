"""Forms of itineraries: shape only; what may be stored is decided in itineraries.rules."""

import json
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils import timezone

from wayfolk.customers import rules as customer_rules
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries import queries, rules
from wayfolk.itineraries.models import Itinerary
from wayfolk.kit import clock, text
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor
from wayfolk.web.customers.candidates import ids_in

SALT = "wayfolk.itinerary-form"
MINUTE = "%Y-%m-%dT%H:%M"
_LOCAL_FORMATS = [MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]


def _instant(label: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        input_formats=_LOCAL_FORMATS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
        error_messages={"invalid": "That is not a date and time. Write it like 2026-01-31 14:00."},
    )


def _count(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "max": rules.PARTY_MAX, "inputmode": "numeric"}),
        error_messages={"invalid": "That is not a whole number."},
    )


class ItineraryForm(forms.Form):
    """All fields of an itinerary; times are in the organisation's zone, which is current."""

    name = forms.CharField(
        label="Trip name", error_messages={"required": "An itinerary needs a trip name."}
    )
    stage_id = forms.ChoiceField(label="Stage", required=False)
    arrival_at = _instant("Arrival")
    departure_at = _instant("Departure")
    adults = _count("Adults")
    children = _count("Children")
    infants = _count("Infants")
    assignee_id = forms.ChoiceField(label="Assignee", required=False)
    notes = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, data: QueryDict | None = None, *, by: Actor, itinerary: Itinerary | None = None
    ) -> None:
        self.itinerary = itinerary
        initial = values_of(itinerary) if itinerary else _first_values(by)
        super().__init__(data, initial=initial)
        self._offer_choices(itinerary)
        if itinerary is not None:
            base = signing.dumps(texts(initial), salt=SALT, compress=True)
            self.fields["base"] = forms.CharField(
                widget=forms.HiddenInput, initial=base, required=False
            )
        else:
            self.fields["name"].widget.attrs["autofocus"] = True

    def _offer_choices(self, itinerary: Itinerary | None) -> None:
        """Open stages and active users, and the itinerary's own, whatever has become of it."""
        stages = {str(s.id): s.label for s in queries.list_stages(with_closed=False)}
        assignees = {"": "Nobody"} | {str(m.id): m.name for m in queries.list_assignees()}
        if itinerary is not None:
            stages.setdefault(str(itinerary.stage_id), f"{itinerary.stage.label} (closed)")
            if itinerary.assignee is not None:
                label = f"{itinerary.assignee.name} (left)"
                assignees.setdefault(str(itinerary.assignee_id), label)
        for name, choices in (("stage_id", stages), ("assignee_id", assignees)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices.items())

    def values(self) -> dict[str, Any]:
        """What was entered, as the domain takes it."""
        found = {name: self.cleaned_data.get(name) for name in rules.FIELDS}
        for name in ("stage_id", "assignee_id"):
            found[name] = UUID(found[name]) if found[name] else None
        for name in rules.PARTY_FIELDS:
            found[name] = found[name] or 0
        if found["stage_id"] is None:  # not chosen: the first one, or the one that it is in
            del found["stage_id"]
        return found

    def loaded(self) -> dict[str, str]:
        """The values that the form was filled with, as text; {} if they were tampered with."""
        try:
            return dict(signing.loads(self.cleaned_data.get("base") or "", salt=SALT))
        except signing.BadSignature:
            return {}

    def show_errors(self, refused: InvalidValues) -> None:
        for name, message in refused.errors.items():
            self.add_error(name if name in self.fields else None, message)


def values_of(itinerary: Itinerary) -> dict[str, Any]:
    """The itinerary's present values by field name."""
    return {name: getattr(itinerary, name) for name in rules.FIELDS}


def texts(values: dict[str, Any]) -> dict[str, str]:
    """Values in the form in which two of them compare and travel in a form."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime(MINUTE)
    return "" if value is None else str(value)


def _first_values(by: Actor) -> dict[str, Any]:
    return {"adults": 0, "children": 0, "infants": 0, "assignee_id": by.author_id}


class FilterForm(forms.Form):
    """Filters of the list; everything is in the address."""

    q = forms.CharField(required=False, widget=forms.HiddenInput)
    stage = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    assignee = forms.ChoiceField(required=False)
    arrival_from = forms.DateField(
        label="Arrival from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    arrival_until = forms.DateField(
        label="Arrival until", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        stage, assignee = self.fields["stage"], self.fields["assignee"]
        assert isinstance(stage, forms.ChoiceField)
        assert isinstance(assignee, forms.ChoiceField)
        self.stages = queries.list_stages()
        stage.choices = [(s.code, s.label) for s in self.stages]
        members = [(str(m.id), m.name) for m in queries.list_assignees()]
        assignee.choices = [("", "Anybody"), *members]

    @cached_property
    def narrowed(self) -> queries.ItineraryFilter:
        """The filter; a value that cannot be read narrows nothing."""
        self.is_valid()
        values = self.cleaned_data
        codes = set(values.get("stage") or [])
        return queries.ItineraryFilter(
            text=(values.get("q") or "").strip(),
            stage_ids=[s.id for s in self.stages if s.code in codes],
            assignee_id=UUID(values["assignee"]) if values.get("assignee") else None,
            arrival_from=values.get("arrival_from"),
            arrival_until=values.get("arrival_until"),
        )


class NewCustomerForm(forms.Form):
    """A customer made on the fly; the first name is all that is needed (TP-25)."""

    given_name = forms.CharField(label="First name", required=False)
    family_name = forms.CharField(label="Last name", required=False)
    email = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"})
    )
    phone = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )

    def __init__(self, data: QueryDict | None = None, *, by: Actor) -> None:
        super().__init__(data, prefix="new")
        self.by = by
        for name in ("email", "phone"):
            if not by.may_edit(f"customer.{name}"):
                del self.fields[name]

    def is_filled(self) -> bool:
        """Whether something was typed that has not been added to the list yet."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.fields)

    def typed(self) -> dict[str, str]:
        """What stands in the fields so far, unchecked."""
        typed = {n: text.clean(str(self.data.get(self.add_prefix(n), ""))) for n in self.fields}
        return {name: value for name, value in typed.items() if value}

    def entered(self) -> dict[str, str] | None:
        """The values, checked as the domain does; None when they were refused and say why."""
        if not self.is_valid():
            return None
        values = {name: value for name, value in self.cleaned_data.items() if value}
        try:
            data = customer_rules.checked(data_of(values), today=clock.today(self.by.time_zone))
        except InvalidValues as refused:
            for name, message in refused.errors.items():
                self.add_error(name.removeprefix("primary_"), message)
            return None
        if not data.fields.get("given_name"):
            self.add_error("given_name", "A first name is needed; the rest can follow later.")
            return None
        return values


def data_of(values: dict[str, str]) -> CustomerData:
    """The values of a new customer as the domain takes them."""
    return CustomerData(
        fields={n: v for n, v in values.items() if n in ("given_name", "family_name")},
        contacts={("primary", n): v for n, v in values.items() if n in ("email", "phone")},
    )


NEW_FIELDS = ("given_name", "family_name", "email", "phone")
OTHERS = "others"  # beside the fields: ids of records that look the same and are somebody else


def with_others(ids: frozenset[UUID]) -> dict[str, str]:
    """What a new customer's values say of those whom its author was asked about."""
    return {OTHERS: " ".join(sorted(map(str, ids)))} if ids else {}


def others_of(values: dict[str, str]) -> frozenset[UUID]:
    return ids_in(values.get(OTHERS, "").split())


def posted(values: dict[str, str]) -> QueryDict:
    """A new customer's values as the form would send them."""
    data = QueryDict(mutable=True)
    data.update({f"new-{name}": values[name] for name in NEW_FIELDS if name in values})
    return data


def packed(values: dict[str, str]) -> str:
    """A new customer's values for a hidden field."""
    return json.dumps(values, sort_keys=True)


def unpacked(packed_values: str) -> dict[str, str]:
    """The values back; {} for anything that is none."""
    try:
        values = json.loads(packed_values)
    except ValueError:
        return {}
    if not isinstance(values, dict):
        return {}
    names = (*NEW_FIELDS, OTHERS)
    return {name: text.clean(str(values[name])) for name in names if values.get(name)}
