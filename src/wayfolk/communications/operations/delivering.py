"""Delivery of one message: claimed, handed over, and what came of it (algorithms/delivery.md).

The claim is committed before anything leaves. Whatever dies afterwards, the message is not handed
over a second time: it ends as "may have been sent".
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.delivery import outcomes
from wayfolk.communications.delivery.mail import MailSettings
from wayfolk.communications.delivery.outcomes import Carrier, Outcome, Outgoing
from wayfolk.communications.models import (
    BulkRecipient,
    Communication,
    Delivery,
    MailServer,
    PrivateLink,
    RecipientOutcome,
    State,
)
from wayfolk.communications.operations import sending, unsubscribing
from wayfolk.communications.operations.settings import NotSetUp, load_settings, open_carrier
from wayfolk.communications.rules import reach, retrying, texts
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor, system_actor

_DELIVERER = "Wayfolk"
_WOKEN_AT_ONCE = 1_000
_STATE_OF = {
    outcomes.ACCEPTED: State.SENT,
    outcomes.REFUSED: State.FAILED,
    outcomes.UNKNOWN: State.UNKNOWN,
}
_RECIPIENT_OF = {
    State.SENT: RecipientOutcome.SENT,
    State.FAILED: RecipientOutcome.REFUSED,
    State.UNKNOWN: RecipientOutcome.UNKNOWN,
    State.CANCELLED: RecipientOutcome.REFUSED,
}
_INTERRUPTED = (
    "Wayfolk was stopped while it was sending this. It may have been sent; it is not sent again."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that this process alone may hand over, once."""

    delivery_id: UUID
    message: Communication
    outgoing: Outgoing


def deliver(organization_id: int, message_id: UUID) -> str:
    """Hand a waiting message over; its state afterwards, "" for one that is gone.

    One that is not waiting, or not yet, is left alone, so the job may run any number of times.
    """
    by = _deliverer(organization_id)
    with change_set(by=by, operation="communications.deliver", summary=""):
        message = Communication.objects.filter(id=message_id).locked().first()
        if message is None or message.state != State.QUEUED or message.next_at > clock.now():
            return message.state if message else ""
        if message.bulk_send_id and message.bulk_send.is_stop_requested:
            # A server had asked to bring it again later; the send was cancelled meanwhile.
            return str(_settle(message, State.CANCELLED, "The send was cancelled.").state)
        try:
            settings = load_settings(message.channel)
        except NotSetUp as error:
            message.attempts += 1
            return _put_off(message, Outcome(outcomes.LATER, error.message)).state
        claim = claim_message(message, settings)
        if claim is None:
            return str(message.state)
    with open_carrier(settings) as carrier:
        return hand_over(claim, carrier, by=by).state


def hand_over(claim: Claim, carrier: Carrier, *, by: Actor) -> "Delivered":
    """Give the message to the carrier and write down what came of it. Outside a transaction."""
    outcome = carrier.send(claim.outgoing)
    with change_set(by=by, operation="communications.deliver", summary=""):
        message = Communication.objects.filter(id=claim.message.id).locked().get()
        delivery = Delivery.objects.filter(id=claim.delivery_id).locked().get()
        delivery.outcome, delivery.words = outcome.kind, outcome.words
        delivery.finished_at = clock.now()
        delivery.save_changes("outcome", "words", "finished_at")
        if outcome.kind == outcomes.LATER:
            _put_off(message, outcome)
        else:
            _settle(message, _STATE_OF[outcome.kind], outcome.words)
    return Delivered(str(message.state), outcome)


@dataclass(frozen=True, slots=True)
class Delivered:
    state: str
    outcome: Outcome


def claim_message(message: Communication, settings: Any) -> Claim | None:
    """Make a locked, waiting message this process's own; None where it may not be sent any more.

    Status and consent are asked again: hours may lie between writing and sending. The caller
    commits before handing over.
    """
    reason = _obstacle(message)
    if reason:
        _settle(message, State.FAILED, reason)
        return None
    headers, footer = _for_advertising(message)
    message.attempts += 1
    delivery = Delivery.objects.create(communication=message, number=message.attempts)
    outgoing = Outgoing(
        reference=str(message.id),
        to=message.address,
        subject=message.subject,
        body=_with_link(message) + footer,
        headers=headers,
    )
    if isinstance(settings, MailSettings):
        message.message_id = settings.message_id(outgoing.reference)
    message.state, message.next_at = State.SENDING, None
    message.save_changes("state", "next_at", "attempts", "message_id")
    return Claim(delivery.id, message, outgoing)


