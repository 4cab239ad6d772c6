"""Communications as the API shows them; what the actor may not see is left out."""

from typing import Any

from wayfolk.api.presenters import customers
from wayfolk.api.schemas import communications as shapes
from wayfolk.communications import queries
from wayfolk.communications.models import (
    BulkRecipient,
    BulkSend,
    Communication,
    MailServer,
    Purpose,
    SmsGateway,
)
from wayfolk.communications.operations import settings
from wayfolk.communications.queries import bulk as bulk_queries
from wayfolk.communications.rules import reach
from wayfolk.staff.rules import Actor

_SAME = (
    "id version channel direction at subject body minutes is_advertising about state error sent_at"
).split()
_BULK_SAME = (
    "id channel subject body is_advertising state created_at started_at finished_at failure"
    " chosen_count"
).split()


def communication(record: Communication, *, by: Actor) -> shapes.Communication:
    values: dict[str, Any] = {name: getattr(record, name) for name in _SAME}
    values["body"] = queries.masked(record.body)
    values["error"] = queries.shown_error(record, by=by)
    if queries.hidden_texts([record], by=by):
        values |= {"subject": "", "body": ""}
    values["author"] = record.author.name if record.author else None
    if by.may_see(reach.FIELD_OF.get(record.channel, "customer.phone")):
        values["address"] = record.address
    return shapes.Communication.model_construct(**values)


def bulk_send(record: BulkSend) -> shapes.BulkSend:
    return shapes.BulkSend.model_construct(**_bulk_values(record))


def bulk_record(record: BulkSend) -> shapes.BulkSendRecord:
    tally = bulk_queries.tally(record)
    return shapes.BulkSendRecord.model_construct(
        **_bulk_values(record),
        waiting_count=tally.of("waiting"),
        sent_count=tally.of("sent"),
        refused_count=tally.of("refused"),
        under_way_count=tally.of("taken"),
        unknown_count=tally.of("unknown"),
        left_out=[
            shapes.LeftOut.model_construct(reason=e.reason, words=e.words, count=e.count)
            for e in tally.left_out
        ],
    )


def recipient(record: BulkRecipient, send: BulkSend, *, by: Actor) -> shapes.BulkRecipient:
    values: dict[str, Any] = {
        "customer": customers.customer_reference(record.customer, by=by),
        "outcome": record.outcome,
        "why": bulk_queries.shown_why(record, send, by=by),
    }
    if by.may_see(reach.FIELD_OF[send.channel]):
        values["address"] = record.address
    return shapes.BulkRecipient.model_construct(**values)


def messaging(server: MailServer | None, gateway: SmsGateway | None) -> shapes.MessagingSettings:
    """Without the secrets: those are shown to nobody."""
    mail = sms = None
    if server is not None:
        mail = shapes.StoredMailSettings.model_construct(
            **{name: getattr(server, name) for name in shapes.MailSettings.model_fields},
            has_password=settings.has_secret(Purpose.MAIL, server.bound_to),
        )
    if gateway is not None:
        has_token = settings.has_secret(Purpose.SMS, gateway.bound_to)
        sms = shapes.StoredGateway.model_construct(
            url=gateway.url, sender=gateway.sender, has_token=has_token
        )
    return shapes.MessagingSettings.model_construct(mail=mail, sms=sms)


def _bulk_values(record: BulkSend) -> dict[str, Any]:
    return {
        **{name: getattr(record, name) for name in _BULK_SAME},
        "author": record.author_name,
    }
