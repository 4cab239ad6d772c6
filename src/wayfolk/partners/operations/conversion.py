"""What trade partners say against the conversion of a customer (KP-06)."""

from collections.abc import Iterator

from django.db.models import Q

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules.conversion import Obstacle
from wayfolk.kit import clock
from wayfolk.partners import queries
from wayfolk.partners.models import Level, Partner, PartnerContact
from wayfolk.partners.operations import partners
from wayfolk.staff.rules import Actor


def name_obstacles(customer: Customer, to_kind: str, by: Actor) -> Iterator[Obstacle]:
    """Consortia and agencies stay companies; a person ends speaking for companies first.

    Where the actor sees no trade partners it is said without naming one.
    """
    found = list(_of_company(customer) if to_kind == Kind.PERSON else _of_person(customer, by))
    if found and not queries.may_see(by):
        yield Obstacle(
            f"{customer.name} is a trade partner or speaks for one. Somebody whose role includes"
            " trade partners has to end that first."
        )
        return
    yield from found


def _of_company(customer: Customer) -> Iterator[Obstacle]:
    """An agent may be a person; others may not, and what was sold through them cannot be undone."""
    partner = Partner.objects.filter(customer_id=customer.id).with_names().first()
    if partner is None or partner.level == Level.AGENT:
        return
    level = partner.get_level_display().lower()
    if partners.was_sold_through(partner):
        words = (
            f"Bookings were sold through {customer.name} as trade partner on level {level}, so it"
            " stays a company. Only an agent can be a person: if it is one in truth, correct its"
            " level on that page first."
        )
    else:
        words = (
            f"{customer.name} is a trade partner on level {level}, with its terms, contacts and the"
            " partners below it. Take it back as trade partner on that page first."
        )
    yield Obstacle(words, "partner", customer.number)


def _of_person(customer: Customer, by: Actor) -> Iterator[Obstacle]:
    still = Q(to_on__isnull=True) | Q(to_on__gt=clock.today(by.time_zone))
    rows = PartnerContact.objects.filter(still, person_id=customer.id)
    for contact in rows.select_related("partner__customer").order_by("from_on", "id"):
        yield Obstacle(
            f"{customer.name} is contact of {contact.partner.name} (No {contact.partner.number})."
            " End that first.",
            "partner",
            contact.partner.number,
        )
