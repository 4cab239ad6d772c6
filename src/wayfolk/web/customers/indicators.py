"""The read-only indicators of the customer page (TQ-09).

Each part of the product adds its own when the program starts: `register(provider)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wayfolk.customers.models import Customer
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure or a yes and no. `url` opens what is behind it, "" for nothing.

    `is_set`: of a yes and no, which it is, shown as a tick or a red cross; else None.
    """

    label: str
    value: str
    url: str = ""
    is_set: bool | None = None


Provider = Callable[[Customer, Actor], Sequence[Indicator]]
# Where an indicator of this label stands; others follow in the order of their providers.
ORDER = (
    "Gained Bonus",
    "Special Guest",
    "Happiness Overall",
    "Happiness Represent.",
    "Total Complaints",
)
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Ask `provider` on every customer page: one cheap query, and what the actor may see."""
    _providers.append(provider)


def indicators_of(customer: Customer, *, by: Actor) -> list[Indicator]:
    """Those that this reader may see, in their fixed order."""
    found = [each for provider in _providers for each in provider(customer, by)]
    places = {label: place for place, label in enumerate(ORDER)}
    return sorted(found, key=lambda each: places.get(each.label, len(places)))


def _special_guest(customer: Customer, _by: Actor) -> list[Indicator]:
    is_set = customer.is_special_guest
    return [Indicator("Special Guest", "yes" if is_set else "no", is_set=is_set)]


register(_special_guest)
