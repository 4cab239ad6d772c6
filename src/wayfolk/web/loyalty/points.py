"""The customer's section Bonus, and the dialogs of the points ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound, Refusal
from wayfolk.loyalty import queries
from wayfolk.loyalty.operations import points
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.loyalty import presenters
from wayfolk.web.loyalty.forms import CorrectForm, GrantForm, RedeemForm, TransferForm


@require_GET
@signed_in("loyalty.view", module="loyalty")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    """Balance, ledger and packages: the part of the customer's page, or a page of its own."""
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    context = presenters.bonus_of(request, customer, by)
    is_part = htmx.wants_fragment(request)
    name = "loyalty/_bonus.html" if is_part else "loyalty/of_customer.html"
    return render(request, name, context)


@dataclass(frozen=True)
class Step:
    """What one of the dialogs does: its form, its words, the operation."""

    form: Callable[..., forms.Form]
    title: str
    submit: str
    done: str
    carry_out: Callable[[Customer, dict[str, Any], Actor], object]


def _transfer(customer: Customer, values: dict[str, Any], by: Actor) -> object:
    to = values["to"].id
    return points.transfer_points(customer.id, to, values["points"], reason=values["reason"], by=by)


STEPS = {
    "grant": Step(
        GrantForm,
        "Grant points",
        "Grant",
        "{points:,} points granted.",
        lambda customer, values, by: points.grant_points(customer.id, by=by, **values),
    ),
    "redeem": Step(
        RedeemForm,
        "Redeem points",
        "Redeem",
        "{points:,} points redeemed.",
        lambda customer, values, by: points.redeem_points(customer.id, by=by, **values),
    ),
    "correct": Step(
        CorrectForm,
        "Correct the balance",
        "Correct",
        "Balance corrected by {points:,}.",
        lambda customer, values, by: points.correct_points(customer.id, by=by, **values),
    ),
    "transfer": Step(
        TransferForm, "Hand points on", "Hand on", "{points:,} points handed on.", _transfer
    ),
}


@require_http_methods(["GET", "POST"])
@signed_in("loyalty.edit", module="loyalty")
def write(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """One of the dialogs; a refusal stands at its field."""
    by = actor_of(request)
    points.require_rights(by)
    if step not in STEPS:
        raise NotFound("There is no such page.")
    customer = customer_queries.get_customer_by_number(number, by=by)
    chosen = STEPS[step]
    form = chosen.form(request.POST or None, by=by)
    if request.method == "GET" or not form.is_valid():
        return _show(request, customer, chosen, form, by)
    try:
        chosen.carry_out(customer, form.cleaned_data, by)
    except (NotFound, NotAllowed):
        raise
    except InvalidValues as refused:
        saving.show_refusal(form, refused, {})
        return _show(request, customer, chosen, form, by)
    except Refusal as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _show(request, customer, chosen, form, by)
    text = chosen.done.format(points=form.cleaned_data["points"])
    toasts.add(request, text, undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("customers:detail", args=[number]))


def _show(
    request: HttpRequest, customer: Customer, step: Step, form: forms.Form, by: Actor
) -> HttpResponse:
    context = {
        "customer": customer,
        "form": form,
        "submit": step.submit,
        "balance": queries.points_of(customer.id, by=by).balance,
        "dialog_title": f"{step.title}: {customer.name}",
    }
    status = 200 if request.method == "GET" else 422
    return render(request, "loyalty/points.html", context, status=status)
