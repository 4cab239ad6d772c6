"""Finding itineraries and the customers on them. Only what this actor may see."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import ContactSet, Customer, Status, load_reach
from wayfolk.identity.search.queries import Found, find_customers
from wayfolk.itineraries import rules
from wayfolk.itineraries.models import Itinerary, ItineraryCustomer, ItineraryQuerySet, Stage
from wayfolk.itineraries.rules import Place
from wayfolk.kit import clock, text
from wayfolk.kit.errors import NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

RESULTS_MAX = 1_000
PHONE_KINDS = ("mobile", "phone", "evening_phone")
_TRIP_ID = re.compile(r"(?:t-?|#)?0*(\d{1,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ItineraryFilter:
    """What a list is narrowed to; empty values narrow nothing. Days are the organisation's."""

    text: str = ""
    stage_ids: Sequence[UUID] = ()
    assignee_id: UUID | None = None
    arrival_from: date | None = None
    arrival_until: date | None = None


@dataclass(frozen=True, slots=True)
class LinkedCustomer:
    """A row of an itinerary's customers; email and phone are "" where not to be seen."""

    link: ItineraryCustomer
    customer: Customer
    email: str
    phone: str
    city: str
    past_trips: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be linked, with what tells people apart (TP-42)."""

    customer: Customer
    email: str
    phone: str
    city: str
    past_trips: int


@dataclass(frozen=True, slots=True)
class Party:
    """For a row of the list: who leads or is talked to, and how many are on the trip."""

    name: str
    count: int


def list_itineraries(*, by: Actor) -> ItineraryQuerySet:
    """All itineraries that exist for this actor."""
    by.require_module("itineraries")
    by.require("itineraries.view")
    return Itinerary.objects.all()


def filter_itineraries(narrowed: ItineraryFilter, *, by: Actor) -> ItineraryQuerySet:
    """The itineraries of a filter, with stage and assignee; unordered."""
    found = list_itineraries(by=by).select_related("stage", "assignee")
    if narrowed.text:
        found = found.filter(id__in=find_ids(narrowed.text, by=by))
    if narrowed.stage_ids:
        found = found.filter(stage_id__in=list(narrowed.stage_ids))
    if narrowed.assignee_id:
        found = found.filter(assignee_id=narrowed.assignee_id)
    if narrowed.arrival_from:
        found = found.filter(arrival_at__gte=_midnight(narrowed.arrival_from, by))
    if narrowed.arrival_until:
        end = _midnight(narrowed.arrival_until + timedelta(days=1), by)
        found = found.filter(arrival_at__lt=end)
    return found


def get_itinerary(itinerary_id: UUID, *, by: Actor) -> Itinerary:
    """One itinerary with stage and assignee; raises NotFound."""
    found = list_itineraries(by=by).select_related("stage", "assignee")
    itinerary = found.filter(id=itinerary_id).first()
    if itinerary is None:
        raise NotFound("There is no such itinerary.")
    return itinerary


def get_itinerary_by_number(number: int, *, by: Actor) -> Itinerary:
    """One itinerary by the number of its Trip ID; raises NotFound."""
    found = list_itineraries(by=by).select_related("stage", "assignee")
    itinerary = found.filter(number=number).first()
    if itinerary is None:
        raise NotFound(f"There is no itinerary with Trip ID T-{number:05d}.")
    return itinerary


def find_ids(query: str, *, by: Actor, limit: int = RESULTS_MAX) -> list[UUID]:
    """Ids by Trip ID or trip name, best first: Trip ID, beginning of the name, anywhere in it."""
    by.require_module("itineraries")
    by.require("itineraries.view")
    cleaned = text.clean(query)[:200]
    trip_id = _TRIP_ID.fullmatch(text.fold_digits(cleaned).replace(" ", ""))
    words = text.fold(cleaned).split()[:8]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT itinerary_id FROM itineraries_search(%s::text[], %s, %s)"
            " GROUP BY itinerary_id ORDER BY min(tier), itinerary_id DESC LIMIT %s",
            [words, int(trip_id[1]) if trip_id else None, limit, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def list_links(itinerary_id: UUID, *, by: Actor) -> list[LinkedCustomer]:
    """The itinerary's customers in their order, with what tells them apart (TP-13, TP-42)."""
    by.require("itineraries.view")
    links = list(
        ItineraryCustomer.objects.filter(itinerary_id=itinerary_id)
        .select_related("customer")
        .order_by("position", "id")
    )
    load_reach([link.customer for link in links])
    trips = count_past_trips([link.customer_id for link in links])
    return [
        LinkedCustomer(
            link=link,
            customer=link.customer,
            email=email_of(link.customer, by=by),
            phone=phone_of(link.customer, by=by),
            city=city_of(link.customer, by=by),
            past_trips=trips.get(link.customer_id, 0),
        )
        for link in links
    ]


def fingerprint(links: Iterable[LinkedCustomer]) -> str:
    """The state of a list of customers, for linking.save_links(expected=)."""
    return rules.fingerprint(
        [
            Place(x.link.customer_id, x.link.is_poc, x.link.is_travelling, x.link.is_leader)
            for x in links
        ]
    )


def list_recipients(itinerary_id: UUID, *, by: Actor) -> list[LinkedCustomer]:
    """Who gets copies of the itinerary: points of contact with an email address (TP-21)."""
    return [row for row in list_links(itinerary_id, by=by) if row.link.is_poc and row.email]


