"""A customer's households on the customer's own page: in its head, and as a section."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from wayfolk.bookings import queries as booking_queries
from wayfolk.customers.models import Customer
from wayfolk.households import queries, rules
from wayfolk.households.models import HouseholdMember
from wayfolk.itineraries import queries as itinerary_queries
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor
from wayfolk.web.households import presenters
from wayfolk.web.households.presenters import PersonRow


@dataclass(frozen=True, slots=True)
class Home:
    """A household that the customer lives in today.

    `address` is "" where the customer's own counts, or addresses are hidden from the reader.
    """

    name: str
    url: str
    role: str
    others: Sequence[str]
    address: str
    channel: str


@dataclass(frozen=True, slots=True)
class LivedRow:
    """A household that the customer lives or lived in."""

    name: str
    url: str
    role: str
    period: str


@dataclass(frozen=True, slots=True)
class Lives:
    """`returning` marks who never travelled, though their household did (KP-22)."""

    homes: Sequence[Home]
    rows: Sequence[LivedRow]
    guardians: Sequence[PersonRow]
    returning: str
    create_url: str
    suggestions_url: str


def of_customer(customer: Customer, *, by: Actor, has_guardians: bool = True) -> Lives:
    """For an actor who may see households; suggestions, loaded apart, for who lives in none.

    `has_guardians`: False where it is known that nobody answers for anybody.
    """
    today = clock.today(by.time_zone)
    memberships = queries.list_memberships(customer.id, by=by)
    current = [member for member in memberships if member.holds_on(today)]
    names, mates = _company(current, by)
    create = f"{reverse('households:create')}?{urlencode({'people': customer.number})}"
    alike = reverse("households:suggested_for", args=[customer.number])
    return Lives(
        homes=[_home(m, customer, names.get(m.household_id, []), by) for m in current],
        rows=[
            LivedRow(
                name=str(member.household),
                url=presenters.page_url(member.household),
                role=member.get_role_display(),
                period=presenters.period_words(member.from_on, member.to_on),
            )
            for member in memberships
        ],
        guardians=_guardians(customer, by) if has_guardians else [],
        returning=_returning(customer, mates),
        create_url=create if by.may("households.edit") else "",
        suggestions_url="" if current else alike,
    )


def _company(
    current: Sequence[HouseholdMember], by: Actor
) -> tuple[dict[object, list[str]], list[HouseholdMember]]:
    """Household -> names of all who live there, and their memberships; one query, or none."""
    if not current:
        return {}, []
    mates = queries.list_housemates([member.household_id for member in current], by=by)
    names: dict[object, list[str]] = {}
    for mate in mates:
        names.setdefault(mate.household_id, []).append(mate.customer.name)
    return names, mates


def _home(member: HouseholdMember, customer: Customer, names: Sequence[str], by: Actor) -> Home:
    shown = queries.describe_member(member, customer, by=by)
    is_shared = shown.address is not None and shown.address.source == rules.HOUSEHOLD
    return Home(
        name=str(member.household),
        url=presenters.page_url(member.household),
        role=member.get_role_display(),
        others=names,
        address=presenters.address_words(shown.address.values)
        if shown.address is not None and is_shared
        else "",
        channel=presenters.channel_words(shown.preferences.values["channel"]),
    )


def _guardians(customer: Customer, by: Actor) -> list[PersonRow]:
    """Both ways: who answers for the customer, and for whom the customer does."""
    rows = []
    for row in queries.list_guardians([customer.id], by=by):
        is_child = row.child_id == customer.id
        other = row.guardian if is_child else row.child
        rows.append(
            PersonRow(
                name=other.name,
                url=presenters.customer_url(other, by),
                what="Guardian" if is_child else "Minor in their care",
                detail="",
                period=presenters.period_words(row.from_on, row.to_on),
                end_url="",
            )
        )
    return rows


def _returning(customer: Customer, mates: Sequence[HouseholdMember]) -> str:
    """Two queries, for whoever lives with others."""
    others = {mate.customer_id for mate in mates} - {customer.id}
    if not others:
        return ""
    people = [customer.id, *others]
    travelled = {
        *itinerary_queries.count_past_trips(people),
        *booking_queries.count_past_trips(people),
    }
    if customer.id in travelled or not travelled:
        return ""
    return "Returning household, first trip"
