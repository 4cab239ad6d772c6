"""Saving the customer's form: three-way comparison when somebody else saved meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wayfolk.audit.queries import find_last_change_set
from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer
from wayfolk.customers.operations import StaleCustomer
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.staff.rules import Actor
from wayfolk.web.customers import forms
from wayfolk.web.customers.forms import CustomerForm


@dataclass
class Conflict:
    """The same fields changed by two people: what the template `components/conflict.html` reads."""

    other_name: str
    other_at: datetime
    fields: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Outcome:
    """`customer` when saved; else the form carries the errors, or `conflict` asks."""

    customer: Customer | None = None
    conflict: Conflict | None = None
    message: str = ""


def save_form(form: CustomerForm, keep: Mapping[str, str], *, by: Actor) -> Outcome:
    """Update the form's customer with what this person changed.

    Fields that only the other person changed keep the other's value without asking; fields
    that both changed are a conflict until `keep` ("keep-<name>" -> yours/theirs) decides.
    """
    if not form.is_valid() or form.customer is None:
        return Outcome(message="Some fields need correcting. Nothing was saved yet.")
    base = forms.read_base(form.cleaned_data["base"])
    yours = {
        name: value
        for name, value in form.values().items()
        if name not in base or forms.shown(value) != forms.shown(base[name])
    }
    try:
        return Outcome(_update(form.customer, yours, form.cleaned_data["version"], by))
    except StaleCustomer:
        return _save_over(form.customer, yours, base, keep, by)
    except InvalidValues as refused:
        _show_errors(form, refused)
        return Outcome(message="Some fields need correcting. Nothing was saved yet.")
    except NotAllowed as refused:
        return Outcome(message=refused.message)


def _update(customer: Customer, values: dict[str, Any], version: int, by: Actor) -> Customer:
    return operations.update_customer(
        customer.id, forms.data_of(values), by=by, version=version
    )


def _save_over(
    customer: Customer,
    yours: dict[str, Any],
    base: dict[str, Any],
    keep: Mapping[str, str],
    by: Actor,
) -> Outcome:
    present = queries.get_customer(customer.id, by=by)
    theirs = forms.values_of(present)
    clashing = [
        name
        for name, value in yours.items()
        if forms.shown(theirs[name]) not in {forms.shown(value), forms.shown(base.get(name))}
    ]
    undecided = [name for name in clashing if f"keep-{name}" not in keep]
    if not undecided:
        wanted = {n: v for n, v in yours.items() if keep.get(f"keep-{n}") != "theirs"}
        return Outcome(_update(present, wanted, present.version, by))
    last = find_last_change_set(present.id)
    conflict = Conflict(
        last.author_name if last else "Someone", last.started_at if last else present.updated_at
    )
    for name in clashing:
        conflict.fields.append(
            {
                "name": name,
                "label": forms.label_of(name),
                "original": forms.shown(base.get(name)),
                "yours": forms.shown(yours[name]),
                "theirs": forms.shown(theirs[name]),
            }
        )
    return Outcome(conflict=conflict)


def _show_errors(form: CustomerForm, refused: InvalidValues) -> None:
    for name, message in refused.errors.items():
        form.add_error(name if name in form.fields else None, message)


def create_from(form: CustomerForm, *, by: Actor) -> Outcome:
    """A new customer from the form, or the reasons why not."""
    if not form.is_valid():
        return Outcome(message="Some fields need correcting. Nothing was saved yet.")
    filled = {name: value for name, value in form.values().items() if value not in ("", None)}
    try:
        return Outcome(operations.create_customer(forms.data_of(filled), by=by))
    except InvalidValues as refused:
        _show_errors(form, refused)
        return Outcome(message="Some fields need correcting. Nothing was saved yet.")
