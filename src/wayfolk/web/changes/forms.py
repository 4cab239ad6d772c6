"""The filters of Recent changes, all of them in the address."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms

from wayfolk.audit import wording
from wayfolk.audit.history import Filters
from wayfolk.staff import memberships
from wayfolk.staff.rules import Actor


class FilterForm(forms.Form):
    """Who, what part of the product, when. Without history.view there is nobody to choose."""

    person = forms.ChoiceField(required=False, label="Done by")
    area = forms.ChoiceField(required=False, label="Kind")
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: object, *, by: Actor) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.by = by
        areas = [(area.code, area.label) for area in wording.areas() if area.is_open_to(by)]
        self.choices_of("area", areas)
        members = memberships.list_members().values_list("id", "name")
        self.choices_of("person", [(str(row_id), name) for row_id, name in members])
        if not by.may("history.view"):
            del self.fields["person"]

    def choices_of(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Any"), *choices]

    def filters(self) -> Filters:
        """What can be read of the address; a value that makes no sense filters nothing."""
        self.is_valid()
        values = self.cleaned_data
        zone = ZoneInfo(self.by.time_zone)
        since, until = values.get("since"), values.get("until")
        midnight = time(tzinfo=zone)
        return Filters(
            author_id=UUID(values["person"]) if values.get("person") else None,
            area=values.get("area", ""),
            since=datetime.combine(since, midnight) if since else None,
            until=datetime.combine(until + timedelta(days=1), midnight) if until else None,
        )
