"""How the history speaks of passenger ages."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, RecordKind, Teller
from wayfolk.passengers.models import AgeBand


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {
        "view": "bookings.view",
        "edit": "organization.administer",
        "module": "bookings",
    }
    wording.declare_area(Area("passengers", "Passenger ages", **rights))
    wording.declare_table(
        RecordKind("passengers_ageband", phrase=_phrase, unshown=("scope",), **rights)
    )


def _phrase(band: AgeBand, _teller: Teller) -> str:
    return f"passenger ages for {f'“{band.product}”' if band.product else 'all products'}"
