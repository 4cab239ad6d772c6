"""What lines are made of: pickup points (TQ-55), and discounts and supplements (TQ-56)."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import adjustment_rules, line_rules
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.line_rules import PickupData
from wayfolk.bookings.models import LineCategory, PickupPoint, PriceAdjustment
from wayfolk.bookings.operations.categories import require_rights
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.staff.rules import Actor

Entry = TypeVar("Entry", PickupPoint, PriceAdjustment)


class StaleEntry(Conflict):
    """Somebody saved it meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_pickup_point(data: PickupData, *, by: Actor) -> PickupPoint:
    """A new pickup point; code and description are needed, it costs nothing unless said."""
    require_rights(by)
    given = line_rules.checked_pickup(data).fields
    fields = {"code": "", "description": "", "currency": by.currency, **given}
    fields = dict(line_rules.checked_pickup(PickupData(fields)).fields)
    _require_cost_right(fields.get("cost_minor") is not None, by)
    return _add(PickupPoint(**fields), by)


def update_pickup_point(
    pickup_point_id: UUID, data: PickupData, *, by: Actor, version: int | None = None
) -> PickupPoint:
    """Change a pickup point, or retire it; lines that were made of it stay as they are.

    Raises NotAllowed, NotFound, InvalidValues, StaleEntry.
    """
    require_rights(by)
    cleaned = line_rules.checked_pickup(data).fields
    return _change(PickupPoint, pickup_point_id, cleaned, by, version)


def create_adjustment(data: AdjustmentData, *, by: Actor) -> PriceAdjustment:
    """A new discount or supplement; code, description, kind and how much are needed."""
    require_rights(by)
    needed = {"code": "", "description": "", "kind": "", "currency": by.currency}
    given = adjustment_rules.checked(data).fields
    fields = dict(adjustment_rules.checked(AdjustmentData({**needed, **given})).fields)
    return _add(PriceAdjustment(**fields), by)


def update_adjustment(
    adjustment_id: UUID, data: AdjustmentData, *, by: Actor, version: int | None = None
) -> PriceAdjustment:
    """Change a discount or supplement, or retire it; lines made of it stay as they are.

    Raises NotAllowed, NotFound, InvalidValues, StaleEntry.
    """
    require_rights(by)
    cleaned = adjustment_rules.checked(data).fields
    return _change(PriceAdjustment, adjustment_id, cleaned, by, version)


def _add(entry: Entry, by: Actor) -> Entry:
    noun = entry._meta.verbose_name
    with change_set(by=by, operation=f"bookings.add_{_slug(entry)}", summary="") as current:
        _require_fitting(entry)
        current.summary = current.summary or f"Added the {noun} {entry}"
        entry.save(force_insert=True)
    return entry


def _change(
    model: type[Entry], entry_id: UUID, cleaned: Mapping[str, Any], by: Actor, version: int | None
) -> Entry:
    noun = model._meta.verbose_name
    with change_set(by=by, operation=f"bookings.change_{_slug(model)}", summary="") as current:
        entry: Entry | None = model.objects.filter(id=entry_id).locked().first()
        if entry is None:
            raise NotFound(f"There is no such {noun}.")
        if version is not None and entry.version != version:
            raise StaleEntry(
                f"The {noun} {entry} was changed by someone else while you were editing.",
                details={"version": entry.version, "expected": version},
            )
        changed = {n: v for n, v in cleaned.items() if getattr(entry, n) != v}
        _require_cost_right("cost_minor" in changed, by)
        for name, value in changed.items():
            setattr(entry, name, value)
        _require_fitting(entry)
        current.summary = current.summary or f"Changed the {noun} {entry}"
        if changed:
            entry.save_changes(*(name.removesuffix("_id") for name in changed))
    return entry


def _slug(entry: PickupPoint | PriceAdjustment | type) -> str:
    model = entry if isinstance(entry, type) else type(entry)
    return "pickup_point" if model is PickupPoint else "adjustment"


def _require_fitting(entry: PickupPoint | PriceAdjustment) -> None:
    """Raises InvalidValues for a code that another has, and what an adjustment lacks."""
    noun = entry._meta.verbose_name
    others = type(entry).objects.exclude(id=entry.id)
    if others.filter(code=entry.code).exists():
        raise InvalidValues({"code": f"There is a {noun} {entry.code} already. Choose another."})
    if not isinstance(entry, PriceAdjustment):
        return
    adjustment_rules.require_whole({name: getattr(entry, name) for name in adjustment_rules.LABELS})
    if entry.bonus_code and others.filter(bonus_code=entry.bonus_code).exists():
        raise InvalidValues(
            {"bonus_code": f"The bonus code {entry.bonus_code} is taken. Choose another."}
        )
    if entry.beside_id and not LineCategory.objects.filter(id=entry.beside_id).exists():
        raise InvalidValues({"beside_id": "There is no such category. Choose one from the list."})


def _require_cost_right(is_needed: bool, by: Actor) -> None:
    if is_needed and not by.may_edit("booking.cost"):
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change the cost."
            " An administrator can allow it under Settings, Roles.",
            details={"fields": ["cost"]},
        )
