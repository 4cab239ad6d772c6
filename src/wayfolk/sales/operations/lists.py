"""What administrators keep: reasons for closing offers, catalogues, how offers remind."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import text
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotFound, Refusal
from wayfolk.organization.entries import STEPS, EntryList
from wayfolk.organization.models import Brand
from wayfolk.sales.models import BrandReminders, Catalogue, CloseReason, ListEntry, OfferSettings
from wayfolk.sales.queries.lists import is_used
from wayfolk.sales.rules import lists, reminders
from wayfolk.staff.rules import Actor

_TEXTS = ("offer_subject", "offer_body", "reminder_subject", "reminder_body")


class EntryInUse(Refusal):
    """Something has chosen the entry."""

    code = "entry_in_use"


def create_default_lists() -> None:
    """What a new organisation starts with. Inside the caller's change set."""
    for model, labels in ((CloseReason, lists.CLOSE_REASONS), (Catalogue, lists.CATALOGUES)):
        model.objects.bulk_create(
            model(label=label, position=position) for position, label in enumerate(labels, 1)
        )


def add_entry(model: type[ListEntry], label: str, *, by: Actor) -> ListEntry:
    """A new entry at the end. Raises InvalidValue for a name that is there already."""
    return _LISTS[model].add(label, by=by)


def rename_entry(model: type[ListEntry], entry_id: UUID, label: str, *, by: Actor) -> ListEntry:
    """Another name; whatever has chosen it shows the new one."""
    return _LISTS[model].rename(entry_id, label, by=by)


def set_closed(model: type[ListEntry], entry_id: UUID, is_closed: bool, *, by: Actor) -> ListEntry:
    """Stop offering an entry, or offer it again; whatever has chosen it keeps it."""
    return _LISTS[model].set_closed(entry_id, is_closed, by=by)


def remove_entry(model: type[ListEntry], entry_id: UUID, *, by: Actor) -> None:
    """Remove an entry that nothing has chosen; raises EntryInUse otherwise."""
    _LISTS[model].remove(entry_id, by=by)


def update_settings(values: Mapping[str, str], *, by: Actor) -> OfferSettings:
    """How offers are sent and remind: names of OfferSettings. Raises InvalidValues, NotAllowed.

    Reminders that are planned already stay as they are.
    """
    by.require_module("offers")
    by.require("organization.administer")
    cleaned = reminders.checked_texts({n: v for n, v in values.items() if n in _TEXTS})
    if "reminder_days" in values:
        days = reminders.parse_days(values["reminder_days"])
        cleaned["reminder_days"] = ",".join(map(str, days))
    if "reminder_channel" in values:
        if values["reminder_channel"] not in reminders.CHANNELS:
            raise InvalidValues({"reminder_channel": "Choose email or SMS for the reminders."})
        cleaned["reminder_channel"] = values["reminder_channel"]
    with change_set(by=by, operation="offers.update_settings", summary="") as current:
        current.summary = current.summary or "Changed the settings of offers"
        stored: OfferSettings | None = OfferSettings.objects.all().locked().first()
        if stored is None:
            return OfferSettings.objects.create(**cleaned)  # type: ignore[no-any-return]
        changed = [name for name, value in cleaned.items() if getattr(stored, name) != value]
        for name in changed:
            setattr(stored, name, cleaned[name])
        if changed:
            stored.save_changes(*changed)
    return stored


def set_brand_reminders(brand_id: UUID, written: str, *, by: Actor) -> None:
    """The days on which offers of a brand remind (TQ-51); "": as set for all, "never": on none.

    Reminders that are planned already stay as they are. The first brand reminds as set for all.
    Raises InvalidValues, NotFound, NotAllowed.
    """
    by.require_module("offers")
    by.require("organization.administer")
    wanted = text.clean(written)
    days = "" if wanted.casefold() == reminders.NEVER else reminders.parse_days(wanted)
    kept = ",".join(map(str, days))
    with change_set(by=by, operation="offers.set_brand_reminders", summary="") as current:
        brand: Brand | None = Brand.objects.filter(id=brand_id, is_default=False).locked().first()
        if brand is None:
            raise NotFound("There is no such brand beside the first one.")
        current.summary = current.summary or f"Changed the reminder days of {brand}"
        stored: BrandReminders | None
        stored = BrandReminders.objects.filter(brand_id=brand_id).locked().first()
        if not wanted:
            BrandReminders.objects.filter(brand_id=brand_id).delete()
        elif stored is None:
            BrandReminders.objects.create(brand=brand, days=kept)
        elif stored.days != kept:
            stored.days = kept
            stored.save_changes("days")


def _require_unused(entry: ListEntry) -> None:
    if is_used(entry):
        raise EntryInUse(
            f"“{entry.label}” is in use, so it cannot be removed. Close it instead: it is not"
            " offered any more, and what has it keeps it."
        )


def _checked(label: str, others: Sequence[str]) -> str:
    cleaned = lists.checked_label(label)
    if cleaned.casefold() in {other.casefold() for other in others}:
        raise InvalidValue(f"There is “{cleaned}” already. Choose another name.", field="label")
    return cleaned


def _list_of(model: type[ListEntry], module: str) -> EntryList[ListEntry]:
    noun = str(model._meta.verbose_name)

    def require_rights(by: Actor) -> None:
        by.require_module(module)
        by.require("organization.administer")

    return EntryList(
        model=model,
        operations={step: f"{module}.{step}_{noun.replace(' ', '_')}" for step in STEPS},
        summaries={
            "add": f"Added the {noun} {{name}}",
            "rename": f"Renamed the {noun} {{before}} to {{name}}",
            "close": f"Closed the {noun} {{name}}",
            "open": f"Opened the {noun} {{name}}",
            "remove": f"Removed the {noun} {{name}}",
        },
        missing="There is no such entry. It may have been removed meanwhile.",
        require_rights=require_rights,
        checked=_checked,
        require_unused=_require_unused,
    )


_LISTS: Mapping[type[ListEntry], EntryList[ListEntry]] = {
    CloseReason: _list_of(CloseReason, "offers"),
    Catalogue: _list_of(Catalogue, "catalogs"),
}
