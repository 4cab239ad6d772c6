"""How the history speaks of stays."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, RecordKind


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {"view": "stays.view", "edit": "stays.edit", "module": "stays"}
    wording.declare_area(Area("stays", "Stays", **rights))
    wording.declare_table(RecordKind("stays_stay", **rights))
    wording.declare_table(RecordKind("stays_property", **rights))
