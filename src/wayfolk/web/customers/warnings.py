"""What a reader should know of a customer before anything else, in the head of the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wayfolk.customers.models import Customer, Kind, Status
from wayfolk.passengers.models import Severity
from wayfolk.passengers.preferences import queries as preferences
from wayfolk.staff.rules import Actor
from wayfolk.web.payments import on_customers as payments


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - what it is called here
    """A short sentence. `url`: what it is about, "" for nothing; tone as of components."""

    text: str
    url: str = ""
    tone: str = "warning"


Provider = Callable[[Customer, Actor], Sequence[Warning]]


def warnings_of(customer: Customer, *, by: Actor) -> list[Warning]:
    """Those that hold for the customer now and are for this reader, the gravest first."""
    return [warning for provider in PROVIDERS for warning in provider(customer, by)]


def _allergies(customer: Customer, by: Actor) -> list[Warning]:
    """One each: a mild one is still food that somebody must not be given (KP-38)."""
    if customer.kind != Kind.PERSON:
        return []
    return [
        Warning(str(each), tone="warning" if each.severity == Severity.MILD else "danger")
        for each in preferences.list_allergies(customer.id, by=by)
    ]


def _restricted(customer: Customer, _by: Actor) -> list[Warning]:
    if customer.status != Status.RESTRICTED:
        return []
    return [Warning("Processing of this record is restricted: do not use it for new business.")]


def _unpaid(customer: Customer, by: Actor) -> list[Warning]:
    return [Warning(*said) for said in payments.warnings(customer, by=by)]


PROVIDERS: tuple[Provider, ...] = (_allergies, _restricted, _unpaid)
