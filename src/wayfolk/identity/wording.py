"""How the history speaks of how duplicates are found."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, RecordKind, Teller


def declare() -> None:
    """Called by audit once every application is loaded."""
    wording.declare_table(
        RecordKind(
            "identity_matchingsettings",
            ADMINISTER,
            ADMINISTER,
            phrase=_settings_phrase,
            unshown=("weights",),
        )
    )


def _settings_phrase(_settings: Any, _teller: Teller) -> str:
    return "how duplicates are found"
