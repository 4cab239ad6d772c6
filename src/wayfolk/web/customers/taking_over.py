"""What was typed for a new customer becomes an update of one who is there already (KP-31).

The page shows both values of each field that differs; nothing is stored before it is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from wayfolk.customers import operations, queries, rules
from wayfolk.customers.models import Customer
from wayfolk.customers.operations import StaleCustomer
from wayfolk.kit import contact
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import forms
from wayfolk.web.customers import saving as customer_saving
from wayfolk.web.customers.forms import CustomerForm
from wayfolk.web.customers.trade import TradeForm

CONFIRM = "confirm"
TAKE, KEEP = "take", "keep"
_REACH = tuple(rules.form_key(each, name) for each in rules.SETS for name in rules.CONTACT_KINDS)
_PLACES = tuple(rules.form_key(each, name) for each in rules.SETS for name in rules.ADDRESS_FIELDS)
_NAMES = (*rules.PLAIN_FIELDS, *_REACH, *_PLACES)


@dataclass
class Difference:
    """A field whose typed value is another than the stored one; `takes`: which is chosen."""

    name: str
    label: str
    present: str
    typed: str
    takes: bool
    fault: str = ""


@require_POST
@signed_in("customers.edit")
def take_over(request: HttpRequest, number: int) -> HttpResponse:
    """Show what would change about this customer; with `confirm`, change it."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    form = forms.form_for(customer, request.POST, by=by)
    form.is_valid()  # fills cleaned_data; what is at fault is told when it is stored
    found = list(_differences(form, customer, by))
    if not found and not customer_saving.refusals(form, by=by):
        toasts.add(request, f"All of that is on the record of {customer.name}.", level="info")
        return htmx.redirect(request, reverse("customers:detail", args=[number]))
    if not request.POST.get(CONFIRM):
        return _show(request, customer, form, found)
    return _confirmed(request, customer, form, found)


def _confirmed(
    request: HttpRequest, customer: Customer, form: CustomerForm, found: Sequence[Difference]
) -> HttpResponse:
    by, wanted = actor_of(request), [each.name for each in found if each.takes]
    data = forms.data_of({name: form.cleaned_data[name] for name in wanted})
    try:
        operations.update_customer(customer.id, data, by=by, version=saving.posted_version(request))
    except StaleCustomer:
        said = f"{customer.name} was changed by someone else meanwhile. Look once more, then save."
        return _show(request, customer, form, found, said=said, status=409)
    except InvalidValues as refused:
        for each in found:
            each.fault = refused.errors.get(each.name, "")
        return _show(request, customer, form, found, status=422)
    saving.tell_updated(request, customer.name)
    return htmx.redirect(request, reverse("customers:detail", args=[customer.number]))


def _show(
    request: HttpRequest,
    customer: Customer,
    form: CustomerForm,
    found: Sequence[Difference],
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    by = actor_of(request)
    name = customer.name if by.may_see("customer.name") else f"Customer {customer.number}"
    context = {
        "customer": customer,
        "name": name,
        "differences": found,
        "refused": list(customer_saving.refusals(form, by=by).values()),
        "typed": _typed(request.POST),
        "said": said,
        "kind": request.POST.get("kind", ""),
    }
    return render(request, "customers/take_over.html", context, status=status)


def _typed(sent: QueryDict) -> dict[str, str]:
    """All that was typed, so that one can go back to the form of a new customer with it."""
    names = (*_NAMES, *TradeForm.base_fields)
    return {name: str(sent[name]) for name in names if sent.get(name)}


def _differences(form: CustomerForm, customer: Customer, by: Actor) -> Iterator[Difference]:
    """Each field that was filled in and says something else than the record."""
    present = forms.values_of(customer)
    for name in _NAMES:
        field = form.fields.get(name)
        if field is None or field.disabled or not form.data.get(name):
            continue
        stored, typed = present[name], form.cleaned_data.get(name)
        if name == "takes_newsletter":
            typed = form.data[name]  # as the record's own value is written in the form
        if typed in (None, "") or _is_same(name, stored, typed, by):
            continue
        yield Difference(
            name=name,
            label=_label(name, field),
            present=_words(field, stored),
            typed=_words(field, typed),
            takes=_takes(form.data, name, stored),
        )


def _takes(sent: Mapping[str, Any], name: str, stored: Any) -> bool:
    """As chosen; at first what was typed, but the record's name, where it has one, stays."""
    chosen = sent.get(f"choice-{name}")
    if chosen is not None:
        return bool(chosen == TAKE)
    return not (name in rules.NAME_FIELDS and stored)


def _is_same(name: str, stored: Any, typed: Any, by: Actor) -> bool:
    """Whether both say the same but for how it is written."""
    if not stored:
        return False
    if name not in _REACH:
        return _folded(stored) == _folded(typed)
    if forms.plain_name(name) == "email":
        return contact.normalise_email(str(stored)) == contact.normalise_email(str(typed))
    normalised = [contact.normalise_phone(str(each), by.country) for each in (stored, typed)]
    return normalised[0] == normalised[1]


def _folded(value: Any) -> str:
    return " ".join(str("" if value is None else value).split()).casefold()


def _label(name: str, field: django_forms.Field) -> str:
    words = str(field.label or rules.LABELS[forms.plain_name(name)].capitalize())
    return f"{words} (secondary)" if name.startswith("secondary_") else words


def _words(field: django_forms.Field, value: Any) -> str:
    """A value as a person reads it."""
    if value is True:
        return "Yes"
    if value in (None, "", False):
        return ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return str(dict(getattr(field, "choices", [])).get(text, text))
