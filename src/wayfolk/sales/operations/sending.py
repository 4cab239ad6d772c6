"""Writing to people about offers: the offer itself, and its reminders (TQ-51).

The one place that knows how messages leave: `communications` checks whether the recipient may be
written to, and queues the delivery together with the change.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import DatabaseError

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.operations.sending import send_message
from wayfolk.customers.models import ContactPoint, ContactSet, Customer
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, NotFound, Refusal
from wayfolk.kit.money import format_money
from wayfolk.sales.models import Offer, OfferReminder, OfferSettings, OfferStatus, ReminderState
from wayfolk.sales.operations import offers
from wayfolk.sales.queries.offers import get_settings, reminder_days
from wayfolk.sales.rules import offers as rules
from wayfolk.sales.rules import reminders
from wayfolk.sales.rules.reminders import Verdict
from wayfolk.staff.rules import Actor

REASON_MAX = 400
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What goes where; an SMS has no subject."""

    address: str
    subject: str
    body: str


def propose_message(offer: Offer, *, by: Actor) -> Message:
    """The mail for an offer with everything filled in, to be corrected before it goes."""
    texts = get_settings()
    values = _values(offer, by)
    address = address_of(offer, "email") if by.may_see("customer.email") else ""
    return Message(
        address,
        reminders.fill(texts.offer_subject, values),
        reminders.fill(texts.offer_body, values),
    )


def send_offer(offer_id: UUID, message: Message, *, by: Actor, version: int | None = None) -> Offer:
    """Mail the offer: it is available from then on, and reminds on the days of its brand's list.

    Sent once more, its reminders begin anew. Raises WrongStatus, InvalidValue where its last day
    is over, and what `send_message` refuses.
    """
    offers.require_rights(by)
    with change_set(by=by, operation="offers.send", summary="") as current:
        offer = offers.lock_offer(offer_id)
        offers.require_version(offer, version)
        rules.require_step(offer.status, "send", number=offer.number)
        today = clock.today(by.time_zone)
        if offer.valid_until is not None and offer.valid_until < today:
            raise InvalidValue(
                f"The offer was valid until {offer.valid_until}. Give it a later date first.",
                field="valid_until",
            )
        current.summary = current.summary or f"Sent offer {offer}"
        offer.sent_on, offer.status = today, OfferStatus.AVAILABLE
        offers.save(offer, by, "sent_on", "status")
        cancel_planned(offer.id, "The offer was sent once more.")
        _plan(offer, today)
        _write(offer, "email", message, by)
    return offer


def cancel_reminder(reminder_id: UUID, *, by: Actor) -> OfferReminder:
    """A planned reminder does not go; raises NotFound, InvalidValue for one that went."""
    offers.require_rights(by)
    with change_set(by=by, operation="offers.cancel_reminder", summary="") as current:
        reminder: OfferReminder | None
        reminder = OfferReminder.objects.filter(id=reminder_id).locked().first()
        if reminder is None:
            raise NotFound("There is no such reminder. It may have been taken back meanwhile.")
        if reminder.state != ReminderState.PLANNED:
            raise InvalidValue(
                f"The reminder of {reminder.due_on} is {reminder.state} already, so it cannot be"
                " cancelled."
            )
        number = Offer.objects.get(id=reminder.offer_id).number
        current.summary = current.summary or (
            f"Cancelled the reminder of {reminder.due_on} of offer {number}"
        )
        reminder.state = ReminderState.CANCELLED
        reminder.reason = f"Cancelled by {by.name}."[:REASON_MAX]
        reminder.save_changes("state", "reason")
    return reminder


def cancel_planned(offer_id: UUID, reason: str) -> None:
    """Planned reminders of an offer go no more. Inside the caller's change set."""
    planned = OfferReminder.objects.filter(offer_id=offer_id, state=ReminderState.PLANNED)
    for reminder in planned.locked():
        reminder.state, reminder.reason = ReminderState.CANCELLED, reason
        reminder.save_changes("state", "reason")


def send_due_reminders(today: date, *, by: Actor) -> int:
    """Everything that is due by today: at most one message an offer; returns how many went.

    One change set an offer, so that what was sent stays sent whatever happens to the next one.
    Safe to run twice: whatever was decided is planned no more.
    """
    with tenancy.scope(by.organization_id):
        due = OfferReminder.objects.filter(state=ReminderState.PLANNED, due_on__lte=today)
        offer_ids = list(due.order_by("offer_id").values_list("offer_id", flat=True).distinct())
    sent = 0
    for offer_id in offer_ids:
        try:
            sent += _remind(offer_id, today, by)
        except DatabaseError:
            _log.exception("Reminders of offer %s did not go", offer_id)
    return sent


