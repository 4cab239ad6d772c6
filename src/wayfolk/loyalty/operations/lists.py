"""The lists that administrators keep: bonus programmes, kinds of extras."""

from typing import TypeVar
from uuid import UUID

from wayfolk.kit.errors import Refusal
from wayfolk.loyalty import queries, rules
from wayfolk.loyalty.models import BonusPackage, CustomerExtra, ExtraKind, ListEntry, Programme
from wayfolk.organization.entries import EntryList
from wayfolk.staff.rules import Actor

Entry = TypeVar("Entry", Programme, ExtraKind)
NOUNS = {Programme: "bonus programme", ExtraKind: "kind of extra"}
_OPERATIONS = {
    "add": "loyalty.add_to_list",
    "rename": "loyalty.rename_in_list",
    "close": "loyalty.close_in_list",
    "open": "loyalty.close_in_list",
    "remove": "loyalty.remove_from_list",
}
FIRST_PROGRAMMES = ("Bonus club",)
FIRST_KINDS = ("Lounge", "Upgrade", "Late check-out", "Transfer", "Welcome gift")


class EntryInUse(Refusal):
    """What records name is closed, not removed."""

    code = "list_entry_in_use"


def add_entry(model: type[Entry], label: str, *, by: Actor) -> Entry:
    """A new entry at the end of its list. Raises NotAllowed, InvalidValues."""
    return _list_of(model).add(label, by=by)


def rename_entry(model: type[Entry], entry_id: UUID, label: str, *, by: Actor) -> Entry:
    """Other words for it, wherever it was used. Raises as add_entry, NotFound."""
    return _list_of(model).rename(entry_id, label, by=by)


def set_closed(model: type[Entry], entry_id: UUID, is_closed: bool, *, by: Actor) -> Entry:
    """A closed entry is not offered for new records any more; those that have it keep it."""
    return _list_of(model).set_closed(entry_id, is_closed, by=by)


def remove_entry(model: type[Entry], entry_id: UUID, *, by: Actor) -> Entry:
    """Raises NotFound, and EntryInUse for one that records name."""
    return _list_of(model).remove(entry_id, by=by)


def begin_lists() -> None:
    """What a new organisation starts with; inside the founding change set."""
    for model, labels in ((Programme, FIRST_PROGRAMMES), (ExtraKind, FIRST_KINDS)):
        for position, label in enumerate(labels, 1):
            model.objects.create(label=label, position=position)


def _list_of(model: type[Entry]) -> EntryList[Entry]:
    noun = NOUNS[model]
    return EntryList(
        model=model,
        operations=_OPERATIONS,
        summaries={
            "add": f"Added the {noun} “{{name}}”",
            "rename": f"Renamed the {noun} “{{before}}”",
            "close": f"Closed the {noun} “{{name}}”",
            "open": f"Opened the {noun} “{{name}}”",
            "remove": f"Removed the {noun} “{{name}}”",
        },
        missing=f"There is no such {noun}. It may have been removed meanwhile.",
        require_rights=_require_rights,
        checked=lambda label, others: rules.checked_label(label, others, noun=noun),
        require_unused=_require_unused,
    )


def _require_unused(entry: ListEntry) -> None:
    if _is_used(entry):
        raise EntryInUse(
            f"“{entry.label}” is used, so it cannot be removed. Close it instead: then it is"
            " offered no more."
        )


def _is_used(entry: ListEntry) -> bool:
    if isinstance(entry, Programme):
        return bool(BonusPackage.objects.filter(programme_id=entry.id).exists())
    return bool(CustomerExtra.objects.filter(kind_id=entry.id).exists())


def _require_rights(by: Actor) -> None:
    queries.require_sight(by)
    by.require("organization.administer")
