"""How the history speaks of the organisation, its modules and brands."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, Area, RecordKind, Teller
from wayfolk.organization.models import Brand, Module, NumberRange


def declare() -> None:
    """Called by audit once every application is loaded."""
    wording.declare_area(Area("organization", "Organisation", ADMINISTER, ADMINISTER))
    wording.declare_operation("organization.found", undo_permission=wording.NEVER)
    wording.declare_table(
        RecordKind("organization_module", ADMINISTER, ADMINISTER, phrase=_module_phrase)
    )

    # Whoever reads the history of a booking is told its brand.
    shown: dict[str, Any] = {"view": "history.view", "edit": ADMINISTER}
    wording.declare_table(RecordKind("organization_brand", unshown=("is_default",), **shown))
    wording.declare_table(RecordKind("organization_numberrange", phrase=_range_phrase, **shown))


def _range_phrase(row: NumberRange, teller: Teller) -> str:
    whose = f" of {teller.name_of(Brand, row.brand_id)}" if row.brand_id else ""
    return f"range {row} ({row.get_kind_display()}){whose}"


def _module_phrase(module: Module, _teller: Teller) -> str:
    return f"module {module.get_code_display()}"
