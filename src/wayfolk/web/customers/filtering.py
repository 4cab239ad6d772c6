"""The filters of the customers list as a panel, as chips, and in the words of an empty list."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db import connection
from django.forms.boundfield import BoundField
from django.http import QueryDict

from wayfolk.bookings import queries as booking_queries
from wayfolk.customers import queries as customer_queries
from wayfolk.identity.search.queries import find_ids
from wayfolk.kit import countries, paging, tenancy
from wayfolk.kit.money import Money, format_money
from wayfolk.segments import queries
from wayfolk.segments.queries import pages, views
from wayfolk.segments.rules import fields, parsing
from wayfolk.segments.rules.fields import Filter, Shape
from wayfolk.segments.rules.parsing import CustomerFilters
from wayfolk.staff.rules import Actor
from wayfolk.stays import queries as stay_queries
from wayfolk.web import lists
from wayfolk.web.customers.list_rows import in_words
from wayfolk.web.form_rendering import LongChoices, LongSelect

LIST = "customers"
# The fields that the panel shows at once; the others are under “More filters” (TQ-33).
FIRST = ("number", "given_name", "family_name", "company", "status", "newsletter")
CHOICES_MAX = 300
_COUNTRIES = LongChoices("Any", countries.countries)
# What an empty list says of single filters may take so long in all; then the rest is left out.
HINTS_MS = 30
# Each value once, hopping along the index from one to the next.
_VALUES = """
    WITH RECURSIVE found(value) AS (
        (SELECT {column} FROM bookings_booking WHERE organization_id = %(org)s AND {column} <> ''
         ORDER BY {column} LIMIT 1)
        UNION ALL
        SELECT (SELECT {column} FROM bookings_booking
                WHERE organization_id = %(org)s AND {column} <> '' AND {column} > found.value
                ORDER BY {column} LIMIT 1)
        FROM found WHERE found.value IS NOT NULL
    )
    SELECT value FROM found WHERE value IS NOT NULL LIMIT %(most)s
"""


class FilterForm(forms.Form):
    """The fields that this reader may filter by, filled from the address."""

    def __init__(self, data: QueryDict, filters: CustomerFilters, *, by: Actor) -> None:
        super().__init__(data, auto_id="filter_%s")
        hidden = views.hidden_filters(LIST)
        for each in fields.allowed(fields.FILTERS, by):
            if each.name not in hidden or data.get(each.name):
                self.fields[each.name] = _field(each, by)
        self.full_clean()
        for name, fault in filters.faults.items():
            if name in self.fields:
                self.add_error(name, fault)

    @property
    def first(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name in FIRST]

    @property
    def further(self) -> list[tuple[str, list[BoundField]]]:
        """Those under “More filters”, by group."""
        groups: dict[str, list[BoundField]] = {}
        for name in self.fields:
            if name not in FIRST:
                groups.setdefault(fields.BY_NAME[name].group, []).append(self[name])
        return list(groups.items())

    @property
    def is_further_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields if name not in FIRST)


def _field(each: Filter, by: Actor) -> forms.Field:
    if each.shape is Shape.ANY_OF:
        return forms.MultipleChoiceField(
            label=each.label,
            required=False,
            choices=lambda: _choices(each.name, by),
            widget=forms.SelectMultiple(attrs={"size": 5}),
        )
    if each.name == "country":
        return forms.ChoiceField(
            label=each.label, required=False, choices=_COUNTRIES, widget=LongSelect
        )
    if each.shape is Shape.ONE_OF:
        known = [("", "Any"), *(each.choices or {}).items()]
        return forms.ChoiceField(label=each.label, required=False, choices=known)
    widget: forms.Widget = forms.TextInput()
    if each.shape is Shape.DAY:
        widget = forms.DateInput(attrs={"type": "date"})
    elif each.shape is Shape.AMOUNT:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
    label = f"{each.label} ({by.currency})" if each.shape is Shape.AMOUNT else each.label
    return forms.CharField(label=label, required=False, widget=widget)


def _choices(name: str, by: Actor) -> list[tuple[str, str]]:
    if name == "users":
        return [(str(user.id), user.name) for user in booking_queries.list_users(by=by)]
    found = set(_values("transport" if name == "transports" else "hotel"))
    if name == "hotels" and stay_queries.may_see(by):
        found |= set(
            stay_queries.list_properties(by=by).values_list("name", flat=True)[:CHOICES_MAX]
        )
    return [(value, value) for value in sorted(found)]


def _values(column: str) -> list[str]:
    with connection.cursor() as cursor:
        asked = {"org": tenancy.current_organization_id(), "most": CHOICES_MAX}
        cursor.execute(_VALUES.format(column=column), asked)
        return [row[0] for row in cursor.fetchall()]


def chips_of(query: QueryDict, filters: CustomerFilters, *, by: Actor) -> list[lists.Chip]:
    """Each filter that hides rows, with the address without it."""
    chips = [
        lists.Chip(
            fields.BY_NAME[name].label, words_of(name, value, by), lists.without(query, name)
        )
        for name, value in filters.values.items()
    ]
    if filters.q:
        chips.insert(0, lists.Chip("Search", filters.q, lists.without(query, "q")))
    return chips


def words_of(name: str, value: Any, by: Actor) -> str:
    """The value of a filter as a reader knows it."""
    each = fields.BY_NAME[name]
    if each.shape is Shape.AMOUNT:
        return format_money(Money(value, by.currency))
    if name == "country":
        return countries.country_name(value)
    if each.shape is Shape.ONE_OF:
        return (each.choices or {}).get(value, value)
    if name == "users":
        names = dict(_choices(name, by))
        return ", ".join(names.get(one, "somebody who left") for one in value)
    return ", ".join(value) if isinstance(value, tuple) else in_words(value)


def hidden_by(filters: CustomerFilters, chips: Sequence[lists.Chip], *, by: Actor) -> list[str]:
    """For an empty list: which filters hide how many, and what each alone would let through."""
    used = [chip for chip in chips if chip.label != "Search"]
    everyone = customer_queries.list_customers(by=by)
    if filters.q and used:
        everyone = everyone.filter(id__in=find_ids(filters.q, by=by))
    total = lists.hidden_note(used, everyone, "customers")
    if not total or len(used) < 2:
        return [total] if total else []
    return [total, *_without_one(filters, by)]


def _without_one(filters: CustomerFilters, by: Actor) -> Iterable[str]:
    """What taking off one filter would show: at most a few, those that are quick to count."""
    end = time.monotonic() + HINTS_MS / 1000
    for name in list(filters.values)[:5]:
        rest = CustomerFilters(filters.q, _but(filters.values, name))
        milliseconds = int((end - time.monotonic()) * 1000)
        if milliseconds < 1:
            return
        count = pages.count_within(queries.matching(rest, by=by), milliseconds)
        if count:
            more = "+" if count >= paging.COUNT_CAP else ""
            label = fields.BY_NAME[name].label
            yield f"Without {label}: {count:,}{more}."


def _but(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def read(query: QueryDict, *, by: Actor) -> CustomerFilters:
    """The filters of an address."""
    return parsing.parse(dict(query.lists()), by=by)
