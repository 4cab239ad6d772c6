"""The page of one household: who lives there, who did, who matters to them, what they booked."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from wayfolk.households import queries
from wayfolk.households.models import Household
from wayfolk.households.queries import MemberShown
from wayfolk.kit import clock, dates
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.changes import presenters as changes
from wayfolk.web.households import presenters

RESIDENTS = "residents"
BOOKINGS = "family-bookings"


@require_safe
@signed_in("households.view", module="households")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    household = queries.get_household_by_number(number, by=by)
    members = queries.list_members(household.id, by=by)
    residents = _residents(request, household, members, by)
    if htmx.target(request) == RESIDENTS:
        return render(request, "households/_residents.html", residents)
    bookings = presenters.family_bookings(request, household, members, by=by)
    if htmx.target(request) == BOOKINGS:
        return render(request, "households/_bookings.html", {"bookings": bookings})
    return render(
        request,
        "households/detail.html",
        {**_page(household, members, by), **residents, "bookings": bookings},
    )


@require_safe
@signed_in("households.view", module="households")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    household = queries.get_household_by_number(number, by=by)
    context = changes.history_for(request, household.id, by=by)
    return render(request, "changes/history.html", context)


def _page(household: Household, members: list[MemberShown], by: Actor) -> dict[str, Any]:
    today = clock.today(by.time_zone)
    people = [shown.customer.id for shown in members]
    rows = presenters.member_rows(
        members, by=by, elsewhere=queries.current_memberships(people, by=by), on=today
    )
    status, tone = presenters.status_of(household)
    has_ended = household.ended_on is not None
    may_edit = by.may("households.edit") and not has_ended
    guardians = queries.list_guardians(people, by=by)
    connections = queries.list_connections(household.id, by=by)
    return {
        "household": household,
        "status": status,
        "tone": tone,
        "facts": presenters.facts(household, by),
        "present": [row for row in rows if row.member.holds_on(today)],
        "coming": [row for row in rows if row.member.from_on > today],
        "former": [row for row in rows if row.member.to_on and row.member.to_on <= today],
        "guardians": presenters.guardian_rows(guardians, household, by=by),
        "connections": presenters.connection_rows(connections, by=by),
        "may_edit": may_edit,
        "may_correct": by.may("households.edit"),
        "may_move_in": may_edit and by.may("customers.view"),
        "history_url": reverse("households:history", args=[household.number])
        if by.may("history.view")
        else "",
    }


def _residents(
    request: HttpRequest, household: Household, members: list[MemberShown], by: Actor
) -> dict[str, Any]:
    """Who lived there on the day in the address; without one there is no answer yet."""
    written, fault = request.GET.get("on", "").strip(), ""
    day: date | None = None
    if written:
        try:
            day = dates.parse_date(written, field="on")
        except InvalidValue as refused:
            fault = refused.message
    there = [shown for shown in members if day and shown.member.holds_on(day)]
    return {
        "household": household,
        "on": day,
        "on_written": day.isoformat() if day else "",
        "on_fault": fault,
        "residents": presenters.member_rows(there, by=by, elsewhere={}, on=day) if day else [],
    }
