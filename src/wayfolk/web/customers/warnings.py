"""What a reader should know of a customer before anything else, in the head of the page.

Each part of the product adds its own when the program starts: `register(provider)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wayfolk.customers.models import Customer, Status
from wayfolk.staff.rules import Actor


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - what it is called here
    """A short sentence. `url`: what it is about, "" for nothing; tone as of components."""

    text: str
    url: str = ""
    tone: str = "warning"


Provider = Callable[[Customer, Actor], Sequence[Warning]]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Ask `provider` on every customer page: one cheap query, and what the actor may see."""
    _providers.append(provider)


def warnings_of(customer: Customer, *, by: Actor) -> list[Warning]:
    """Those that hold for the customer now, in the order of their providers."""
    return [warning for provider in _providers for warning in provider(customer, by)]


def _restricted(customer: Customer, _by: Actor) -> list[Warning]:
    if customer.status != Status.RESTRICTED:
        return []
    return [Warning("Processing of this record is restricted: do not use it for new business.")]


register(_restricted)
