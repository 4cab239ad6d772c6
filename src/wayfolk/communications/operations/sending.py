"""Writing to somebody: a message is checked, written down and queued; a job delivers it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.models import (
    BulkSend,
    Communication,
    Direction,
    PrivateLink,
    State,
)
from wayfolk.communications.rules import reach, texts
from wayfolk.communications.rules.reach import Standing
from wayfolk.customers.models import Customer
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, InvalidValue, NotAllowed, NotFound, Refusal
from wayfolk.staff.rules import Actor

DELIVER_TASK = "wayfolk.communications.deliver"


class NotToBeWrittenTo(Refusal):
    """Status, consent or reachability stand in the way; `details` has the `reason` as a code."""

    code = "not_to_be_written_to"


class AlreadyOnItsWay(Conflict):
    """What is being sent, or was, cannot be called back."""

    code = "already_on_its_way"


def send_message(
    *,
    customer: Customer | None,
    address: str,
    channel: str,
    subject: str,
    body: str,
    about: UUID | None = None,
    is_advertising: bool = False,
    private_link: str = "",
    by: Actor,
) -> Communication:
    """Queue an email or SMS; a job delivers it once the transaction is committed.

    Inside an open change set it joins that one, so other operations may call it as a part of
    theirs. customer: None for somebody who is no customer yet. about: the id of the record that
    the message is about. private_link: leaves where the text has `texts.PRIVATE_LINK`, and is kept
    nowhere that can be read. Raises NotAllowed, InvalidValues (subject, body), InvalidValue
    (address, channel), NotToBeWrittenTo.
    """
    require_rights(by)
    if channel not in reach.SENT_CHANNELS:
        raise InvalidValue(f"“{channel}” cannot be sent. Use email or sms.", field="channel")
    subject, body = texts.checked_text(channel, subject, body)
    require_visible(channel, by)
    fitting = reach.fitting_address(channel, address, by.country)
    if not fitting:
        raise InvalidValue(reach.invalid_words(channel, address), field="address")
    word = "an email" if channel == reach.EMAIL else "an SMS"
    with change_set(by=by, operation="communications.send", summary="") as current:
        if customer is not None:
            # Consent as it is now, not as the page had it.
            customer = Customer.objects.get(id=customer.id)
        require_reachable(customer, is_advertising=is_advertising)
        name = customer.name if customer else fitting
        current.summary = current.summary or f"Wrote {word} to {name}"
        message = write_queued(
            customer=customer,
            address=fitting,
            channel=channel,
            subject=subject,
            body=body,
            about=about,
            is_advertising=is_advertising,
            author_id=by.author_id,
        )
        if private_link:
            PrivateLink.objects.create(communication=message, value=private_link)
    return message


def write_queued(
    *,
    customer: Customer | None,
    address: str,
    channel: str,
    subject: str,
    body: str,
    author_id: UUID | None,
    about: UUID | None = None,
    is_advertising: bool = False,
    bulk_send: BulkSend | None = None,
) -> Communication:
    """Write a checked message down in the open change set; its job is deferred with it.

    For senders that have checked everything themselves. Those of a send to many have no job of
    their own: the send delivers them.
    """
    now = clock.now()
    message: Communication = Communication.objects.create(
        customer=customer,
        channel=channel,
        direction=Direction.OUT,
        at=now,
        author_id=author_id,
        subject=subject,
        body=body,
        address=address,
        about=about,
        is_advertising=is_advertising,
        bulk_send=bulk_send,
        state=State.QUEUED,
        next_at=now,
    )
    if bulk_send is None:
        defer_delivery(message)
    return message


def cancel_message(message_id: UUID, *, by: Actor) -> Communication:
    """A message that is still waiting is not sent; raises AlreadyOnItsWay, NotFound, NotAllowed."""
    require_rights(by)
    with change_set(by=by, operation="communications.cancel", summary="") as current:
        message: Communication | None
        message = Communication.objects.filter(id=message_id).locked().first()
        if message is None:
            raise NotFound("There is no such message. It may have been taken back meanwhile.")
        if message.state != State.QUEUED:
            state = State(message.state).label.lower()
            raise AlreadyOnItsWay(f"The message is “{state}”, so it cannot be cancelled any more.")
        current.summary = current.summary or f"Cancelled the message “{message}”"
        message.cancelled_at, message.state, message.next_at = clock.now(), State.CANCELLED, None
        message.save_changes("cancelled_at", "state", "next_at")
    return message


def cancel_waiting(customer: Customer, by: Actor) -> None:  # noqa: ARG001 - the registered form
    """Before a customer goes: what waits for them is not sent. Undo lets it wait again."""
    waiting = Communication.objects.filter(customer_id=customer.id, state=State.QUEUED)
    for message in waiting.locked():
        message.cancelled_at, message.state, message.next_at = clock.now(), State.CANCELLED, None
        message.save_changes("cancelled_at", "state", "next_at")


def requeue(message_ids: Collection[UUID]) -> None:
    """After an undo: what is cancelled no more waits again, what is cancelled again does not."""
    found = Communication.objects.filter(id__in=message_ids).locked()
    for message in found.filter(state__in=[State.QUEUED, State.CANCELLED]):
        is_cancelled = message.cancelled_at is not None
        message.state = State.CANCELLED if is_cancelled else State.QUEUED
        message.next_at = None if is_cancelled else clock.now()
        message.save_changes("state", "next_at")
        if not is_cancelled:
            defer_delivery(message)


def require_rights(by: Actor) -> None:
    by.require_module("communications")
    by.require("communications.send")


def require_visible(channel: str, by: Actor) -> None:
    """Whoever may not see an address may not write to it either."""
    if not by.may_see(reach.FIELD_OF[channel]):
        what = "email addresses" if channel == reach.EMAIL else "phone numbers"
        raise NotAllowed(
            f"Your role “{by.role_name}” may not see {what} of customers, so it cannot write to"
            " them. An administrator can change that under Settings, Roles.",
            details={"field": reach.FIELD_OF[channel]},
        )


def require_reachable(customer: Customer | None, *, is_advertising: bool) -> None:
    """Raises NotToBeWrittenTo when status or consent forbid it."""
    if customer is None:
        if is_advertising:
            raise NotToBeWrittenTo(
                "Advertising goes only to customers who take the newsletter, and this is no"
                " customer yet. Send it as a service message if it is one.",
                details={"reason": reach.NOT_ASKED},
            )
        return
    reason = reach.obstacle(standing_of(customer), is_advertising=is_advertising)
    if reason:
        raise NotToBeWrittenTo(
            reach.obstacle_words(reason, customer.name), details={"reason": reason}
        )


def standing_of(customer: Customer) -> Standing:
    return Standing(
        customer.name,
        customer.status,
        customer.deleted_at is not None,
        customer.takes_newsletter,
    )


def defer_delivery(message: Communication, at: datetime | None = None) -> None:
    """In the caller's transaction: no job without its message, and none before its commit."""
    jobs.configure_task(DELIVER_TASK, schedule_at=at).defer(
        organization_id=message.organization_id, message_id=str(message.id)
    )
