"""How the history speaks of imports."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, RecordKind


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
