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
from wayfolk.organization import actors
from wayfolk.organization.models import Organization
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
    obstacle: str = ""


def carry_out(bulk_id: UUID, *, by: Actor) -> BulkSend:
    """Send to whoever still waits, until nobody does or it is cancelled; the send afterwards.

    May run again after whatever ended it, and twice at a time: nobody is written to twice. While
    the server is down the send pauses and a later job goes on with it. It ends when whoever started
    it may not do so any more; that is asked again before every chunk.
    """
    with tenancy.scope(by.organization_id):
        bulk = _begin(bulk_id)
        if bulk.state != BulkState.RUNNING:
            return bulk
        words = _obstacle(bulk)
        if words:
            return _give_up(bulk, words)
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
        if run.obstacle:
            return _give_up(bulk, run.obstacle)
        return _pause(bulk, trouble) if trouble else _end(bulk)


def find_sender(bulk: BulkSend) -> Actor | None:
    """Whoever started it, with the rights that they have by now; None for one who left."""
    if bulk.author_id is not None:
        return actors.find_member_actor(bulk.author_id)
    organization = Organization.objects.get(id=bulk.organization_id)
    return actors.get_system_actor(organization, bulk.author_name)


def _obstacle(bulk: BulkSend) -> str:
    """Why whoever started it may not go on with it, in words; "" when they may."""
    sender, name = find_sender(bulk), bulk.author_name
    if sender is None:
        return f"{name} does not work here any more."
    if not sender.has_module("communications"):
        return "The module “Communications” was switched off."
    needed = ("customers.view", "communications.send", "communications.bulk")
    if not all(sender.may(permission) for permission in needed):
        return f"{name} may not write to many any more."
    if not sender.may_see(reach.FIELD_OF[bulk.channel]):
        what = "email addresses" if bulk.channel == reach.EMAIL else "phone numbers"
        return f"{name} may not see {what} of customers any more."
    return ""


def _give_up(bulk: BulkSend, words: str) -> BulkSend:
    """It cannot go on; `words` say why, and whoever still waited is left out for it."""
    waiting = BulkRecipient.objects.filter(bulk_send_id=bulk.id, outcome=RecipientOutcome.WAITING)
    waiting.update(outcome=RecipientOutcome.LEFT_OUT, reason=reach.SENDER)
    bulk.state, bulk.failure, bulk.finished_at = BulkState.STOPPED, words, clock.now()
    bulk.is_stop_requested = True  # nor does what a server wants brought again later
    bulk.save_changes("state", "failure", "finished_at", "is_stop_requested")
    return bulk


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
        run.obstacle = _obstacle(run.bulk)
        if run.obstacle:
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
