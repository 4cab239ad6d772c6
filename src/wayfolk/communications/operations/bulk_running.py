"""Sending to many: one after the other, each claimed before it leaves, resumable at any point."""

from dataclasses import dataclass
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.delivery.outcomes import Carrier
from wayfolk.communications.models import (
    BulkRecipient,
    BulkSend,
    BulkState,
    Communication,
    RecipientOutcome,
)
from wayfolk.communications.operations import bulk as bulks
from wayfolk.communications.operations import delivering, sending
from wayfolk.communications.operations.delivering import Claim
from wayfolk.communications.operations.settings import NotSetUp, load_settings, open_carrier
from wayfolk.communications.rules import reach, texts
from wayfolk.communications.rules.many import Verdict
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.staff.rules import Actor

CHUNK = 50
PAUSE_SECONDS = 60  # while the server is down


@dataclass
class _Run:
    """One job's part in a send; `settings` are those of the server or gateway."""

    bulk: BulkSend
    by: Actor
    settings: object
    written: int


def carry_out(bulk_id: UUID, *, by: Actor) -> BulkSend:
    """Send to whoever still waits, until nobody does or it is cancelled; the send afterwards.

    May run again after whatever ended it, and twice at a time: nobody is written to twice. While
    the server is down the send pauses and a later job goes on with it.
    """
    with tenancy.scope(by.organization_id):
        bulk = _begin(bulk_id)
        if bulk.state != BulkState.RUNNING:
            return bulk
        try:
            settings = load_settings(bulk.channel)
        except NotSetUp as error:
            return _pause(bulk, error.message)
        written = Communication.objects.filter(bulk_send_id=bulk.id).count()
    run = _Run(bulk, by, settings, written)
    trouble = ""
    with open_carrier(settings) as carrier:
        while not trouble:
            chunk = _next_chunk(run)
            if not chunk:
                break
            trouble = _send_chunk(run, chunk, carrier)
    with tenancy.scope(by.organization_id):
        bulk = _lock(bulk_id)
        if bulk.state != BulkState.RUNNING:
            return bulk
        return _pause(bulk, trouble) if trouble else _end(bulk)


def stop(bulk_id: UUID, organization_id: int, words: str) -> None:
    """It cannot go on; `words` say why."""
    with tenancy.scope(organization_id):
        bulk = BulkSend.objects.filter(id=bulk_id).locked().first()
        if bulk is not None and bulk.is_under_way:
            bulk.state, bulk.failure, bulk.finished_at = BulkState.STOPPED, words, clock.now()
            bulk.save_changes("state", "failure", "finished_at")


def _lock(bulk_id: UUID) -> BulkSend:
    bulk: BulkSend = BulkSend.objects.filter(id=bulk_id).locked().get()
    return bulk


def _begin(bulk_id: UUID) -> BulkSend:
    bulk = _lock(bulk_id)
    if bulk.is_under_way:
        bulk.state, bulk.failure = BulkState.RUNNING, ""
        bulk.started_at = bulk.started_at or clock.now()
        bulk.save_changes("state", "failure", "started_at")
    return bulk


def _pause(bulk: BulkSend, words: str) -> BulkSend:
    bulk.failure = words
    bulk.save_changes("failure")
    bulks.defer_run(bulk, PAUSE_SECONDS)
    return bulk


def _end(bulk: BulkSend) -> BulkSend:
    bulk.state, bulk.failure, bulk.finished_at = BulkState.FINISHED, "", clock.now()
    bulk.save_changes("state", "failure", "finished_at")
    return bulk


def _next_chunk(run: _Run) -> list[tuple[BulkRecipient, Verdict]]:
    """Whose turn it is, judged as things stand now; nobody once it is cancelled."""
    with tenancy.scope(run.by.organization_id):
        if not _is_going_on(run.bulk):
            return []
        waiting = BulkRecipient.objects.filter(
            bulk_send_id=run.bulk.id, outcome=RecipientOutcome.WAITING
        )
        recipients = list(waiting.order_by("position")[:CHUNK])
        ids = [recipient.customer_id for recipient in recipients]
        customers = list(Customer.objects.filter(id__in=ids).with_reach())
        verdicts = bulks.verdicts_of(run.bulk, customers, None, run.by)
        return [(recipient, verdicts[recipient.customer_id]) for recipient in recipients]


def _send_chunk(run: _Run, chunk: list[tuple[BulkRecipient, Verdict]], carrier: Carrier) -> str:
    """The server's words when it is down, "" when the whole chunk went its way."""
    for recipient, verdict in chunk:
        claim = _claim(run, recipient.id, verdict)
        if claim is None:
            continue
        delivered = delivering.hand_over(claim, carrier, by=run.by)
        if delivered.outcome.is_server_down:
            return delivered.outcome.words
    return ""


def _claim(run: _Run, recipient_id: UUID, verdict: Verdict) -> Claim | None:
    """Write the recipient's message down and claim it, in one transaction; None: not for them."""
    bulk = run.bulk
    with change_set(
        by=run.by,
        operation="communications.send_to_many",
        summary="",
        continues=bulk.id,
    ) as current:
        word = "customers" if run.written else "customer"
        current.summary = f"Sent “{bulk}” to {run.written + 1:,} {word}"
        recipient = BulkRecipient.objects.filter(id=recipient_id).locked().get()
        if recipient.outcome != RecipientOutcome.WAITING or not _is_going_on(bulk):
            return None
        customer = Customer.objects.get(id=recipient.customer_id)
        standing = sending.standing_of(customer)
        reason = verdict.reason or reach.obstacle(standing, is_advertising=bulk.is_advertising)
        if not reason and _is_taken(recipient, verdict.address):
            reason = reach.DUPLICATE
        if reason:
            recipient.outcome, recipient.reason = RecipientOutcome.LEFT_OUT, reason
            recipient.save_changes("outcome", "reason")
            return None
        message = _write(bulk, customer, verdict.address)
        claim = delivering.claim_message(message, run.settings)
        recipient.outcome, recipient.communication = RecipientOutcome.TAKEN, message
        recipient.address = verdict.address
        recipient.save_changes("outcome", "communication", "address")
        run.written += 1
    return claim


def _write(bulk: BulkSend, customer: Customer, address: str) -> Communication:
    values = bulks.values_of(customer)
    return sending.write_queued(
        customer=customer,
        address=address,
        channel=bulk.channel,
        subject=texts.filled(bulk.subject, values),
        body=texts.filled(bulk.body, values),
        author_id=bulk.author_id,
        is_advertising=bulk.is_advertising,
        bulk_send=bulk,
    )


def _is_taken(recipient: BulkRecipient, address: str) -> bool:
    """Whether another one of this send has an address that the customer got since the preview."""
    if address == recipient.address:
        return False
    others = BulkRecipient.objects.filter(bulk_send_id=recipient.bulk_send_id, address=address)
    return bool(others.exclude(id=recipient.id).exists())


def _is_going_on(bulk: BulkSend) -> bool:
    return bool(
        BulkSend.objects.filter(
            id=bulk.id, state=BulkState.RUNNING, is_stop_requested=False
        ).exists()
    )
