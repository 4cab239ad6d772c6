"""A field of a form that holds one living household, found by number, name, city or member.

The value is the Household No, with or without its H; "" is none.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.households import queries
from wayfolk.households.models import Household
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.record_picker import (
    RESULTS,
    Choice,
    Choices,
    RecordField,
    RecordPicker,
    number_in,
    query_in,
)
from wayfolk.web.search.people import Person

QUERY_MAX = 200


def choices_for(name: str, *, query: str, chosen: str, by: Actor) -> Choices:
    """The chosen household first, then those that answer the query."""
    present = find_household(chosen, by=by)
    found = [each for each in _found(query, by) if present is None or each.id != present.id]
    shown = [*([present] if present else []), *found]
    people = queries.names_in([each.id for each in shown], by=by) if shown else {}
    choices = [
        Choice(_described(each, people.get(each.id, []), by), is_chosen=each == present)
        for each in shown
    ]
    hint = "" if found or not query else f"No household of today answers “{query}”."
    return Choices(name, choices, query, hint)


def find_household(number: str, *, by: Actor) -> Household | None:
    """The household with this number (12, H-12), None for anything else."""
    sought = number_in(number.strip().upper().removeprefix("H-").removeprefix("H"))
    if sought is None:
        return None
    try:
        return queries.get_household_by_number(sought, by=by)
    except NotFound:
        return None


def _found(query: str, by: Actor) -> list[Household]:
    """Living households, in the order in which they were found."""
    if not query:
        return []
    ids = queries.find_ids(query, by=by)
    living = queries.list_households(by=by).filter(ended_on__isnull=True).in_bulk(ids)
    return [living[each] for each in ids if each in living][:RESULTS]


def _described(household: Household, people: list[str], by: Actor) -> Person:
    """What tells households apart: number, city and who lives there."""
    city = household.city if by.may_see("customer.address") else ""
    names = ", ".join(people) if by.may("customers.view") else ""
    parts = (f"H-{household.number}", city, names)
    return Person(
        number=household.number,
        name=household.name,
        title=household.name,
        detail=" · ".join(part for part in parts if part),
        icon="home-heart",
    )


class HouseholdPicker(RecordPicker):
    url_name = "household_picker"
    placeholder = "Number, name, city or a member"
    choices_template = "customer_picker/choices.html"
    query_max = QUERY_MAX

    def choices(self, name: str, chosen: str) -> Choices:
        return choices_for(name, query=self.query, chosen=chosen, by=self.by)


class HouseholdField(RecordField[Household]):
    widget = HouseholdPicker
    missing = "There is no such household. Search by number, such as H-12, name or member."

    def find(self, value: str) -> Household | None:
        return find_household(value, by=self.by)

    def in_words(self, value: str) -> str:
        """The name of the household with this number."""
        household = self.find(value)
        return value if household is None else str(household)


@require_GET
@signed_in("households.view", module="households")
def choices(request: HttpRequest) -> HttpResponse:
    """The choices for what has been typed so far, as a fragment of a form."""
    name = request.GET.get("field", "household")[:40]
    found = choices_for(
        name,
        query=query_in(request.GET, name, QUERY_MAX),
        chosen=request.GET.get(name, ""),
        by=actor_of(request),
    )
    return render(request, "customer_picker/choices.html", {"picker": found})
