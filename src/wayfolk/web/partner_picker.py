"""A field of a form that holds one trade partner, chosen by name or Customer No.

The value is the partner's Customer No; "" is nobody.
"""

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
NOBODY = "Nobody"


def choices_for(name: str, *, query: str, chosen: str, nobody: str, by: Actor) -> Choices:
    """The chosen partner first, then those whose names have the words of the query."""
    present = find_partner(chosen, by=by)
    shown = [] if present is None else [Choice(described(present), is_chosen=True)]
    found = [each for each in _found(query, by) if present is None or each.id != present.id]
    shown += [Choice(described(each)) for each in found]
    hint = "" if found or not query else f"No active trade partner is called “{query}”."
    return Choices(name, shown, query, hint, nobody=nobody)


def find_partner(number: str, *, by: Actor) -> Partner | None:
    """The partner with this Customer No, None for anything else."""
    sought = number_in(number)
    if sought is None:
        return None
    try:
        return queries.get_partner_by_number(sought, by=by)
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


class PartnerPicker(RecordPicker):
    url_name = "partner_picker"
    placeholder = "Name or Customer No of a trade partner"
    choices_template = "partner_picker/choices.html"
    query_max = QUERY_MAX
    nobody = NOBODY

    def choices(self, name: str, chosen: str) -> Choices:
        return choices_for(name, query=self.query, chosen=chosen, nobody=self.nobody, by=self.by)


class PartnerField(RecordField[Partner]):
    widget = PartnerPicker
    missing = "There is no such trade partner. It may have been taken back meanwhile."

    def bind(self, by: Actor, *, nobody: str = NOBODY) -> None:
        super().bind(by)
        self.widget.nobody = nobody

    def find(self, value: str) -> Partner | None:
        return find_partner(value, by=self.by)

    def in_words(self, value: str) -> str:
        """The name of the partner with this number."""
        partner = self.find(value)
        return (value or NOBODY) if partner is None else partner.name


@require_GET
@signed_in("partners.view", module="partners")
def choices(request: HttpRequest) -> HttpResponse:
    """The choices for what has been typed so far, as a fragment of a form."""
    name = request.GET.get("field", "partner")[:40]
    found = choices_for(
        name,
        query=query_in(request.GET, name, QUERY_MAX),
        chosen=request.GET.get(name, ""),
        nobody=request.GET.get("nobody", NOBODY)[:60],
        by=actor_of(request),
    )
    return render(request, "partner_picker/choices.html", {"picker": found})
