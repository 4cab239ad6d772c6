"""The page of one offer."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from wayfolk.bookings import queries as booking_queries
from wayfolk.communications.queries import may_see as may_see_communications
from wayfolk.kit import clock, money
from wayfolk.kit.money import format_money
from wayfolk.sales.models import Offer, OfferReminder, OfferStatus, ReminderState
from wayfolk.sales.queries import offers as queries
from wayfolk.sales.rules import offers as rules
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings.presenters import Figure
from wayfolk.web.changes import presenters as changes
from wayfolk.web.communications import presenters as communications
from wayfolk.web.offers import presenters

_TONES = {"planned": "info", "sent": "success", "cancelled": "neutral", "skipped": "warning"}


@require_GET
@signed_in("offers.view", module="offers")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    return render(request, "offers/detail.html", page_of(offer, by))


@require_GET
@signed_in("offers.view", module="offers")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    offer = queries.get_offer_by_number(number, by=by)
    return render(request, "changes/history.html", changes.history_for(request, offer.id, by=by))


@require_GET
@signed_in("offers.view", module="offers")
def said(request: HttpRequest, number: int) -> HttpResponse:
    """The Communications section, loaded when it is opened; without scripts a page of its own."""
    by = actor_of(request)
    offer = queries.get_offer_by_number(number, by=by)
    context = communications.timeline_about(
        request,
        offer.id,
        address=reverse("offers:communications", args=[offer.number]),
        back_url=presenters.page_url(offer),
        by=by,
    )
    is_part = htmx.wants_fragment(request)
    template = "communications/timeline.html" if is_part else "offers/communications.html"
    return render(request, template, {**context, "offer": offer})


def page_of(offer: Offer, by: Actor) -> dict[str, Any]:
    """Everything that the page shows."""
    reminders = queries.list_reminders(offer.id, by=by)
    may_edit = by.may("offers.edit")
    return {
        "offer": offer,
        "row": presenters.row_of(offer, by),
        "facts": presenters.facts_of(offer, by),
        "money": _money(offer, by),
        "dates": _dates(offer, by),
        "reminders": [
            (reminder, _TONES[reminder.state], _reason(reminder, offer)) for reminder in reminders
        ],
        "has_planned": _has_planned(reminders),
        "booking_url": _booking_url(offer, by),
        "sees_communications": may_see_communications(by),
        "communications_url": reverse("offers:communications", args=[offer.number]),
        "sees_history": by.may("history.view"),
        "history_url": reverse("offers:history", args=[offer.number]),
        "may_edit": may_edit,
        "may_link": may_edit and offer.customer_id is None and by.may("customers.view"),
        "may_send": may_edit and _may(offer, "send") and _may_write(by),
        "may_convert": may_edit
        and _may(offer, "convert")
        and by.may("bookings.edit")
        and by.has_module("bookings"),
        "may_close": may_edit and _may(offer, "close"),
        "may_reopen": may_edit and _may(offer, "reopen"),
    }


def _may(offer: Offer, step: str) -> bool:
    return offer.status in rules.STEPS[step]


def _may_write(by: Actor) -> bool:
    return by.has_module("communications") and by.may("communications.send")


def _reason(reminder: OfferReminder, offer: Offer) -> str:
    """Why a reminder did not go, or why a planned one would not."""
    if reminder.state != ReminderState.PLANNED or offer.status == OfferStatus.AVAILABLE:
        return str(reminder.reason)
    return f"Does not go while the offer is {offer.get_status_display().lower()}."


def _has_planned(reminders: Sequence[OfferReminder]) -> bool:
    return any(reminder.state == ReminderState.PLANNED for reminder in reminders)


def _booking_url(offer: Offer, by: Actor) -> str:
    if offer.booking is None or not booking_queries.may_see(by):
        return ""
    return reverse("bookings:detail", args=[offer.booking.number])


def _money(offer: Offer, by: Actor) -> list[Figure]:
    """Own currency, then converted; empty for a reader who may not see prices of offers."""
    if not by.may_see("offer.price"):
        return []
    price = offer.price
    if price is None:
        return [Figure("Price", "none yet")]
    figures = [Figure("Price", format_money(price))]
    if offer.currency != by.currency:
        rate = f"{offer.exchange_rate.normalize():f}"
        in_base = money.convert(price, rate=offer.exchange_rate, to=by.currency)
        figures.append(Figure(f"Price in {by.currency}", format_money(in_base), f"at {rate}"))
    return figures


def _dates(offer: Offer, by: Actor) -> list[Figure]:
    is_over = offer.valid_until is not None and offer.valid_until < clock.today(by.time_zone)
    due = presenters.row_of(offer, by).due
    return [
        Figure("Sent", presenters.day(offer.sent_on) or "not yet"),
        Figure("Valid until", presenters.day(offer.valid_until), "over" if is_over else ""),
        Figure("Follow up", presenters.day(offer.follow_up_on), due.lower()),
    ]