def list_for_customer(customer_id: UUID, *, by: Actor) -> list[ItineraryCustomer]:
    """A customer's itineraries, latest arrival first, each link with its flags (TP-44)."""
    return list(
        links_of(customer_id, by=by)
        .select_related("itinerary", "itinerary__stage")
        .order_by(F("itinerary__arrival_at").desc(nulls_first=True), "-itinerary__number")
    )


def links_of(customer_id: UUID, *, by: Actor) -> TenantQuerySet[ItineraryCustomer]:
    """A customer's places on itineraries, in no order."""
    by.require_module("itineraries")
    by.require("itineraries.view")
    links: TenantQuerySet[ItineraryCustomer] = ItineraryCustomer.objects.filter(
        customer_id=customer_id
    )
    return links


def count_past_trips(customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Customer -> itineraries they travelled on that have ended; those without are left out."""
    links = ItineraryCustomer.objects.filter(
        customer_id__in=customer_ids, is_travelling=True, itinerary__departure_at__lt=clock.now()
    )
    counted = links.order_by().values("customer_id").annotate(trips=Count("id"))
    return {row["customer_id"]: row["trips"] for row in counted}


def search_candidates(
    query: str, *, by: Actor, limit: int = 10, with_inactive: bool = False
) -> Found:
    """Customers to link, by name, email or phone (TP-04, TP-05); inactive on demand (TP-40)."""
    statuses = (Status.ACTIVE, Status.INACTIVE) if with_inactive else (Status.ACTIVE,)
    return find_customers(query, by=by, limit=limit, statuses=statuses)


def list_candidates(numbers: Sequence[int], *, by: Actor) -> dict[int, Candidate]:
    """Customer No -> the customer, described; those that do not exist are left out."""
    customers = customer_queries.list_customers(by=by).filter(number__in=numbers).with_reach()
    return {x.customer.number: x for x in describe_candidates(list(customers), by=by)}


def describe_candidates(customers: Sequence[Customer], *, by: Actor) -> list[Candidate]:
    """Customers (contact points and addresses loaded) with what tells them apart."""
    trips = count_past_trips([customer.id for customer in customers])
    return [
        Candidate(
            customer=customer,
            email=email_of(customer, by=by),
            phone=phone_of(customer, by=by),
            city=city_of(customer, by=by),
            past_trips=trips.get(customer.id, 0),
        )
        for customer in customers
    ]


def list_parties(itinerary_ids: Sequence[UUID]) -> dict[UUID, Party]:
    """Itinerary -> its trip leader's name, else its first point of contact's, and the count."""
    links = ItineraryCustomer.objects.filter(itinerary_id__in=itinerary_ids)
    counts = dict(links.order_by().values_list("itinerary_id").annotate(total=Count("id")))
    named: dict[UUID, Customer] = {}
    leading = links.filter(is_poc=True) | links.filter(is_leader=True)
    for link in leading.select_related("customer").order_by("-is_leader", "position", "id"):
        named.setdefault(link.itinerary_id, link.customer)
    return {
        itinerary_id: Party(named[itinerary_id].name if itinerary_id in named else "", count)
        for itinerary_id, count in counts.items()
    }


def list_stages(*, with_closed: bool = True) -> list[Stage]:
    """The organisation's stages in their order."""
    stages = Stage.objects.all() if with_closed else Stage.objects.filter(is_closed=False)
    return list(stages.order_by("position", "id"))


def list_used_stages() -> set[UUID]:
    """Ids of the stages that some itinerary is in, one look into the index for each."""
    used = Itinerary.objects.filter(
        stage_id=OuterRef("id"), organization_id=OuterRef("organization_id")
    )
    return set(Stage.objects.filter(Exists(used)).values_list("id", flat=True))


def list_assignees() -> list[Membership]:
    """Active users, by name."""
    return list(Membership.objects.filter(is_active=True).order_by("name", "id"))


def email_of(customer: Customer, *, by: Actor) -> str:
    """The primary email, "" without one or for a role that may not see it."""
    return _contact(customer, ("email",)) if by.may_see("customer.email") else ""


def phone_of(customer: Customer, *, by: Actor) -> str:
    """The primary mobile, else another phone; "" for a role that may not see phones."""
    return _contact(customer, PHONE_KINDS) if by.may_see("customer.phone") else ""


def city_of(customer: Customer, *, by: Actor) -> str:
    """The city of the primary address, "" for a role that may not see addresses."""
    if not by.may_see("customer.address"):
        return ""
    return next((a.city for a in customer.places if a.set == ContactSet.PRIMARY), "")


def is_inactive(customer: Customer) -> bool:
    return customer.status == Status.INACTIVE


def _contact(customer: Customer, kinds: Sequence[str]) -> str:
    values = {c.kind: c.value for c in customer.points if c.set == ContactSet.PRIMARY}
    return next((values[kind] for kind in kinds if kind in values), "")


def _midnight(day: date, by: Actor) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(by.time_zone))


def list_endings(first: date, before: date) -> list[tuple[UUID, date]]:
    """Who travelled on itineraries that ended in [first, before) UTC, and when they did."""
    start, end = (datetime.combine(day, time(), UTC) for day in (first, before))
    links = ItineraryCustomer.objects.filter(
        is_travelling=True, itinerary__departure_at__gte=start, itinerary__departure_at__lt=end
    )
    found = links.order_by().values_list("customer_id", "itinerary__departure_at")
    return [(customer_id, moment.date()) for customer_id, moment in found]
