"""What the deletion of a customer does to itineraries (TP-38, TP-39)."""

from dataclasses import dataclass
from uuid import UUID

from wayfolk.customers.models import Customer
from wayfolk.itineraries import rules
from wayfolk.itineraries.models import Itinerary, ItineraryCustomer
from wayfolk.itineraries.rules import Place
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Departure:
    """An itinerary that the customer will be taken off, and who becomes point of contact."""

    itinerary: Itinerary
    promoted: Customer | None


def preview(customer_id: UUID, *, by: Actor) -> list[Departure]:
    """What deleting this customer would do, by Trip ID; changes nothing."""
    by.require("customers.view")
    ids = ItineraryCustomer.objects.filter(customer_id=customer_id).values("itinerary_id")
    itineraries = Itinerary.objects.filter(id__in=ids).select_related("stage").order_by("number")
    links = _links_of([itinerary.id for itinerary in itineraries])
    departures = []
    for itinerary in itineraries:
        successor = _successor(links[itinerary.id], customer_id)
        departures.append(Departure(itinerary, successor.customer if successor else None))
    return departures


def take_off_itineraries(customer: Customer, by: Actor) -> None:  # noqa: ARG001 - the hook's form
    """Before a deletion, in its change set: unlink everywhere and promote where needed.

    Needs no right to edit itineraries: it belongs to the deletion, which was permitted.
    """
    ids = ItineraryCustomer.objects.filter(customer_id=customer.id).values("itinerary_id")
    locked = [itinerary.id for itinerary in Itinerary.objects.filter(id__in=ids).locked()]
    links = _links_of(locked)
    for itinerary_id in locked:
        successor = _successor(links[itinerary_id], customer.id)
        if successor is not None:
            successor.is_poc = True
            successor.save_changes("is_poc")
    ItineraryCustomer.objects.filter(customer_id=customer.id, itinerary_id__in=locked).delete()


def _links_of(itinerary_ids: list[UUID]) -> dict[UUID, list[ItineraryCustomer]]:
    found: dict[UUID, list[ItineraryCustomer]] = {id_: [] for id_ in itinerary_ids}
    links = ItineraryCustomer.objects.filter(itinerary_id__in=itinerary_ids)
    for link in links.select_related("customer").order_by("position", "id"):
        found[link.itinerary_id].append(link)
    return found


def _successor(links: list[ItineraryCustomer], leaving: UUID) -> ItineraryCustomer | None:
    chosen = rules.promoted([Place(x.customer_id, x.is_poc) for x in links], leaving)
    return next((link for link in links if link.customer_id == chosen), None)
