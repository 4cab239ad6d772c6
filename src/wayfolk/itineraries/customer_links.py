"""What a merge of customers does with trips: who is on one twice is on it once, with all roles."""

from wayfolk.identity.merging.uniting import Union, UnitedLinks
from wayfolk.itineraries.models import ItineraryCustomer

FLAGS = ("is_poc", "is_travelling", "is_leader")


def _unite(kept: ItineraryCustomer, other: ItineraryCustomer) -> Union:
    """The flags of both; the place in the order is the main record's."""
    changes = {flag: True for flag in FLAGS if getattr(other, flag) and not getattr(kept, flag)}
    roles = [str(kept._meta.get_field(flag).verbose_name) for flag in changes]  # type: ignore[union-attr]
    taken = f", now also as {', '.join(roles)}" if roles else ""
    return Union(changes, f"Both are on trip {kept.itinerary.trip_id}: linked once{taken}.")


LINKS = (
    UnitedLinks(
        ItineraryCustomer,
        "customer",
        label="trips",
        key=("itinerary_id",),
        unite=_unite,
        related=("itinerary",),
    ),
)
