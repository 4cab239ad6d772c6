"""The organisation's categories of booking lines, and its pickup points (TQ-24, TQ-55, TQ-56)."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import line_rules
from wayfolk.bookings.line_rules import PickupData
from wayfolk.bookings.models import LineCategory, PickupPoint
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.staff.rules import Actor


class StalePickupPoint(Conflict):
    """Somebody saved it meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_default_categories() -> None:
    """Those that a new organisation starts with. Inside the caller's change set."""
    LineCategory.objects.bulk_create(
        LineCategory(name=name, kind=kind, code=kind, position=position)
        for position, (kind, name) in enumerate(line_rules.BUILT_IN.items(), 1)
    )


def add_category(name: str, kind: str, *, by: Actor) -> LineCategory:
    """A category of the organisation's own, at the end of the list; its kind never changes.

    Raises NotAllowed, InvalidValues (no name, one that is taken, an unknown kind).
    """
    _require_rights(by)
    line_rules.checked_kind(kind)
    with change_set(by=by, operation="bookings.add_line_category", summary="") as current:
        present = _locked_categories()
        cleaned = line_rules.checked_name(name, others=[each.name for each in present])
        position = max((each.position for each in present), default=0) + 1
        current.summary = current.summary or f"Added the category {cleaned} of booking lines"
        category = LineCategory(name=cleaned, kind=kind, position=position)
        category.save(force_insert=True)
    return category


def change_category(
    category_id: UUID, *, by: Actor, name: str | None = None, is_retired: bool | None = None
) -> LineCategory:
    """Rename a category, retire it, or offer it again; lines that have it keep it.

    Raises NotAllowed, NotFound, InvalidValues.
    """
    _require_rights(by)
    with change_set(by=by, operation="bookings.change_line_category", summary="") as current:
        present = _locked_categories()
        category = next((each for each in present if each.id == category_id), None)
        if category is None:
            raise NotFound("There is no such category of booking lines.")
        changed = []
        if name is not None:
            others = [each.name for each in present if each is not category]
            cleaned = line_rules.checked_name(name, others=others)
            if cleaned != category.name:
                summary = f"Renamed the category {category.name} of booking lines to {cleaned}"
                current.summary = current.summary or summary
                category.name = cleaned
                changed.append("name")
        if is_retired is not None and is_retired != category.is_retired:
            verb = "Retired" if is_retired else "Offered again"
            current.summary = (
                current.summary or f"{verb} the category {category.name} of booking lines"
            )
            category.is_retired = is_retired
            changed.append("is_retired")
        if changed:
            category.save_changes(*changed)
    return category


def create_pickup_point(data: PickupData, *, by: Actor) -> PickupPoint:
    """A new pickup point; code and description are needed, it costs nothing unless said."""
    _require_rights(by)
    given = line_rules.checked_pickup(data).fields
    fields = {"code": "", "description": "", "currency": by.currency, **given}
    fields = dict(line_rules.checked_pickup(PickupData(fields)).fields)
    _require_cost_right(fields.get("cost_minor") is not None, by)
    with change_set(by=by, operation="bookings.add_pickup_point", summary="") as current:
        point = PickupPoint(**fields)
        _require_unused_code(point)
        current.summary = current.summary or f"Added the pickup point {point}"
        point.save(force_insert=True)
    return point


def update_pickup_point(
    pickup_point_id: UUID, data: PickupData, *, by: Actor, version: int | None = None
) -> PickupPoint:
    """Change a pickup point, or retire it; lines that were made of it stay as they are.

    Raises NotAllowed, NotFound, InvalidValues, StalePickupPoint.
    """
    _require_rights(by)
    cleaned = line_rules.checked_pickup(data).fields
    with change_set(by=by, operation="bookings.change_pickup_point", summary="") as current:
        rows = PickupPoint.objects.filter(id=pickup_point_id)
        point: PickupPoint | None = rows.locked().first()
        if point is None:
            raise NotFound("There is no such pickup point.")
        if version is not None and point.version != version:
            raise StalePickupPoint(
                f"The pickup point {point} was changed by someone else while you were editing.",
                details={"version": point.version, "expected": version},
            )
        changed = {n: v for n, v in cleaned.items() if getattr(point, n) != v}
        _require_cost_right("cost_minor" in changed, by)
        for name, value in changed.items():
            setattr(point, name, value)
        _require_unused_code(point)
        current.summary = current.summary or f"Changed the pickup point {point}"
        if changed:
            point.save_changes(*changed)
    return point


def _require_rights(by: Actor) -> None:
    by.require_module("bookings")
    by.require("organization.administer")


def _require_cost_right(is_needed: bool, by: Actor) -> None:
    if is_needed and not by.may_edit("booking.cost"):
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change the cost."
            " An administrator can allow it under Settings, Roles.",
            details={"fields": ["cost"]},
        )


def _locked_categories() -> list[LineCategory]:
    return sorted(LineCategory.objects.all().locked(), key=lambda each: each.position)


def _require_unused_code(point: PickupPoint) -> None:
    if PickupPoint.objects.filter(code=point.code).exclude(id=point.id).exists():
        raise InvalidValues(
            {"code": f"There is a pickup point {point.code} already. Choose another code."}
        )
