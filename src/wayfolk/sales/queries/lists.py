"""The lists that administrators keep."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from wayfolk.kit.errors import NotFound
from wayfolk.sales.models import CatalogOrder, Catalogue, CloseReason, ListEntry, Offer

Entry = TypeVar("Entry", bound=ListEntry)


def list_entries(model: type[Entry], *, with_closed: bool = True) -> Sequence[Entry]:
    """The entries in their order."""
    rows = model.objects.all() if with_closed else model.objects.filter(is_closed=False)
    return list(rows.order_by("position", "id"))


def get_entry(model: type[Entry], entry_id: UUID) -> Entry:
    """One entry; raises NotFound."""
    found = model.objects.filter(id=entry_id).first()
    if found is None:
        raise NotFound("There is no such entry. It may have been removed meanwhile.")
    entry: Entry = found
    return entry


def is_used(entry: ListEntry) -> bool:
    """Whether something has chosen the entry."""
    if isinstance(entry, CloseReason):
        return bool(Offer.objects.filter(close_reason_id=entry.id).exists())
    return bool(CatalogOrder.objects.filter(catalogue_id=entry.id).exists())


def list_used(model: type[ListEntry]) -> set[UUID]:
    """Ids of the entries that something has chosen."""
    return {entry.id for entry in model.objects.all() if is_used(entry)}


LISTS: dict[str, type[CloseReason] | type[Catalogue]] = {
    "close-reasons": CloseReason,
    "catalogues": Catalogue,
}
