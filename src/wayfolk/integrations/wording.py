"""How the history speaks of imports."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import NEVER, Area, RecordKind


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {"view": "imports.run", "edit": "imports.run", "module": "imports"}
    wording.declare_area(Area("imports", "Imports", **rights))
    wording.declare_table(RecordKind("integrations_savedmapping", **rights))
    wording.declare_table(
        RecordKind(
            "integrations_householdkey",
            view="households.view",
            edit="households.edit",
            module="households",
        )
    )
    leaving: dict[str, Any] = {"view": "exports.run", "edit": "exports.run"}
    wording.declare_area(Area("exports", "Exports", **leaving))
    wording.declare_table(RecordKind("integrations_exportlog", unshown=("run_id",), **leaving))
    # That data left the system is not taken back.
    wording.declare_operation("exports.run", undo_permission=NEVER)
