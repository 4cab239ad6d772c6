"""One text to many customers: drafted, looked at, started, cancelled. `bulk_running` sends it."""

from collections.abc import Sequence
from uuid import UUID

from procrastinate.contrib.django import app as jobs

from wayfolk.communications.models import (
    BulkRecipient,
    BulkSend,
    BulkState,
    MailServer,
    RecipientOutcome,
)
from wayfolk.communications.operations import sending, settings
from wayfolk.communications.rules import many, reach, texts
from wayfolk.communications.rules.many import Point, Verdict
from wayfolk.customers.models import Customer, CustomerQuerySet
from wayfolk.customers.queries.sharing import sharing_of
from wayfolk.customers.rules.sharing import MANY, RELAY
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import Conflict, InvalidValue, InvalidValues, NotFound
from wayfolk.staff.rules import Actor

RUN_TASK = "wayfolk.communications.send_to_many"
_AT_ONCE = 1_000


class WrongState(Conflict):
    """The send is not in a state in which this can be done."""

    code = "wrong_state"


def create_draft(
    customers: CustomerQuerySet,
    *,
    channel: str,
    subject: str,
    body: str,
    is_advertising: bool,
    by: Actor,
) -> BulkSend:
    """A send that can be looked at before anything goes; nothing is sent.

    Raises NotAllowed, InvalidValues (subject, body), InvalidValue for nobody or too many.
    """
    subject, body = _checked(channel, subject, body, by)
    with tenancy.scope(by.organization_id):
        chosen = list(
            customers.order_by("sort_key", "id").values_list("id", flat=True)[: many.CHOSEN_MAX + 1]
        )
        if not chosen:
            raise InvalidValue("Nobody is chosen. Tick customers in the list first.")
        if len(chosen) > many.CHOSEN_MAX:
            raise InvalidValue(
                f"More than {many.CHOSEN_MAX:,} customers are chosen; one send goes to at most as"
                " many. Narrow the list, and write to one part after the other."
            )
        bulk: BulkSend = BulkSend.objects.create(
            channel=channel,
            subject=subject,
            body=body,
            is_advertising=is_advertising,
            author_id=by.author_id,
            author_name=by.name,
            chosen_count=len(chosen),
        )
        rows = [
            BulkRecipient(bulk_send=bulk, customer_id=customer_id, position=position)
            for position, customer_id in enumerate(chosen)
        ]
        BulkRecipient.objects.bulk_create(rows, batch_size=_AT_ONCE)
        _judge_all(bulk, by)
    return bulk


def update_draft(
    bulk_id: UUID, *, channel: str, subject: str, body: str, is_advertising: bool, by: Actor
) -> BulkSend:
    """Another text for the same customers; raises as `create_draft`, WrongState, NotFound."""
    subject, body = _checked(channel, subject, body, by)
    with tenancy.scope(by.organization_id):
        bulk = lock_bulk(bulk_id, BulkState.DRAFT)
        bulk.channel, bulk.subject, bulk.body = channel, subject, body
        bulk.is_advertising = is_advertising
        bulk.save_changes("channel", "subject", "body", "is_advertising")
        _judge_all(bulk, by)
    return bulk


def start_bulk(bulk_id: UUID, *, by: Actor) -> BulkSend:
    """Send it, by a job. Raises WrongState, NotSetUp, InvalidValue when nobody would get it."""
    require_rights(by)
    with tenancy.scope(by.organization_id):
        bulk = lock_bulk(bulk_id, BulkState.DRAFT)
        sending.require_visible(bulk.channel, by)
        settings.load_settings(bulk.channel)
        _require_way_out(bulk)
        waiting = BulkRecipient.objects.filter(
            bulk_send_id=bulk.id, outcome=RecipientOutcome.WAITING
        )
        if not waiting.exists():
            raise InvalidValue("Nobody of those chosen can be written to, so there is no start.")
        bulk.state, bulk.author_id, bulk.author_name = BulkState.QUEUED, by.author_id, by.name
        bulk.save_changes("state", "author_id", "author_name")
        defer_run(bulk)
    return bulk


def cancel_bulk(bulk_id: UUID, *, by: Actor) -> BulkSend:
    """No further message goes out; what has left stays sent. Raises WrongState, NotFound."""
    require_rights(by)
    with tenancy.scope(by.organization_id):
        bulk = lock_bulk(bulk_id, BulkState.QUEUED, BulkState.RUNNING)
        bulk.is_stop_requested = True
        bulk.state, bulk.finished_at = BulkState.STOPPED, clock.now()
        bulk.save_changes("is_stop_requested", "state", "finished_at")
    return bulk


