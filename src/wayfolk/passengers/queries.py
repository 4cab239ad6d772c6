"""The ages that an organisation has set."""

from datetime import date
from uuid import UUID

from wayfolk.kit.errors import NotFound
from wayfolk.partners.rules.terms import words_of
from wayfolk.passengers.models import AgeBand
from wayfolk.passengers.rules import Band
from wayfolk.staff.rules import Actor


def list_bands(*, by: Actor) -> list[AgeBand]:
    """All of them: those of every product first, then by product and day."""
    by.require("bookings.view")
    rows = AgeBand.objects.all()
    return sorted(rows, key=lambda row: (row.scope, row.from_on or date.min, row.id))


def get_band(band_id: UUID, *, by: Actor) -> AgeBand:
    """One of them; raises NotFound."""
    by.require("bookings.view")
    found: AgeBand | None = AgeBand.objects.filter(id=band_id).first()
    if found is None:
        raise NotFound("There are no such passenger ages. They may have been removed meanwhile.")
    return found


def load_bands() -> list[Band]:
    """As rules compare them; one query, asked once for all passengers of a page."""
    return [band_of(row) for row in AgeBand.objects.all()]


def band_of(row: AgeBand) -> Band:
    """The stored ages as rules compare them."""
    return Band(
        id=row.id,
        product=row.product,
        words=words_of(row.product),
        infant_below=row.infant_below,
        child_below=row.child_below,
        from_on=row.from_on,
        to_on=row.to_on,
    )
