"""How the history speaks of passenger ages and preferences."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, Image, RecordKind, Teller
from wayfolk.customers.models import Customer
from wayfolk.passengers.models import AgeBand, Preference
from wayfolk.passengers.preferences import rules


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
    of_customers: dict[str, Any] = {"view": "customers.view", "edit": "customers.edit"}
    wording.declare_area(Area("preferences", "Preferences", **of_customers))
    wording.declare_table(
        RecordKind(
            "passengers_preference",
            phrase=_preference_phrase,
            code=_preference_code,
            codes=frozenset({rules.HEALTH}),
            unshown=("folded",),
            **of_customers,
        )
    )


def _phrase(band: AgeBand, _teller: Teller) -> str:
    return f"passenger ages for {f'“{band.product}”' if band.product else 'all products'}"


def _preference_code(column: str, image: Image) -> str:
    """Whose preference it is may be told; not even the kind of one that is about health."""
    return "" if column == "customer_id" else rules.field_of(str(image.get("kind")))


def _preference_phrase(row: Preference, teller: Teller) -> str:
    owner = teller.name_of(Customer, row.customer_id)
    field = rules.field_of(row.kind)
    if field and not teller.may_see(field):
        return f"preference of {owner}"
    return f"{row.get_kind_display().lower()} “{row.value}” of {owner}"
