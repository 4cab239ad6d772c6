"""How the history speaks of saved views. What a private one is called and asks is not told."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, RecordKind


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {"view": "customers.view", "edit": "customers.view"}
    wording.declare_area(Area("views", "Saved views", **rights))
    hidden = ("name", "query", "folded_name")
    wording.declare_table(RecordKind("segments_savedview", unshown=hidden, **rights))
    wording.declare_table(RecordKind("segments_defaultview", **rights))
    administering: dict[str, Any] = {
        "view": "organization.administer",
        "edit": "organization.administer",
    }
    wording.declare_area(Area("list_settings", "List settings", **administering))
    wording.declare_table(RecordKind("segments_listsettings", **administering))