def discard_draft(bulk_id: UUID, *, by: Actor) -> None:
    """Remove a send that was never started."""
    require_rights(by)
    with tenancy.scope(by.organization_id):
        bulk = lock_bulk(bulk_id, BulkState.DRAFT)
        BulkRecipient.objects.filter(bulk_send_id=bulk.id).delete()
        BulkSend.objects.filter(id=bulk.id).delete()


def lock_bulk(bulk_id: UUID, *states: BulkState) -> BulkSend:
    bulk: BulkSend | None = BulkSend.objects.filter(id=bulk_id).locked().first()
    if bulk is None:
        raise NotFound("There is no such send. It may have been discarded meanwhile.")
    if bulk.state not in states:
        state = BulkState(bulk.state).label.lower()
        raise WrongState(f"The send is “{state}” meanwhile. Reload the page.")
    return bulk


def verdicts_of(
    bulk: BulkSend, customers: Sequence[Customer], taken: set[str] | None, by: Actor
) -> dict[UUID, Verdict]:
    """Who of these customers, loaded with their reach, gets it; two or three queries.

    taken: addresses that others of the send have; None: whoever has the same is not asked.
    """
    kinds = reach.KINDS_OF[bulk.channel]
    values = {p.normalised for c in customers for p in c.points if p.kind in kinds}
    shared = sharing_of(values, by=by) if bulk.is_advertising else {}
    found = {}
    for customer in customers:
        points = []
        for point in sorted(customer.points, key=lambda p: p.set):
            kind = shared[point.normalised].kind if point.normalised in shared else ""
            points.append(Point(point.kind, point.value, kind == RELAY, kind == MANY))
        verdict = many.judge(
            sending.standing_of(customer),
            points,
            channel=bulk.channel,
            is_advertising=bulk.is_advertising,
            country=by.country,
            taken=set() if taken is None else taken,
        )
        if not verdict.reason and not many.fits(bulk.channel, filled_body(bulk, customer)):
            verdict = Verdict("", reach.TOO_LONG)
        found[customer.id] = verdict
    return found


def filled_body(bulk: BulkSend, customer: Customer) -> str:
    return texts.filled(bulk.body, values_of(customer))


def values_of(customer: Customer) -> dict[str, str]:
    """What the placeholders stand for."""
    return {
        "first_name": customer.given_name,
        "last_name": customer.family_name,
        "name": customer.name,
        "title": customer.title,
        "customer_number": str(customer.number),
    }


def require_rights(by: Actor) -> None:
    sending.require_rights(by)
    by.require("communications.bulk")


def defer_run(bulk: BulkSend, seconds: int = 0) -> None:
    """In the caller's transaction."""
    jobs.configure_task(RUN_TASK, schedule_in={"seconds": seconds} if seconds else None).defer(
        organization_id=bulk.organization_id, bulk_id=str(bulk.id)
    )


def _checked(channel: str, subject: str, body: str, by: Actor) -> tuple[str, str]:
    require_rights(by)
    if channel not in reach.SENT_CHANNELS:
        raise InvalidValue(f"“{channel}” cannot be sent. Use email or sms.", field="channel")
    sending.require_visible(channel, by)
    subject, body = texts.checked_text(channel, subject, body)
    errors = {}
    for field, written in (("subject", subject), ("body", body)):
        faults = texts.faulty_placeholders(written)
        if faults:
            known = ", ".join(f"{{{name}}}" for name in texts.PLACEHOLDERS)
            errors[field] = f"{', '.join(faults)} stands for nothing. Use {known}."
    if errors:
        raise InvalidValues(errors)
    return subject, body


def _judge_all(bulk: BulkSend, by: Actor) -> None:
    recipients = BulkRecipient.objects.filter(bulk_send_id=bulk.id).order_by("position")
    taken: set[str] = set()
    rows = list(recipients)
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        customers = Customer.objects.filter(id__in=[row.customer_id for row in part]).with_reach()
        by_id = {customer.id: customer for customer in customers}
        ordered = [by_id[row.customer_id] for row in part]
        verdicts = verdicts_of(bulk, ordered, taken, by)
        for row in part:
            verdict = verdicts[row.customer_id]
            row.address, row.reason = verdict.address, verdict.reason
            is_out = bool(verdict.reason)
            row.outcome = RecipientOutcome.LEFT_OUT if is_out else RecipientOutcome.WAITING
        BulkRecipient.objects.bulk_update(part, ["address", "reason", "outcome"])


def _require_way_out(bulk: BulkSend) -> None:
    """Advertising by email carries a link to decline it."""
    if not bulk.is_advertising or bulk.channel != reach.EMAIL:
        return
    server = MailServer.objects.first()
    if server is None or not server.link_base:
        raise settings.NotSetUp(
            "Advertising needs a link by which it can be declined. An administrator enters the"
            " address of Wayfolk for it under Settings, Email and SMS."
        )
