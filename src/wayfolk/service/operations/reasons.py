"""The list of reasons, kept by administrators (TQ-48)."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
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
    _require_rights(by)
    cleaned = cases.checked_reason(name)
    with change_set(by=by, operation="service.add_reason", summary=f"Added the reason {cleaned}"):
        _require_new(cleaned)
        last = Reason.objects.order_by("-position").values_list("position", flat=True).first()
        reason: Reason = Reason.objects.create(name=cleaned, position=(last or 0) + 1)
    return reason


def rename_reason(reason_id: UUID, name: str, *, by: Actor) -> Reason:
    """Another name, for the cases that have it, too."""
    _require_rights(by)
    cleaned = cases.checked_reason(name)
    with change_set(by=by, operation="service.rename_reason", summary="") as current:
        reason = _lock(reason_id)
        if cleaned != reason.name:
            _require_new(cleaned, but=reason_id)
            current.summary = f"Renamed the reason {reason.name} to {cleaned}"
            reason.name = cleaned
            reason.save_changes("name")
    return reason


def set_active(reason_id: UUID, is_active: bool, *, by: Actor) -> Reason:
    """Stop offering a reason, or offer it again; cases that have it keep it."""
    _require_rights(by)
    with change_set(by=by, operation="service.switch_reason", summary="") as current:
        reason = _lock(reason_id)
        if reason.is_active != is_active:
            word = "Offered again" if is_active else "No longer offered"
            current.summary = f"{word}: the reason {reason.name}"
            reason.is_active = is_active
            reason.save_changes("is_active")
    return reason


def move_reason(reason_id: UUID, places: int, *, by: Actor) -> Reason:
    """Up (-1) or down (1) in the list; at its end nothing happens."""
    _require_rights(by)
    with change_set(by=by, operation="service.order_reasons", summary="Reordered the reasons"):
        reason = _lock(reason_id)
        rows = {row.id: row for row in Reason.objects.all().locked()}
        present = sorted(rows.values(), key=lambda row: (row.position, row.id))
        order = questionnaires.moved([row.id for row in present], reason_id, places)
        for position, row_id in enumerate(order, 1):
            if rows[row_id].position != position:
                rows[row_id].position = position
                rows[row_id].save_changes("position")
    return reason


def remove_reason(reason_id: UUID, *, by: Actor) -> Reason:
    """Remove a reason that no case has; raises ReasonInUse."""
    _require_rights(by)
    with change_set(by=by, operation="service.remove_reason", summary="") as current:
        reason = _lock(reason_id)
        if CaseReason.objects.filter(reason_id=reason_id).exists():
            raise ReasonInUse(
                f"Cases have the reason “{reason.name}”. Switch it off instead: they keep it, and"
                " new ones do not get it."
            )
        current.summary = f"Removed the reason {reason.name}"
        Reason.objects.filter(id=reason_id).delete()
    return reason


def _require_rights(by: Actor) -> None:
    by.require_module(MODULE)
    by.require("organization.administer")


def _lock(reason_id: UUID) -> Reason:
    reason: Reason | None = Reason.objects.filter(id=reason_id).locked().first()
    if reason is None:
        raise NotFound("There is no such reason. It may have been removed meanwhile.")
    return reason


def _require_new(name: str, *, but: UUID | None = None) -> None:
    if Reason.objects.filter(name__iexact=name).exclude(id=but).exists():
        raise InvalidValues({"name": f"There is a reason “{name}” already."})
