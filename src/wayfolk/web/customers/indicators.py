"""The read-only indicators of the customer page (TQ-09)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wayfolk.customers.models import Customer
from wayfolk.staff.rules import Actor
from wayfolk.web.loyalty import on_customers as loyalty
from wayfolk.web.service import on_customers as service


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


def indicators_of(customer: Customer, *, by: Actor) -> list[Indicator]:
    """Those that this reader may see, in their fixed order."""
    return [each for provider in PROVIDERS for each in provider(customer, by)]


def _bonus(customer: Customer, by: Actor) -> list[Indicator]:
    return [Indicator(*said) for said in loyalty.indicators(customer, by=by)]


def _special_guest(customer: Customer, _by: Actor) -> list[Indicator]:
    is_set = customer.is_special_guest
    return [Indicator("Special Guest", "yes" if is_set else "no", is_set=is_set)]


def _service(customer: Customer, by: Actor) -> list[Indicator]:
    return [Indicator(*said) for said in service.indicators(customer, by=by)]


# In the order of the page; each asks for little, and shows what the actor may see.
PROVIDERS: tuple[Provider, ...] = (_bonus, _special_guest, _service)
