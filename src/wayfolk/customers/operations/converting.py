"""Making a person a company, or a company a person: planned, guarded, undoable (KP-06).

It is the same record afterwards: number, history and everything that points at it stay.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations, queries, rules
from wayfolk.customers.models import Customer, Kind
from wayfolk.customers.operations import FOLDED_COLUMNS
from wayfolk.customers.rules import CustomerData, conversion
from wayfolk.customers.rules.conversion import Moved, Names, Obstacle
from wayfolk.kit import clock
from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.staff.rules import Actor

BeforeConversion = Callable[[Customer, str, Actor], Iterable[Obstacle]]
_before_conversion: list[BeforeConversion] = []


class ConversionForbidden(Refusal):
    """Something that only a person, or only a company, can be is still open."""

    code = "conversion_forbidden"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a conversion would do to the customer as it is at `version`.

    names: proposed, to be corrected. lost: names of fields. It can be carried out where there
    are no obstacles.
    """

    customer: Customer
    to_kind: str
    version: int
    names: Names
    kept: tuple[str, ...]
    moved: tuple[Moved, ...]
    lost: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]


def before_conversion(step: BeforeConversion) -> None:
    """Register what another domain says against a conversion to the kind; called at start-up."""
    _before_conversion.append(step)


def plan(customer_id: UUID, *, by: Actor, to_kind: str = "") -> Plan:
    """What the conversion (to_kind "": to the other kind) would keep, move and lose.

    Changes nothing. Raises NotFound, NotAllowed, InvalidValues.
    """
    by.require("customers.edit")
    customer = queries.get_customer(customer_id, by=by)
    wished = to_kind or other_kind(customer.kind)
    _require_other(customer, wished)
    values = _values(customer)
    return Plan(
        customer,
        wished,
        customer.version,
        conversion.proposed(values),
        conversion.KEPT,
        conversion.moves(values, wished),
        conversion.losses(values, wished),
        _obstacles(customer, wished, by),
    )


def convert(
    customer_id: UUID, to_kind: str, names: Names, *, by: Actor, version: int | None = None
) -> Customer:
    """Make the customer a person or a company under these names, in one change set.

    `version` is that of the plan which the actor saw; another present one raises StaleCustomer.
    Raises NotFound, NotAllowed, InvalidValues, ConversionForbidden.
    """
    by.require("customers.edit")
    given = {name: getattr(names, name) for name in ("given_name", "family_name", "company_name")}
    cleaned = rules.checked(CustomerData(given), today=clock.today(by.time_zone)).fields
    with change_set(by=by, operation="customers.convert", summary="") as current:
        customer = operations.lock_customer(customer_id)
        operations.require_version(customer, version)
        _require_other(customer, to_kind)
        _require_no_obstacle(customer, to_kind, by)
        former = customer.name
        wished = conversion.converted(to_kind, Names(**cleaned))
        changed = [name for name, value in wished.items() if getattr(customer, name) != value]
        operations.require_editable(changed, by)
        for name in changed:
            setattr(customer, name, wished[name])
        operations.apply_folding(customer)
        customer.save_changes(*changed, *FOLDED_COLUMNS)
        operations.announce(customer.id)
        current.summary = current.summary or _summary(former, customer)
    return customer


def other_kind(kind: str) -> str:
    """What a customer of this kind can be converted to."""
    return Kind.COMPANY.value if kind == Kind.PERSON else Kind.PERSON.value


def _require_other(customer: Customer, to_kind: str) -> None:
    if to_kind not in Kind.values:
        raise InvalidValues(
            {"to_kind": f"“{to_kind[:40]}” is no account type. Use person or company."}
        )
    if customer.kind == to_kind:
        raise InvalidValues({"to_kind": f"{customer.name} is a {to_kind} already."})


def _require_no_obstacle(customer: Customer, to_kind: str, by: Actor) -> None:
    found = _obstacles(customer, to_kind, by)
    if found:
        told = [{"words": o.words, "record": o.record, "number": o.number} for o in found]
        raise ConversionForbidden(
            f"{customer.name} cannot become a {to_kind} yet. {' '.join(o.words for o in found)}",
            details={"obstacles": told},
        )


def _obstacles(customer: Customer, to_kind: str, by: Actor) -> tuple[Obstacle, ...]:
    return tuple(said for step in _before_conversion for said in step(customer, to_kind, by))


def _values(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in rules.PLAIN_FIELDS}


def _summary(former: str, customer: Customer) -> str:
    renamed = "" if customer.name == former else f", now called {customer.name}"
    return f"Made {former} a {customer.kind}{renamed}"
