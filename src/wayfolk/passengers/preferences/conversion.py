"""What preferences say against the conversion of a customer (KP-06)."""

from collections.abc import Iterator

from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.rules.conversion import Obstacle
from wayfolk.passengers.models import Preference
from wayfolk.passengers.preferences import rules
from wayfolk.staff.rules import Actor


def name_obstacles(customer: Customer, to_kind: str, by: Actor) -> Iterator[Obstacle]:
    """Only people prefer something: it is removed by hand first, so that no allergy gets lost.

    Where the actor sees none of them it is said without a word of what they are.
    """
    if to_kind != Kind.COMPANY:
        return
    kinds = set(Preference.objects.filter(customer_id=customer.id).values_list("kind", flat=True))
    if not kinds:
        return
    if all(not (code := rules.field_of(kind)) or by.may_see(code) for kind in kinds):
        yield Obstacle(
            f"{customer.name} has preferences as a traveller, and a company has none. Remove"
            " them first."
        )
    else:
        yield Obstacle(
            f"{customer.name} has preferences as a traveller, some of which your role does not"
            " show. Somebody whose role includes them has to remove them first."
        )
