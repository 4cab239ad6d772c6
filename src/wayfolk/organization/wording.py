"""How the history speaks of the organisation and its modules."""

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, Area, RecordKind, Teller
from wayfolk.organization.models import Module


def declare() -> None:
    """Called by audit once every application is loaded."""
    wording.declare_area(Area("organization", "Organisation", ADMINISTER, ADMINISTER))
    wording.declare_operation("organization.found", undo_permission=wording.NEVER)
    wording.declare_table(
        RecordKind("organization_module", ADMINISTER, ADMINISTER, phrase=_module_phrase)
    )


def _module_phrase(module: Module, _teller: Teller) -> str:
    return f"module {module.get_code_display()}"
