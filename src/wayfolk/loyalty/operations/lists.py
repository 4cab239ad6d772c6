"""The lists that administrators keep: bonus programmes, kinds of extras."""

from typing import TypeVar
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import NotFound, Refusal
from wayfolk.loyalty import queries, rules
from wayfolk.loyalty.models import BonusPackage, CustomerExtra, ExtraKind, ListEntry, Programme
from wayfolk.staff.rules import Actor

Entry = TypeVar("Entry", Programme, ExtraKind)
NOUNS = {Programme: "bonus programme", ExtraKind: "kind of extra"}
FIRST_PROGRAMMES = ("Bonus club",)
FIRST_KINDS = ("Lounge", "Upgrade", "Late check-out", "Transfer", "Welcome gift")


class EntryInUse(Refusal):
    """What records name is closed, not removed."""

    code = "list_entry_in_use"


def add_entry(model: type[Entry], label: str, *, by: Actor) -> Entry:
    """A new entry at the end of its list. Raises NotAllowed, InvalidValues."""
    _require_rights(by)
    noun = NOUNS[model]
    with change_set(by=by, operation="loyalty.add_to_list", summary="") as current:
        rows = list(model.objects.locked())
        cleaned = rules.checked_label(label, [row.label for row in rows], noun=noun)
        position = max((row.position for row in rows), default=0) + 1
        current.summary = current.summary or f"Added the {noun} “{cleaned}”"
        made: Entry = model.objects.create(label=cleaned, position=position)
    return made


def rename_entry(model: type[Entry], entry_id: UUID, label: str, *, by: Actor) -> Entry:
    """Other words for it, wherever it was used. Raises as add_entry, NotFound."""
    _require_rights(by)
    noun = NOUNS[model]
    with change_set(by=by, operation="loyalty.rename_in_list", summary="") as current:
        entry = _lock(model, entry_id)
        others = [row.label for row in model.objects.exclude(id=entry.id)]
        cleaned = rules.checked_label(label, others, noun=noun)
        current.summary = current.summary or f"Renamed the {noun} “{entry.label}”"
        if cleaned != entry.label:
            entry.label = cleaned
            entry.save_changes("label")
    return entry


def set_closed(model: type[Entry], entry_id: UUID, is_closed: bool, *, by: Actor) -> Entry:
    """A closed entry is not offered for new records any more; those that have it keep it."""
    _require_rights(by)
    verb = "Closed" if is_closed else "Opened"
    with change_set(by=by, operation="loyalty.close_in_list", summary="") as current:
        entry = _lock(model, entry_id)
        current.summary = current.summary or f"{verb} the {NOUNS[model]} “{entry.label}”"
        if entry.is_closed != is_closed:
            entry.is_closed = is_closed
            entry.save_changes("is_closed")
    return entry


def remove_entry(model: type[Entry], entry_id: UUID, *, by: Actor) -> Entry:
    """Raises NotFound, and EntryInUse for one that records name."""
    _require_rights(by)
    with change_set(by=by, operation="loyalty.remove_from_list", summary="") as current:
        entry = _lock(model, entry_id)
        if _is_used(entry):
            raise EntryInUse(
                f"“{entry.label}” is used, so it cannot be removed. Close it instead: then it is"
                " offered no more."
            )
        current.summary = current.summary or f"Removed the {NOUNS[model]} “{entry.label}”"
        model.objects.filter(id=entry.id).delete()
    return entry


def begin_lists() -> None:
    """What a new organisation starts with; inside the founding change set."""
    for model, labels in ((Programme, FIRST_PROGRAMMES), (ExtraKind, FIRST_KINDS)):
        for position, label in enumerate(labels, 1):
            model.objects.create(label=label, position=position)


def _is_used(entry: ListEntry) -> bool:
    if isinstance(entry, Programme):
        return bool(BonusPackage.objects.filter(programme_id=entry.id).exists())
    return bool(CustomerExtra.objects.filter(kind_id=entry.id).exists())


def _require_rights(by: Actor) -> None:
    queries.require_sight(by)
    by.require("organization.administer")


def _lock(model: type[Entry], entry_id: UUID) -> Entry:
    entry: Entry | None = model.objects.filter(id=entry_id).locked().first()
    if entry is None:
        raise NotFound(f"There is no such {NOUNS[model]}. It may have been removed meanwhile.")
    return entry
