"""Finding stays. Every function returns only what this actor may see."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.rules import Actor
from wayfolk.stays import rules
from wayfolk.stays.models import Property, Stay, StayQuerySet, StayStatus

RESULTS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class StayFilters:
    """What a list is narrowed to; None or "" does not narrow. `text` is of a reservation ID."""

    text: str = ""
    hotel_id: UUID | None = None
    status: str = ""
    arrival_from: date | None = None
    arrival_to: date | None = None
    guest_id: UUID | None = None


def may_see(by: Actor) -> bool:
    """Whether stays exist for this actor at all: permission and module."""
    return by.may("stays.view") and by.has_module("stays")


def list_stays(filters: StayFilters | None = None, *, by: Actor) -> StayQuerySet:
    """Stays with guest, hotel and itinerary, in no order: see `kit.paging`."""
    by.require_module("stays")
    by.require("stays.view")
    stays = Stay.objects.select_related("guest", "hotel", "itinerary")
    narrowed = filters or StayFilters()
    if narrowed.text:
        stays = stays.filter(id__in=find_ids(narrowed.text, by=by))
    exact = {
        "hotel_id": narrowed.hotel_id,
        "status": narrowed.status,
        "arrival_on__gte": narrowed.arrival_from,
        "arrival_on__lte": narrowed.arrival_to,
        "guest_id": narrowed.guest_id,
    }
    return stays.filter(**{name: value for name, value in exact.items() if value})


def get_stay(stay_id: UUID, *, by: Actor) -> Stay:
    """One stay; raises NotFound."""
    stay = list_stays(by=by).filter(id=stay_id).first()
    if stay is None:
        raise NotFound("There is no such stay. It may have been taken back since.")
    return stay


def find_ids(query: str, *, by: Actor, limit: int = RESULTS_MAX) -> list[UUID]:
    """Ids of stays by reservation ID, those that begin with the query first."""
    by.require_module("stays")
    by.require("stays.view")
    fragment = rules.fold_query(query).replace("\\", "").replace("%", "").replace("_", "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stay_id FROM stays_search(%s, %s) ORDER BY tier", [fragment[:60], limit]
        )
        return [row[0] for row in cursor.fetchall()]


def list_for_itinerary(itinerary_id: UUID, *, by: Actor) -> StayQuerySet:
    """Stays of an itinerary in the order of travel."""
    return list_stays(by=by).filter(itinerary_id=itinerary_id).order_by("arrival_on", "id")


def list_properties(*, by: Actor) -> TenantQuerySet[Property]:
    """Hotels by name."""
    by.require_module("stays")
    by.require("stays.view")
    properties: TenantQuerySet[Property] = Property.objects.order_by("folded_name")
    return properties


def list_endings(first: date, before: date) -> list[tuple[UUID, date]]:
    """Guest and last day of the stays that ended in [first, before), for the search index."""
    over = Stay.objects.filter(departure_on__gte=first, departure_on__lt=before)
    return list(over.exclude(status=StayStatus.CANCELLED).values_list("guest_id", "departure_on"))
