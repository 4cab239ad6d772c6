"""The customer page: who this is, what they travel on, what happened."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wayfolk.customers import queries
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.search import recency
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import related, saving
from wayfolk.web.customers.forms import STATUS_TONES, CustomerForm, form_for


@require_safe
@signed_in("customers.view")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    recency.touch([customer.id])
    form = form_for(customer, by=by)
    return render(request, "customers/detail.html", _page(request, customer, form, by))


@require_POST
@signed_in("customers.view")
def update(request: HttpRequest, number: int) -> HttpResponse:
    """Update of the page's form (TQ-10); refusals are shown field by field (TQ-11)."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    form = form_for(customer, request.POST, by=by)
    outcome = saving.save_form(form, customer, by=by)
    if outcome.record is not None:
        undo = toasts.undo_url()
        text = "Customer updated." if undo else "Nothing had changed."
        toasts.add(request, text, level="success" if undo else "info", undo_url=undo)
        return htmx.redirect(request, reverse("customers:detail", args=[number]))
    context = _page(request, customer, form, by)
    context |= {"question": outcome.question, "version": outcome.version}
    return render(request, "customers/detail.html", context, status=outcome.status)


@require_safe
@signed_in("customers.view")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    customer = queries.get_customer_by_number(number, by=by)
    return related.history(request, customer.id, by=by)


def _page(
    request: HttpRequest, customer: Customer, form: CustomerForm, by: Actor
) -> dict[str, Any]:
    return {
        "customer": customer,
        "form": form,
        "status_tone": STATUS_TONES[Status(customer.status)],
        "may_edit": by.may("customers.edit"),
        "may_delete": by.may("customers.delete"),
        "may_change_status": by.may("customers.edit") and by.may_edit("customer.status"),
        "sees_history": by.may("history.view"),
        "secondary_faults": sum(1 for name in form.errors if name.startswith("secondary_")),
        "primary_faults": sum(1 for name in form.errors if name.startswith("primary_")),
        **related.sections(request, customer, by=by),
    }
