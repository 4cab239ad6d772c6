"""Where a value of the customer page is from, as its popover shows it."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from wayfolk.audit.values import Step
from wayfolk.customers.models import Customer
from wayfolk.customers.queries.values import history_of_value
from wayfolk.staff.rules import Actor
from wayfolk.web.changes.presenters import author_name


@dataclass(frozen=True, slots=True)
class StepShown:
    """A value and its source; `source` and `url` are "" where those are not for this reader."""

    value: str
    at: datetime
    author: str
    source: str
    url: str


def history_of(customer: Customer, name: str, *, by: Actor) -> list[StepShown]:
    """The latest values, the present one first."""
    return [_shown(step) for step in history_of_value(customer, name, by=by)]


def _shown(step: Step) -> StepShown:
    change_set = step.change_set
    if change_set is None:
        return StepShown(step.value, step.at, "", "", "")
    author = author_name(change_set.author_kind, change_set.author_name)
    url = reverse("changes:detail", args=[change_set.id])
    return StepShown(step.value, step.at, author, change_set.summary, url)
