"""What trade partners say against the conversion of a customer (KP-06)."""

from collections.abc import Iterator

from django.db.models import Q

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules.conversion import Obstacle
from wayfolk.kit import clock
from wayfolk.partners import queries
from wayfolk.partners.models import Partner, PartnerContact
from wayfolk.staff.rules import Actor


def name_obstacles(customer: Customer, to_kind: str, by: Actor) -> Iterator[Obstacle]:
    """A company is taken back as trade partner first; a person ends speaking for companies.

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
    if Partner.objects.filter(customer_id=customer.id).exists():
        yield Obstacle(
            f"{customer.name} is a trade partner, with its terms, contacts and the partners below"
            " it. Take it back as trade partner on that page first.",
            "partner",
            customer.number,
        )


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