def give_up_lost(organization_id: int, *, now: datetime | None = None) -> int:
    """Messages whose sender died half-way become "may have been sent"; returns how many."""
    before = (now or clock.now()) - retrying.LOST_AFTER
    by = _deliverer(organization_id)
    with change_set(by=by, operation="communications.deliver", summary=""):
        lost = list(
            Communication.objects.filter(state=State.SENDING, updated_at__lt=before).locked()
        )
        for message in lost:
            Delivery.objects.filter(communication_id=message.id, outcome="").update(
                outcome=outcomes.UNKNOWN, words=_INTERRUPTED, finished_at=clock.now()
            )
            _settle(message, State.UNKNOWN, _INTERRUPTED)
    return len(lost)


def wake_waiting(organization_id: int, *, now: datetime | None = None) -> int:
    """Give messages that are overdue to a job; returns how many.

    For what came back by an undo, and for jobs that were lost.
    """
    now = now or clock.now()
    with change_set(by=_deliverer(organization_id), operation="communications.deliver", summary=""):
        due = Communication.objects.filter(
            state=State.QUEUED, next_at__lt=now - retrying.OVERDUE_AFTER
        )
        waiting = list(due.locked()[:_WOKEN_AT_ONCE])
        for message in waiting:
            message.next_at = now  # not woken again before long
            message.save_changes("next_at")
            sending.defer_delivery(message)
    return len(waiting)


def _obstacle(message: Communication) -> str:
    """Why it may not be sent, in words."""
    customer = message.customer
    if customer is None:
        return ""
    standing = sending.standing_of(customer)
    reason = reach.obstacle(standing, is_advertising=message.is_advertising)
    return reach.obstacle_words(reason, customer.name) if reason else ""


def _for_advertising(message: Communication) -> tuple[dict[str, str], str]:
    """Headers and last lines by which advertising can be declined for the future."""
    if not message.is_advertising or message.customer_id is None:
        return {}, ""
    server = MailServer.objects.first()
    base = server.link_base if server else ""
    if not base:
        return {}, ""
    link = unsubscribing.link_for(base, message.organization_id, message.customer_id)
    if message.channel != reach.EMAIL:
        return {}, f"\n{link}"
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }, f"\n\n-- \nNo more newsletters: {link}\n"


def _with_link(message: Communication) -> str:
    """The text as its reader gets it."""
    if texts.PRIVATE_LINK not in message.body:
        return message.body
    link = PrivateLink.objects.filter(communication_id=message.id).first()
    return message.body.replace(texts.PRIVATE_LINK, link.value) if link else message.body


def _put_off(message: Communication, outcome: Outcome) -> Communication:
    """Waiting for another attempt, or refused for good after the last one."""
    now = clock.now()
    at = retrying.next_attempt(message.attempts, now)
    if at is None:
        return _settle(message, State.FAILED, outcome.words)
    message.state, message.error, message.next_at = State.QUEUED, outcome.words, at
    message.save_changes("state", "error", "next_at", "attempts")
    sending.defer_delivery(message, at)
    return message


def _settle(message: Communication, state: State, words: str) -> Communication:
    message.state, message.error, message.next_at = state, words, None
    message.sent_at = clock.now() if state == State.SENT else None
    message.save_changes("state", "error", "next_at", "sent_at")
    if state != State.CANCELLED:  # that can be taken back, and then it still waits
        PrivateLink.objects.filter(communication_id=message.id).delete()
    if message.bulk_send_id:
        BulkRecipient.objects.filter(communication_id=message.id).update(
            outcome=_RECIPIENT_OF[state], words=words
        )
    return message


def _deliverer(organization_id: int) -> Actor:
    return system_actor(organization_id, _DELIVERER)
