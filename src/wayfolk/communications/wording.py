"""How the history speaks of communications."""

from typing import Any
from uuid import UUID

from wayfolk.audit import wording
from wayfolk.audit.wording import NEVER, Area, Image, RecordKind, Teller
from wayfolk.communications import queries
from wayfolk.communications.models import Channel, Communication, MailServer, SmsGateway
from wayfolk.communications.rules import reach, texts
from wayfolk.customers.models import Customer

_SHOWN_MAX = 300
_OWN = ("state", "error", "message_id", "attempts", "next_at", "sent_at")


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {
        "view": "communications.view",
        "edit": "communications.send",
        "module": "communications",
    }
    wording.declare_area(Area("communications", "Communications", **rights))
    wording.declare_table(
        RecordKind(
            "communications_communication",
            phrase=_phrase,
            code=_code,
            codes=tuple(reach.FIELD_OF.values()),
            unshown=_OWN,
            words=_words,
            **rights,
        )
    )
    # What went to many cannot be called back: it is cancelled, while it runs.
    wording.declare_operation("communications.send_to_many", undo_permission=NEVER)
    administering: dict[str, Any] = {
        "view": "organization.administer",
        "edit": "organization.administer",
        "module": "communications",
    }
    wording.declare_area(Area("messaging", "Email and SMS settings", **administering))
    wording.declare_table(
        RecordKind("communications_mailserver", phrase=_server_phrase, **administering)
    )
    wording.declare_table(
        RecordKind("communications_smsgateway", phrase=_gateway_phrase, **administering)
    )


def _phrase(row: Communication, teller: Teller) -> str:
    guard = queries.guard_of(row.about) if row.about else ""
    is_open = not guard or teller.may_see(guard)
    word = "SMS" if row.channel == Channel.SMS else Channel(row.channel).label.lower()
    subject = f" “{row.subject}”" if row.subject and is_open else ""
    who = teller.name_of(Customer, row.customer_id) if row.customer_id else ""
    return f"{word}{subject} {_WITH.get(row.channel, 'to')} {who or 'somebody else'}"


_WITH = {Channel.CALL.value: "with", Channel.NOTE.value: "about", Channel.FORM.value: "of"}


def _code(column: str, image: Image) -> str:
    """The address is hidden from whoever may not see such addresses of customers; the text, from
    whoever may not see what it tells of the record that it is about.
    """
    if column in {"subject", "body"}:
        return queries.guard_of(UUID(str(image["about"]))) if image.get("about") else ""
    if column != "address":
        return ""
    return reach.FIELD_OF.get(str(image.get("channel") or reach.EMAIL), "customer.phone")


def _words(column: str, value: Any, _image: Image) -> str | None:
    """Texts from before private links were kept apart; None: the text as it is."""
    shown = queries.masked(str(value)) if column == "body" else value
    return None if shown == value else texts.preview_line(str(shown), _SHOWN_MAX)


def _server_phrase(row: MailServer, _teller: Teller) -> str:
    return f"mail server {row.host}"


def _gateway_phrase(_row: SmsGateway, _teller: Teller) -> str:
    return "SMS gateway"