def address_of(offer: Offer, channel: str) -> str:
    """Where the offer goes by this channel: the customer's address, else the offeree's."""
    if offer.customer_id is not None:
        kinds = ("email",) if channel == "email" else ("mobile", "phone")
        points = ContactPoint.objects.filter(customer_id=offer.customer_id, kind__in=kinds)
        known = {p.kind: p.value for p in points.filter(set=ContactSet.PRIMARY)}
        found = next((known[kind] for kind in kinds if known.get(kind)), "")
        if found:
            return str(found)
    return str(offer.offeree_email if channel == "email" else offer.offeree_phone)


def _plan(offer: Offer, sent_on: date) -> None:
    days = reminders.parse_days(reminder_days(offer.brand_id))
    for day, due_on in reminders.plan(sent_on, days):
        OfferReminder.objects.create(offer=offer, day=day, due_on=due_on)


def _remind(offer_id: UUID, today: date, by: Actor) -> int:
    with change_set(by=by, operation="offers.remind", summary="") as current:
        offer = offers.lock_offer(offer_id)
        rows = OfferReminder.objects.filter(
            offer_id=offer_id, state=ReminderState.PLANNED, due_on__lte=today
        )
        due = list(rows.order_by("due_on").locked())
        decisions = reminders.decide(due, today=today, obstacle=_obstacle(offer, today))
        current.summary = f"Reminded of offer {offer}"
        sent = 0
        for reminder in due:
            decision = decisions[reminder.due_on]
            refusal = decision.reason
            if decision.verdict == Verdict.SEND:
                refusal = _try_to_remind(offer, by)
            _note(reminder, refusal)
            sent += not refusal
        if not sent:
            current.summary = f"Skipped a reminder of offer {offer}"
    return sent


def _obstacle(offer: Offer, today: date) -> str:
    """Why no reminder may go, "" if one may."""
    if offer.status != OfferStatus.AVAILABLE:
        return f"The offer was {offer.status} by then."
    if offer.valid_until is not None and offer.valid_until < today:
        return "The offer was no longer valid."
    return "" if offer.is_reminding else "Reminders were switched off for this offer."


def _try_to_remind(offer: Offer, by: Actor) -> str:
    """Write the reminder; returns why it could not be written, "" when it is on its way."""
    texts = get_settings()
    channel = texts.reminder_channel
    try:
        _write(offer, channel, _reminder_message(offer, texts, by), by)
    except Refusal as refused:
        return refused.message[:REASON_MAX]
    return ""


def _reminder_message(offer: Offer, texts: OfferSettings, by: Actor) -> Message:
    values = _values(offer, by)
    subject = reminders.fill(texts.reminder_subject, values)
    address = address_of(offer, texts.reminder_channel)
    if not address:
        what = "email address" if texts.reminder_channel == "email" else "phone number"
        raise InvalidValue(f"There is no {what} to write to.")
    is_mail = texts.reminder_channel == "email"
    return Message(address, subject if is_mail else "", reminders.fill(texts.reminder_body, values))


def _note(reminder: OfferReminder, refusal: str) -> None:
    reminder.state = ReminderState.SKIPPED if refusal else ReminderState.SENT
    reminder.sent_at = None if refusal else clock.now()
    reminder.reason = refusal
    reminder.save_changes("state", "sent_at", "reason")


def _write(offer: Offer, channel: str, message: Message, by: Actor) -> None:
    """Business correspondence, not advertising: somebody asked, or is spoken to in person."""
    customer = Customer.objects.filter(id=offer.customer_id).first() if offer.customer_id else None
    send_message(
        customer=customer,
        address=message.address,
        channel=channel,
        subject=message.subject,
        body=message.body,
        about=offer.id,
        by=by,
    )


def _values(offer: Offer, by: Actor) -> Mapping[str, str]:
    """What the placeholders of a text stand for."""
    price = offer.price if by.may_see("offer.price") else None
    days: Sequence[str] = [_day(day) for day in (offer.departs_on, offer.returns_on) if day]
    return {
        "name": offer.addressee,
        "title": offer.title,
        "number": str(offer.number),
        "price": format_money(price) if price else "",
        "dates": " – ".join(days),
        "valid_until": _day(offer.valid_until) if offer.valid_until else "",
        "sender": offer.assignee.name if offer.assignee else by.organization_name or by.name,
    }


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
