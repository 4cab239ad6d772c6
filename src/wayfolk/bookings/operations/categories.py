"""The organisation's categories of booking lines (TQ-24)."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.bookings import line_rules
from wayfolk.bookings.models import LineCategory
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor


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
    require_rights(by)
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
    require_rights(by)
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


def require_rights(by: Actor) -> None:
    by.require_module("bookings")
    by.require("organization.administer")


def _locked_categories() -> list[LineCategory]:
    return sorted(LineCategory.objects.all().locked(), key=lambda each: each.position)
