"""Reading communications: a customer's timeline, and what is about another record."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wayfolk.communications.models import Communication
from wayfolk.communications.rules import reach, texts
from wayfolk.customers.models import Customer
from wayfolk.customers.queries import sharing
from wayfolk.customers.rules.sharing import Sharing
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Choice:
    """An address of the customer that can be written to; sharing: None for their own alone."""

    value: str
    label: str
    sharing: Sharing | None


FindGuarded = Callable[[Collection[UUID]], set[UUID]]
_guarded: dict[str, FindGuarded] = {}
_masked: list[re.Pattern[str]] = []


def guard_texts(field: str, find: FindGuarded) -> None:
    """Messages about the records that `find` gives, of those with these ids, tell what `field`
    controls: who may not see the field is not shown their texts.
    """
    _guarded[field] = find


def guard_of(about: UUID) -> str:
    """The controlled field that a text about this record tells, "" for none."""
    return next((field for field, find in _guarded.items() if find([about])), "")


def mask_texts(pattern: str) -> None:
    """Whatever matches is shown in no text: links by which their reader could act as the guest.

    They are kept out of new texts by `private_link` of sending; older ones have them.
    """
    _masked.append(re.compile(pattern))


def masked(text: str) -> str:
    for pattern in _masked:
        text = pattern.sub(texts.PRIVATE_LINK, text)
    return text


def hidden_texts(rows: Collection[Communication], *, by: Actor) -> set[UUID]:
    """Those of these communications whose text is not for this reader."""
    about = {row.about for row in rows if row.about is not None}
    closed: set[UUID] = set()
    for field, find in _guarded.items():
        if about and not by.may_see(field):
            closed |= find(about)
    return {row.id for row in rows if row.about in closed}


def may_see(by: Actor) -> bool:
    return by.has_module("communications") and by.may("communications.view")


def list_for_customer(customer: Customer, *, by: Actor, channel: str = "") -> Any:
    """The customer's timeline in no order: see `kit.paging`, by "-at"."""
    _require_view(by)
    found = Communication.objects.filter(customer_id=customer.id)
    found = found.select_related("author", "customer")
    return found.filter(channel=channel) if channel else found


def list_about(record_id: UUID, *, by: Actor) -> Any:
    """What was said about a record (an offer) in no order: see `kit.paging`, by "-at".

    The caller has checked that the reader may see the record.
    """
    _require_view(by)
    return Communication.objects.filter(about=record_id).select_related("author", "customer")


def get_communication(communication_id: UUID, *, by: Actor) -> Communication:
    """Raises NotFound, NotAllowed."""
    _require_view(by)
    found: Communication | None = (
        Communication.objects.filter(id=communication_id)
        .select_related("author", "customer", "bulk_send")
        .first()
    )
    if found is None:
        raise NotFound("There is no such communication. It may have been removed meanwhile.")
    return found


def shown_address(communication: Communication, *, by: Actor) -> str:
    """Where it went, for whoever may see such addresses of customers; "" for others."""
    field = reach.FIELD_OF.get(communication.channel, "customer.phone")
    return communication.address if by.may_see(field) else ""


def shown_error(communication: Communication, *, by: Actor) -> str:
    """What the server said; servers name the address, which is not for every reader."""
    is_shown = not communication.address or shown_address(communication, by=by)
    return communication.error if is_shown else reach.without_addresses(communication.error)


def choices(customer: Customer, channel: str, *, by: Actor) -> Sequence[Choice]:
    """The customer's addresses for a channel that can be right, best first; none if hidden."""
    if not by.may_see(reach.FIELD_OF[channel]):
        return []
    kinds = reach.KINDS_OF[channel]
    points = [p for p in sharing.list_points(customer, by=by) if p.point.kind in kinds]
    points.sort(key=lambda p: (p.point.set, kinds.index(p.point.kind)))
    found: dict[str, Choice] = {}
    for shown in points:
        value = reach.fitting_address(channel, shown.point.value, by.country)
        if value:
            label = shown.point.get_kind_display()
            label = label if shown.point.set == "primary" else f"Secondary {label.lower()}"
            found.setdefault(value, Choice(value, label, shown.sharing))
    return list(found.values())


def _require_view(by: Actor) -> None:
    by.require_module("communications")
    by.require("communications.view")
