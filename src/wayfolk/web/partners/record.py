"""The page of one trade partner: its place, terms in force, contacts, bookings and history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.queries import BookingFilters
from wayfolk.kit import clock, paging
from wayfolk.partners import queries
from wayfolk.partners.models import Partner
from wayfolk.partners.queries import MEMBERS_SHOWN
from wayfolk.staff.rules import Actor
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import presenters as bookings
from wayfolk.web.changes import presenters as changes
from wayfolk.web.partners import presenters

BOOKINGS_SHOWN = 10


@require_GET
@signed_in("partners.view", module="partners")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    partner = queries.get_partner_by_number(number, by=by)
    return render(request, "partners/detail.html", page_of(partner, by))


@require_GET
@signed_in("partners.view", module="partners")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    partner = queries.get_partner_by_number(number, by=by)
    return render(request, "changes/history.html", changes.history_for(request, partner.id, by=by))


def page_of(partner: Partner, by: Actor) -> dict[str, Any]:
    """Everything that the page shows: a fixed number of queries."""
    today = clock.today(by.time_zone)
    contacts = queries.list_contacts(partner.id, by=by)
    return {
        "partner": partner,
        "row": presenters.row_of(partner),
        "facts": presenters.facts_of(partner, by),
        "ids": presenters.id_rows(queries.list_business_ids(partner.id, by=by)),
        "contacts": presenters.contact_rows(contacts, today, by),
        "may_edit": by.may("partners.edit"),
        "may_remove": by.may("partners.edit") and by.may("partners.terms"),
        "sees_history": by.may("history.view"),
        "history_url": reverse("partners:history", args=[partner.number]),
        **_hierarchy(partner, by),
        **_terms(partner, by),
        **_bookings(partner, by),
    }


def _hierarchy(partner: Partner, by: Actor) -> dict[str, Any]:
    members = list(queries.list_members(partner.id, by=by)[: MEMBERS_SHOWN + 1])
    return {
        "ladder": presenters.ladder_of(partner),
        "members": [presenters.row_of(each) for each in members[:MEMBERS_SHOWN]],
        "has_more_members": len(members) > MEMBERS_SHOWN,
        "members_shown": MEMBERS_SHOWN,
    }


def _terms(partner: Partner, by: Actor) -> dict[str, Any]:
    if not by.may("partners.terms"):
        return {"sees_terms": False}
    today = clock.today(by.time_zone)
    in_force = queries.terms_in_force(partner, today, by=by)
    return {
        "sees_terms": True,
        "today": today,
        "effective": presenters.effective_rows(in_force, partner, by),
        "terms": presenters.term_rows(queries.list_terms(partner.id, by=by), today, by),
    }


def _bookings(partner: Partner, by: Actor) -> dict[str, Any]:
    """The latest sold through the partner itself; those below it are in the statement."""
    if not booking_queries.may_see(by):
        return {"sees_bookings": False}
    rows = booking_queries.list_bookings(BookingFilters(partner_id=partner.id), by=by).in_lines()
    latest = paging.page_of(rows, order="-booked_on", size=BOOKINGS_SHOWN)
    return {
        "sees_bookings": True,
        "latest": [bookings.row_of(booking, by) for booking in latest.rows],
        "has_more_bookings": bool(latest.next_cursor),
        "sees_price": by.may_see("booking.total"),
        "sees_commission": by.may_see("booking.commission"),
    }
