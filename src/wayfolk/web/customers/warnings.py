"""What a reader should know of a customer before anything else, in the head of the page."""

from collections.abc import Callable, Mapping, Sequence
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


Counted = Mapping[str, int]
Provider = Callable[[Customer, Counted, Actor], Sequence[Warning]]
LATE = "late"


def warnings_of(customer: Customer, counted: Counted, *, by: Actor) -> list[Warning]:
    """Those that hold for the customer now and are for this reader, the gravest first.

    `counted`: how many preferences and late balances (LATE) there are, where the page knows.
    """
    return [warning for provider in PROVIDERS for warning in provider(customer, counted, by)]


def _allergies(customer: Customer, counted: Counted, by: Actor) -> list[Warning]:
    """One each: a mild one is still food that somebody must not be given (KP-38)."""
    if customer.kind != Kind.PERSON or counted.get("preferences") == 0:
        return []
    return [
        Warning(str(each), tone="warning" if each.severity == Severity.MILD else "danger")
        for each in preferences.list_allergies(customer.id, by=by)
    ]


def _restricted(customer: Customer, _counted: Counted, _by: Actor) -> list[Warning]:
    if customer.status != Status.RESTRICTED:
        return []
    return [Warning("Processing of this record is restricted: do not use it for new business.")]


def _unpaid(customer: Customer, counted: Counted, by: Actor) -> list[Warning]:
    if counted.get(LATE) == 0:
        return []
    return [Warning(*said) for said in payments.warnings(customer, by=by)]


PROVIDERS: tuple[Provider, ...] = (_allergies, _restricted, _unpaid)
