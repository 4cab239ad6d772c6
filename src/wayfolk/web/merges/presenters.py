"""The plan of a merge as its page shows it: records side by side, what differs first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from wayfolk.customers import queries
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.matching import queue
from wayfolk.identity.merging.rules import Field, Plan, Relation, Value
from wayfolk.staff.rules import Actor
from wayfolk.web.customers.forms import STATUS_TONES
from wayfolk.web.duplicates.presenters import PairShown, named, pair_shown
from wayfolk.web.merges.choosing import plan_url

CHOICE = "choice-"  # a field of the form: choice-<code of the field>


@dataclass(frozen=True, slots=True)
class Column:
    """One of the records. main_url: the same page with this one as the main record."""

    number: int
    name: str
    url: str
    status: str
    status_tone: str
    added: str
    main_url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one record has in a field. source: since when and by whom, "" since its creation."""

    number: int
    record: str
    text: str
    source: str
    is_chosen: bool
    may_choose: bool


@dataclass(frozen=True, slots=True)
class Row:
    """note: why the value is taken, where nobody may choose it."""

    name: str
    label: str
    note: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A guard that is not blocking."""

    code: str
    message: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class PlanShown:
    """differing, equal: rows; hidden: labels of fields that the reader may not see."""

    columns: Sequence[Column]
    differing: Sequence[Row]
    equal: Sequence[Row]
    hidden: Sequence[str]
    relations: Sequence[Relation]
    blocking: Sequence[str]
    confirmations: Sequence[Confirmation]
    pairs: Sequence[PairShown]
    fingerprint: str

    @property
    def main(self) -> Column:
        return self.columns[0]

    @property
    def others(self) -> Sequence[Column]:
        return self.columns[1:]


def shown(plan: Plan, *, confirmed: Collection[str], by: Actor) -> PlanShown:
    parties = (plan.survivor, *plan.absorbed)
    found = queries.get_customers([party.id for party in parties], by=by)
    customers = [found[party.id] for party in parties]
    rows = {field: _row(field, customers, by) for field in plan.fields if field.is_shown}
    return PlanShown(
        columns=[_column(each, customers, by) for each in customers],
        differing=[row for field, row in rows.items() if field.differs],
        equal=[row for field, row in rows.items() if not field.differs],
        hidden=[field.label for field in plan.fields if not field.is_shown],
        relations=plan.relations,
        blocking=[guard.message for guard in plan.blocking],
        confirmations=[
            Confirmation(guard.code, guard.message, guard.code in confirmed)
            for guard in plan.to_confirm
        ],
        pairs=_pairs(customers, by),
        fingerprint=plan.fingerprint,
    )


def _column(customer: Customer, customers: Sequence[Customer], by: Actor) -> Column:
    others = [each.number for each in customers if each.id != customer.id]
    return Column(
        number=customer.number,
        name=customer.name if by.may_see("customer.name") else "Customer",
        url=reverse("customers:detail", args=[customer.number]),
        status=customer.get_status_display(),
        status_tone=STATUS_TONES[Status(customer.status)],
        added=f"{timezone.localtime(customer.created_at):%-d %b %Y}",
        main_url=plan_url(customer.number, others),
    )


def _row(field: Field, customers: Sequence[Customer], by: Actor) -> Row:
    known = {customer.id: customer for customer in customers}
    may_choose = field.may_choose and field.differs
    cells = [
        _cell(value, field, known[value.customer_id], may_choose, by) for value in field.values
    ]
    note = field.combined if field.combined and len(field.combined) < 40 else ""
    reason = "" if may_choose or not field.differs else field.reason
    return Row(f"{CHOICE}{field.code}", capfirst(field.label), f"{reason} {note}".strip(), cells)


def _cell(value: Value, field: Field, customer: Customer, may_choose: bool, by: Actor) -> Cell:
    return Cell(
        number=customer.number,
        record=named(customer, by),
        text=value.value,
        source=_source(value) if value.value else "",
        is_chosen=value.customer_id == field.chosen,
        may_choose=may_choose,
    )


def _source(value: Value) -> str:
    if value.changed_at is None:
        return ""
    when = f"{timezone.localtime(value.changed_at):%-d %b %Y}"
    return f"changed {when} by {value.changed_by}" if value.changed_by else f"changed {when}"


def _pairs(customers: Sequence[Customer], by: Actor) -> list[PairShown]:
    """What speaks for and against each of the others being the main record."""
    main, *others = customers
    compared = queue.compare([(main.id, other.id) for other in others], by=by)
    known = {customer.id: customer for customer in customers}
    return [
        pair_shown(pair, named(known[pair.high], by) if len(others) > 1 else "")
        for pair in compared
    ]
