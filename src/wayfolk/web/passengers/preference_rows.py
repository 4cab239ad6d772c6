"""What people prefer, as the customer's page and the pages of their bookings show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from wayfolk.customers.models import Customer
from wayfolk.households import queries as households
from wayfolk.households.models import Channel
from wayfolk.kit import countries
from wayfolk.passengers.models import Preference, PreferenceKind, Severity
from wayfolk.passengers.preferences import queries, rules
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Mark:
    """A preference beside a name: a warning with its tone for allergies, else words alone."""

    words: str
    note: str
    tone: str


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """A line of the section Preferences. `edit_url` and `remove_url` are "" for who may not."""

    id: UUID
    kind: str
    value: str
    severity: str
    tone: str
    note: str
    source: str
    edit_url: str
    remove_url: str

    @property
    def menu_id(self) -> str:
        return f"preference-{self.id}"


@dataclass(frozen=True, slots=True)
class Preferred:
    """What the section shows. `facts`: as components/definition_list.html reads them."""

    rows: Sequence[PreferenceRow]
    facts: Sequence[dict[str, Any]]
    create_url: str


def of_customer(customer: Customer, *, by: Actor) -> Preferred:
    """Everything that is known of how a person likes to travel and to be written to."""
    rows = queries.ordered(queries.list_preferences(customer.id, by=by))
    create_url = reverse("preferences:create", args=[customer.number])
    return Preferred(
        rows=[_row(row, by) for row in rows],
        facts=_communication(customer, by),
        create_url=create_url if by.may("customers.edit") and not customer.deleted_at else "",
    )


def mark_of(preference: Preference) -> Mark:
    """What travels with a passenger."""
    tone = ""
    if preference.kind == PreferenceKind.ALLERGY:
        tone = "warning" if preference.severity == Severity.MILD else "danger"
    return Mark(str(preference), preference.note, tone)


def may_edit(kind: str, by: Actor) -> bool:
    """Whether this reader may write preferences of a kind."""
    code = rules.field_of(kind)
    return by.may("customers.edit") and (not code or by.may_edit(code))


def _row(preference: Preference, by: Actor) -> PreferenceRow:
    is_open = may_edit(preference.kind, by)
    return PreferenceRow(
        id=preference.id,
        kind=preference.get_kind_display(),
        value=preference.value,
        severity=preference.get_severity_display() if preference.severity else "",
        tone=mark_of(preference).tone,
        note=preference.note,
        source=preference.get_source_display(),
        edit_url=reverse("preferences:edit", args=[preference.id]) if is_open else "",
        remove_url=reverse("preferences:remove", args=[preference.id]) if is_open else "",
    )


def _communication(customer: Customer, by: Actor) -> list[dict[str, Any]]:
    """The channel and language that count today, and where they are from."""
    shared, household = households.preferences_of(customer, by=by)
    language, channel = shared.values["language"] or "", shared.values["channel"] or ""
    note = f"Through {household}" if household else ""
    own_language = household is None or not household.language
    return [
        {
            "label": "Language",
            "value": dict(countries.languages()).get(language, language),
            "note": "" if own_language or not language else note,
        },
        {
            "label": "Preferred channel",
            "value": str(Channel(channel).label) if channel else "",
            "note": note if channel else "",
        },
    ]
