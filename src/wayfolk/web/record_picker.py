"""Choosing one record in a form: search as one types, then a radio button.

Without JavaScript the button Find sends the form; `is_searching` tells the view to show it
again with what was found, everything typed kept and nothing saved. What kind of record it is,
how it is found and described, is for the subclasses: customer_picker, partner_picker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django import forms

from wayfolk.staff.rules import Actor
from wayfolk.web.search.people import Person

RESULTS = 8
FIND = "find"
_DIGITS_MAX = 15

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to choose; person: with what tells it apart (TP-42) and why it was found."""

    person: Person
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list below the search box shows. `name`: the field's name in the form.

    hint: "" or a sentence about the query. create_url: "" where nothing is to be created.
    nobody: what choosing none is called, "" where that is not offered.
    """

    name: str
    choices: list[Choice]
    query: str = ""
    hint: str = ""
    create_url: str = ""
    nobody: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether nothing is chosen."""
        return not any(choice.is_chosen for choice in self.choices)

    @property
    def found(self) -> int:
        """How many answer the query."""
        return sum(not choice.is_chosen for choice in self.choices) if self.query else 0


def is_searching(data: Mapping[str, Any]) -> bool:
    """Whether the form was sent by a Find button."""
    return bool(data.get(FIND))


def number_in(value: str) -> int | None:
    """The number that a field was sent with, None for anything else."""
    is_number = value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX
    return int(value) if is_number else None


def query_in(data: Mapping[str, Any], name: str, most: int) -> str:
    """What was typed into the search box of the field, `most` characters of it."""
    return str(data.get(f"{name}-query", "")).strip()[:most]


class RecordPicker(forms.Widget):
    """The search box and the choices; the field gives it the actor."""

    template_name = "record_picker/widget.html"
    url_name: ClassVar[str]
    placeholder: ClassVar[str]
    choices_template: ClassVar[str]
    query_max: ClassVar[int]
    by: Actor
    query = ""

    def choices(self, name: str, chosen: str) -> Choices:
        """The chosen record first, then those that answer the query."""
        raise NotImplementedError

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["picker"] = self.choices(name, "" if value is None else str(value))
        context["widget"] |= {
            "url_name": self.url_name,
            "placeholder": self.placeholder,
            "choices_template": self.choices_template,
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> Any:
        self.query = query_in(data, name, self.query_max)
        return data.get(name)

    def use_required_attribute(self, _initial: Any) -> bool:
        """The box may stay empty: what counts is the choice below it."""
        return False


class RecordField(forms.Field, Generic[Record]):
    """A record by number; cleans to the record or None. `bind` before use."""

    widget = RecordPicker
    missing: ClassVar[str]
    by: Actor

    def find(self, value: str) -> Record | None:
        """The present record with this number, None for anything else."""
        raise NotImplementedError

    def bind(self, by: Actor) -> None:
        self.by = by
        self.widget.by = by

    def to_python(self, value: Any) -> Record | None:
        if value in self.empty_values:
            return None
        record = self.find(str(value))
        if record is None:
            raise forms.ValidationError(self.missing)
        return record

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")
