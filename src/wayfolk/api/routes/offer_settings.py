"""How offers are sent and remind; the lists that offers and catalog orders choose from."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Status

from wayfolk.api.access import actor_of
from wayfolk.api.presenters import sales as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import sales as shapes
from wayfolk.audit.change_sets import change_set
from wayfolk.sales.models import Catalogue, CloseReason
from wayfolk.sales.operations import lists as operations
from wayfolk.sales.queries import lists, offers
from wayfolk.staff.rules import Actor

router = Resource()
_List = type[CloseReason] | type[Catalogue]


@router.get("/offer-settings", response=shapes.OfferSettings)
def get_settings(request: HttpRequest) -> Any:
    """On which days offers remind, and what is written."""
    by = actor_of(request)
    by.require_module("offers")
    by.require("offers.view")
    return presenter.settings(offers.get_settings())


@router.patch("/offer-settings", response=shapes.OfferSettings)
def update_settings(request: HttpRequest, body: shapes.OfferSettingsChanges) -> Any:
    """Change the fields that are sent; reminders planned already stay as they are."""
    return presenter.settings(operations.update_settings(body.sent(), by=actor_of(request)))


@router.get("/close-reasons", response=shapes.ListEntries)
def list_close_reasons(request: HttpRequest) -> Any:
    """The reasons for closing an offer in their order, closed ones too."""
    by = actor_of(request)
    by.require_module("offers")
    by.require("offers.view")
    return presenter.entries(lists.list_entries(CloseReason))


@router.post("/close-reasons", response={201: shapes.ListEntry})
def add_close_reason(request: HttpRequest, body: shapes.NewListEntry) -> Any:
    """Add a reason at the end of the list."""
    made = operations.add_entry(CloseReason, body.label, by=actor_of(request))
    return Status(201, presenter.entry(made))


@router.patch("/close-reasons/{id}", response=shapes.ListEntry)
def change_close_reason(request: HttpRequest, id: UUID, body: shapes.ListEntryChanges) -> Any:  # noqa: A002
    """Rename a reason, close it, or open it again; offers that have it keep it."""
    return _change(CloseReason, id, body, actor_of(request))


@router.delete("/close-reasons/{id}", response={204: None})
def remove_close_reason(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a reason that no offer has."""
    operations.remove_entry(CloseReason, id, by=actor_of(request))
    return Status(204, None)


@router.get("/catalogues", response=shapes.ListEntries)
def list_catalogues(request: HttpRequest) -> Any:
    """What customers can order, in its order, closed ones too."""
    by = actor_of(request)
    by.require_module("catalogs")
    by.require("catalogs.view")
    return presenter.entries(lists.list_entries(Catalogue))


@router.post("/catalogues", response={201: shapes.ListEntry})
def add_catalogue(request: HttpRequest, body: shapes.NewListEntry) -> Any:
    """Add a catalogue at the end of the list."""
    made = operations.add_entry(Catalogue, body.label, by=actor_of(request))
    return Status(201, presenter.entry(made))


@router.patch("/catalogues/{id}", response=shapes.ListEntry)
def change_catalogue(request: HttpRequest, id: UUID, body: shapes.ListEntryChanges) -> Any:  # noqa: A002
    """Rename a catalogue, close it, or open it again; orders of it keep it."""
    return _change(Catalogue, id, body, actor_of(request))


@router.delete("/catalogues/{id}", response={204: None})
def remove_catalogue(request: HttpRequest, id: UUID) -> Any:  # noqa: A002
    """Remove a catalogue that no order names."""
    operations.remove_entry(Catalogue, id, by=actor_of(request))
    return Status(204, None)


def _change(
    model: _List, entry_id: UUID, body: shapes.ListEntryChanges, by: Actor
) -> shapes.ListEntry:
    by.require("organization.administer")
    area = "offers" if model is CloseReason else "catalogs"
    with change_set(by=by, operation=f"{area}.change_entry", summary=""):
        if body.label is not None:
            operations.rename_entry(model, entry_id, body.label, by=by)
        if body.is_closed is not None:
            operations.set_closed(model, entry_id, body.is_closed, by=by)
    return presenter.entry(lists.get_entry(model, entry_id))
