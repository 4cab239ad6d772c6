"""Reading sends to many: what came of them, and who was left out why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count

from wayfolk.communications.models import BulkRecipient, BulkSend, RecipientOutcome
from wayfolk.communications.rules import reach
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many were left out for one reason."""

    reason: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """counts: by outcome. left_out: the reasons, in the order in which they are told."""

    counts: Mapping[str, int]
    left_out: Sequence[LeftOut]

    def of(self, outcome: str) -> int:
        return self.counts.get(outcome, 0)

    @property
    def done(self) -> int:
        return sum(self.of(o) for o in ("sent", "refused", "unknown", "taken"))

    @property
    def to_send(self) -> int:
        return self.done + self.of(RecipientOutcome.WAITING)


def list_sends(*, by: Actor) -> Any:
    """All sends to many, in no order: see `kit.paging`, by "-created_at"."""
    _require_rights(by)
    return BulkSend.objects.all()


def get_send(bulk_id: UUID, *, by: Actor) -> BulkSend:
    """Raises NotFound, NotAllowed."""
    _require_rights(by)
    found: BulkSend | None = BulkSend.objects.filter(id=bulk_id).first()
    if found is None:
        raise NotFound("There is no such send. It may have been discarded meanwhile.")
    return found


def tally(bulk: BulkSend) -> Tally:
    """One query."""
    counts: dict[str, int] = {}
    reasons: dict[str, int] = {}
    rows = BulkRecipient.objects.filter(bulk_send_id=bulk.id).order_by()
    for row in rows.values("outcome", "reason").annotate(count=Count("id")):
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + row["count"]
        if row["reason"]:
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["count"]
    left_out = [
        LeftOut(reason, words, reasons[reason])
        for reason, words in reach.REASONS.items()
        if reason in reasons
    ]
    return Tally(counts, left_out)


def list_recipients(bulk: BulkSend, outcome: str = "", reason: str = "") -> Any:
    """In no order: see `kit.paging`, by "position"."""
    found = BulkRecipient.objects.filter(bulk_send_id=bulk.id).select_related("customer")
    if outcome:
        found = found.filter(outcome=outcome)
    return found.filter(reason=reason) if reason else found


def first_recipient(bulk: BulkSend) -> BulkRecipient | None:
    """The first of those who get it, as an example of the text."""
    rows = list_recipients(bulk).exclude(outcome=RecipientOutcome.LEFT_OUT)
    found: BulkRecipient | None = rows.order_by("position").first()
    return found


def read_recipients(bulk: BulkSend, *, by: Actor) -> Iterator[tuple[str, ...]]:
    """Every recipient as a row of text: number, name, address, outcome, why.

    It is a list that leaves the product, so it needs the permission of every export.
    """
    _require_rights(by)
    by.require("exports.run")
    return _recipient_rows(bulk, by)


def _recipient_rows(bulk: BulkSend, by: Actor) -> Iterator[tuple[str, ...]]:
    shows_address = by.may_see(reach.FIELD_OF[bulk.channel])
    for row in list_recipients(bulk).order_by("position").iterator(chunk_size=1_000):
        yield (
            str(row.customer.number),
            row.customer.name,
            row.address if shows_address else "",
            row.get_outcome_display(),
            shown_why(row, bulk, by=by),
        )


def shown_why(row: BulkRecipient, bulk: BulkSend, *, by: Actor) -> str:
    """Why it did not go, in words; without the address for whoever may not see it."""
    if row.reason:
        return reach.REASONS.get(row.reason, row.words)
    is_shown = by.may_see(reach.FIELD_OF[bulk.channel])
    return row.words if is_shown else reach.without_addresses(row.words)


def _require_rights(by: Actor) -> None:
    by.require_module("communications")
    by.require("communications.bulk")
