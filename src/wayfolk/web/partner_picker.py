"""A field of a form that holds one trade partner, chosen by name or Customer No.

Works as `customer_picker` does: a search box, radio buttons below it, and by plain form posts
without JavaScript. The value is the partner's Customer No; "" is nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.kit import text
from wayfolk.kit.errors import NotFound
from wayfolk.partners import queries
from wayfolk.partners.models import Partner, PartnerStatus
from wayfolk.partners.queries import PartnerFilters
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.search.people import Person

RESULTS = 8
QUERY_MAX = 200
_DIGITS_MAX = 15
NOBODY = "Nobody"


@dataclass(frozen=True, slots=True)
class Choice:
    """A partner to choose, as customer_picker/choices.html reads it."""

    person: Person
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list below the search box shows. hint: "" or a sentence about the query."""

    name: str
    choices: list[Choice]
    nobody: str
    is_nobody: bool
    query: str = ""
    hint: str = ""
    create_url: str = ""

    @property
    def found(self) -> int:
        """How many answer the query."""
        return sum(not choice.is_chosen for choice in self.choices) if self.query else 0


def choices_for(name: str, *, query: str, chosen: str, nobody: str, by: Actor) -> Choices:
    """The chosen partner first, then those whose names have the words of the query."""
    present = find_partner(chosen, by=by)
    shown = [] if present is None else [Choice(described(present), is_chosen=True)]
    found = [each for each in _found(query, by) if present is None or each.id != present.id]
    shown += [Choice(described(each)) for each in found]
    hint = "" if found or not query else f"No active trade partner is called “{query}”."
    return Choices(name, shown, nobody, present is None, query, hint)


def find_partner(number: str, *, by: Actor) -> Partner | None:
    """The partner with this Customer No, None for anything else."""
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX):
        return None
    try:
        return queries.get_partner_by_number(int(number), by=by)
    except NotFound:
        return None


def _found(query: str, by: Actor) -> list[Partner]:
    if not query:
        return []
    named = find_partner(text.fold_digits(query).lstrip("#"), by=by)
    if named is not None:
        return [named]
    if not text.fold(query):
        return []
    filters = PartnerFilters(text=query, status=PartnerStatus.ACTIVE)
    return list(queries.list_partners(filters, by=by).order_by("sort_key", "id")[:RESULTS])


def described(partner: Partner) -> Person:
    """What tells partners apart: level, number, and where they belong."""
    above = f"belongs to {partner.parent.name}" if partner.parent else ""
    parts = (str(partner.get_level_display()), f"No {partner.number}", above)
    return Person(
        number=partner.number,
        name=partner.name,
        title=partner.name,
        detail=" · ".join(part for part in parts if part),
        icon="building-store",
        is_inactive=partner.status != PartnerStatus.ACTIVE,
    )


class PartnerPicker(forms.Widget):
    """The search box and the choices; the field gives it the actor."""

    template_name = "partner_picker/widget.html"
    by: Actor
    query = ""
    nobody = NOBODY

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["picker"] = choices_for(
            name,
            query=self.query,
            chosen="" if value is None else str(value),
            nobody=self.nobody,
            by=self.by,
        )
        return context

    def value_from_datadict(self, data: Mapping[str, Any], _files: Any, name: str) -> Any:
        self.query = _query_in(data, name)
        return data.get(name)

    def use_required_attribute(self, _initial: Any) -> bool:
        """The box may stay empty: what counts is the choice below it."""
        return False


class PartnerField(forms.Field):
    """A partner by Customer No; cleans to a Partner or None. `bind` before use."""

    widget = PartnerPicker

    def bind(self, by: Actor, *, nobody: str = NOBODY) -> None:
        self.by = by
        self.widget.by = by
        self.widget.nobody = nobody

    def to_python(self, value: Any) -> Partner | None:
        if value in self.empty_values:
            return None
        partner = find_partner(str(value), by=self.by)
        if partner is None:
            raise forms.ValidationError(
                "There is no such trade partner. It may have been taken back meanwhile."
            )
        return partner

    def in_words(self, value: str) -> str:
        """The name of the partner with this number."""
        partner = find_partner(value, by=self.by)
        return (value or NOBODY) if partner is None else partner.name

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


@require_GET
@signed_in("partners.view", module="partners")
def choices(request: HttpRequest) -> HttpResponse:
    """The choices for what has been typed so far, as a fragment of a form."""
    name = request.GET.get("field", "partner")[:40]
    found = choices_for(
        name,
        query=_query_in(request.GET, name),
        chosen=request.GET.get(name, ""),
        nobody=request.GET.get("nobody", NOBODY)[:60],
        by=actor_of(request),
    )
    return render(request, "partner_picker/choices.html", {"picker": found})


def _query_in(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(f"{name}-query", "")).strip()[:QUERY_MAX]
