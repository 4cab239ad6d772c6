"""Setting passenger ages. Each function is one change set.

No booking is written: types are computed when they are asked for.
"""

from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.passengers import queries, rules
from wayfolk.passengers.models import AgeBand
from wayfolk.passengers.rules import BandData
from wayfolk.staff.rules import Actor


class StaleAges(Conflict):
    """Somebody saved them meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def create_band(data: BandData, *, by: Actor) -> AgeBand:
    """New ages; those not given are the usual ones. Raises NotAllowed, InvalidValues."""
    _require_rights(by)
    usual = {"infant_below": rules.INFANT_BELOW, "child_below": rules.CHILD_BELOW}
    fields = {**usual, **rules.checked(data).fields}
    rules.require_consistent(fields)
    with change_set(by=by, operation="passengers.create", summary="") as current:
        band = AgeBand(**fields)
        _settle_scope(band)
        words = rules.in_words(queries.band_of(band))
        current.summary = current.summary or f"Set passenger ages for {band}: {words}"
        band.save(force_insert=True)
    return band


def update_band(band_id: UUID, data: BandData, *, by: Actor, version: int | None = None) -> AgeBand:
    """Change ages, for whom they hold, or when. Raises as create_band, NotFound and StaleAges."""
    _require_rights(by)
    cleaned = rules.checked(data).fields
    with change_set(by=by, operation="passengers.update", summary="") as current:
        band = _lock(band_id)
        if version is not None and band.version != version:
            raise StaleAges(
                "These ages were changed by someone else while you were editing.",
                details={"version": band.version, "expected": version},
            )
        changed = {n: v for n, v in cleaned.items() if getattr(band, n) != v}
        for name, value in changed.items():
            setattr(band, name, value)
        rules.require_consistent(_values(band))
        _settle_scope(band)
        words = rules.in_words(queries.band_of(band))
        current.summary = current.summary or f"Changed passenger ages for {band}: {words}"
        if changed:
            band.save_changes(*changed, "scope")
    return band


def remove_band(band_id: UUID, *, by: Actor) -> AgeBand:
    """As if they had never been set. Raises NotFound, NotAllowed."""
    _require_rights(by)
    with change_set(by=by, operation="passengers.remove", summary="") as current:
        band = _lock(band_id)
        current.summary = current.summary or f"Removed passenger ages for {band}"
        AgeBand.objects.filter(id=band.id).delete()
    return band


def _require_rights(by: Actor) -> None:
    by.require_module("bookings")
    by.require("organization.administer")


def _lock(band_id: UUID) -> AgeBand:
    band: AgeBand | None = AgeBand.objects.filter(id=band_id).locked().first()
    if band is None:
        raise NotFound("There are no such passenger ages. They may have been removed meanwhile.")
    return band


def _values(band: AgeBand) -> dict[str, Any]:
    return {name: getattr(band, name) for name in rules.LABELS}


def _settle_scope(band: AgeBand) -> None:
    """Derive the scope from the product; raises InvalidValues for one that has ages already."""
    band.scope = rules.scope_of(band.product)
    others = AgeBand.objects.filter(scope=band.scope).exclude(id=band.id)
    rules.require_apart([queries.band_of(other) for other in others], queries.band_of(band))
