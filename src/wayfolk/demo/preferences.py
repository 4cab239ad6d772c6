"""What the cast eats, cannot bear, needs and likes; one of them must never be served nuts."""

from collections.abc import Mapping

from wayfolk.customers.models import Customer
from wayfolk.passengers.preferences import operations
from wayfolk.passengers.preferences.rules import PreferenceData
from wayfolk.staff.rules import Actor

# Who, which kind, what, and what more is known of it.
PREFERRED: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("nils", "allergy", "nuts", {"severity": "life-threatening", "note": "Carries two pens"}),
    ("nils", "room", "twin beds", {}),
    ("karin", "allergy", "shellfish", {"severity": "mild"}),
    ("karin", "room", "quiet room", {"source": "noticed", "note": "Moved from the lift in Porto"}),
    ("karin", "communication_style", "short and to the point", {"source": "noticed"}),
    ("jonas", "diet", "vegetarian", {}),
    ("helena", "accessibility", "step-free access", {"note": "Walks with a stick"}),
    ("helena", "special_request", "airport assistance", {}),
    ("tom", "diet", "kosher", {}),
)


def tell(customers: Mapping[str, Customer], *, by: Actor) -> None:
    """A handful of people, the Lindqvist family among them: it shows on their bookings."""
    for key, kind, value, more in PREFERRED:
        data = PreferenceData({"value": value, **more})
        operations.add_preference(customers[key].id, kind, data, by=by)
