"""The list of reasons, kept by administrators (TQ-48)."""

from collections.abc import Sequence
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.organization.entries import EntryList
from wayfolk.service.models import CaseReason, Reason
from wayfolk.service.operations.cases import MODULE
from wayfolk.service.rules import cases, questionnaires
from wayfolk.staff.rules import Actor

DEFAULTS = (
    "Accommodation",
    "Transport and transfer",
    "Guide or representative",
    "Excursion",
    "Booking and documents",
    "Price and payment",
    "Lost property",
    "Other",
)


class ReasonInUse(Refusal):
    """Cases have the reason: it can be switched off, not removed."""

    code = "reason_in_use"


def create_defaults() -> None:
    """What a new organisation starts with. Inside the caller's change set."""
    Reason.objects.bulk_create(Reason(name=name, position=n) for n, name in enumerate(DEFAULTS, 1))


def add_reason(name: str, *, by: Actor) -> Reason:
    """A new reason at the end of the list. Raises NotAllowed, InvalidValues."""
    return _LIST.add(name, by=by)


def rename_reason(reason_id: UUID, name: str, *, by: Actor) -> Reason:
    """Another name, for the cases that have it, too."""
    return _LIST.rename(reason_id, name, by=by)


def set_active(reason_id: UUID, is_active: bool, *, by: Actor) -> Reason:
    """Stop offering a reason, or offer it again; cases that have it keep it."""
    return _LIST.set_closed(reason_id, not is_active, by=by)


def move_reason(reason_id: UUID, places: int, *, by: Actor) -> Reason:
    """Up (-1) or down (1) in the list; at its end nothing happens."""
    _require_rights(by)
    with change_set(by=by, operation="service.order_reasons", summary="Reordered the reasons"):
        rows: dict[UUID, Reason] = {row.id: row for row in Reason.objects.all().locked()}
        _LIST.find(reason_id, list(rows.values()))
        present = sorted(rows.values(), key=lambda row: (row.position, row.id))
        order = questionnaires.moved([row.id for row in present], reason_id, places)
        for position, row_id in enumerate(order, 1):
            if rows[row_id].position != position:
                rows[row_id].position = position
                rows[row_id].save_changes("position")
    return rows[reason_id]


def remove_reason(reason_id: UUID, *, by: Actor) -> Reason:
    """Remove a reason that no case has; raises ReasonInUse."""
    return _LIST.remove(reason_id, by=by)


def _require_rights(by: Actor) -> None:
    by.require_module(MODULE)
    by.require("organization.administer")


def _checked(name: str, others: Sequence[str]) -> str:
    cleaned = cases.checked_reason(name)
    if cleaned.casefold() in {other.casefold() for other in others}:
        raise InvalidValues({"name": f"There is a reason “{cleaned}” already."})
    return cleaned


def _require_unused(reason: Reason) -> None:
    if CaseReason.objects.filter(reason_id=reason.id).exists():
        raise ReasonInUse(
            f"Cases have the reason “{reason.name}”. Switch it off instead: they keep it, and"
            " new ones do not get it."
        )


_LIST = EntryList(
    model=Reason,
    operations={
        "add": "service.add_reason",
        "rename": "service.rename_reason",
        "close": "service.switch_reason",
        "open": "service.switch_reason",
        "remove": "service.remove_reason",
    },
    summaries={
        "add": "Added the reason {name}",
        "rename": "Renamed the reason {before} to {name}",
        "close": "No longer offered: the reason {name}",
        "open": "Offered again: the reason {name}",
        "remove": "Removed the reason {name}",
    },
    missing="There is no such reason. It may have been removed meanwhile.",
    require_rights=_require_rights,
    checked=_checked,
    require_unused=_require_unused,
    column="name",
    switch="is_active",
    closed=False,
)
