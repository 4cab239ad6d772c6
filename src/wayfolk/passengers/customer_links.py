"""What a merge of customers does with preferences: united, and of allergies the graver one."""

from wayfolk.identity.merging.uniting import Union, UnitedLinks
from wayfolk.passengers.models import Preference, Source
from wayfolk.passengers.preferences.rules import NOTE_MAX, SEVERITIES


def _unite(kept: Preference, other: Preference) -> Union | None:
    """The same thing noted on both; None where both notes find no room in one."""
    changes: dict[str, str] = {}
    if _gravity(other.severity) < _gravity(kept.severity):
        changes["severity"] = other.severity
    if other.note and other.note not in kept.note:
        note = f"{kept.note}; {other.note}" if kept.note else other.note
        if len(note) > NOTE_MAX:
            return None
        changes["note"] = note
    if other.source == Source.SAID and kept.source != Source.SAID:
        changes["source"] = other.source
    return Union(changes, f"{kept.get_kind_display()}: noted on both, kept once.")


def _gravity(severity: str) -> int:
    """The lower the graver; an allergy that nobody graded comes last."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


LINKS = (
    UnitedLinks(
        Preference,
        "customer",
        label="preferences",
        key=("kind", "folded"),
        unite=_unite,
        stays_because="the notes of both are too long for one",
        describe=lambda row: row.get_kind_display(),
    ),
)
