"""The customer page: who this is, what they travel on, what happened."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from wayfolk.customers import queries
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.merging import aliases
from wayfolk.identity.search import recency
from wayfolk.kit.errors import NotAllowed
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.bookings import totals_panel
from wayfolk.web.customers import indicators, related, saving, values, warnings
from wayfolk.web.customers.forms import STATUS_TONES, CustomerForm, form_for

LIST = "list"  # where the address carries the state of the list that one came from
LIST_MAX = 2_000


@require_safe
@signed_in("customers.view")
def detail(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    if customer.number != number:  # merged: the address of the former record leads on for ever
        return redirect("customers:detail", customer.number)
    recency.touch([customer.id])
    form = form_for(customer, by=by)
    return render(request, "customers/detail.html", _page(request, customer, form, by))


@require_POST
@signed_in("customers.view")
def update(request: HttpRequest, number: int) -> HttpResponse:
    """Update of the page's form (TQ-10): what this person may not change is refused field by
    field with the reason (TQ-11), the rest is stored.
    """
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    form = form_for(customer, request.POST, by=by)
    if not by.may("customers.edit"):
        return _refused(request, customer, form, by)
    refused = saving.refusals(form, by=by)
    outcome = saving.save_form(form, customer, by=by)
    if outcome.record is not None:
        undo = toasts.undo_url()
        if undo or not refused:
            text = "Customer updated." if undo else "Nothing had changed."
            toasts.add(request, text, level="success" if undo else "info", undo_url=undo)
        if not refused:
            return htmx.redirect(request, _address(request, number))
        present = queries.get_customer_by_number(number, by=by)
        return _partly_stored(request, present, form, refused, bool(undo))
    saving.show_refusals(form, refused)
    context = _page(request, customer, form, by)
    context |= {"question": outcome.question, "version": outcome.version}
    return render(request, "customers/detail.html", context, status=outcome.status)


def _partly_stored(
    request: HttpRequest,
    customer: Customer,
    form: CustomerForm,
    refused: Mapping[str, str],
    is_stored: bool,
) -> HttpResponse:
    """The page as it is now, saying what of the update was not taken."""
    saving.show_refusals(form, refused)
    context = _page(request, customer, form, actor_of(request))
    stored = "The other changes were saved." if is_stored else ""
    context |= {"version": customer.version, "stored_words": stored}
    return render(request, "customers/detail.html", context, status=422)


def _refused(
    request: HttpRequest, customer: Customer, form: CustomerForm, by: Actor
) -> HttpResponse:
    """Nothing is stored for who may not edit customers at all (TQ-11, TQ-12)."""
    try:
        by.require("customers.edit")
    except NotAllowed as refused:
        form.add_error(None, f"Nothing was saved. {refused.message}")
    context = _page(request, customer, form, by)
    return render(request, "customers/detail.html", context, status=403)


@require_safe
@signed_in("customers.view")
def section(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """A section that was closed, when it is opened; without htmx a page of its own."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    part = related.section(request, customer, name, by=by)
    context = {"customer": customer, "part": part}
    is_part = htmx.wants_fragment(request)
    return render(request, part.template if is_part else "customers/section.html", context)


@require_safe
@signed_in("customers.view")
def value_history(request: HttpRequest, number: int) -> HttpResponse:
    """Where one value of the page is from: `field` as the form names it."""
    by = actor_of(request)
    by.require("history.view")
    customer = queries.get_customer_by_number(number, by=by)
    steps = values.history_of(customer, request.GET.get("field", ""), by=by)
    return render(request, "customers/_value_history.html", {"steps": steps})


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
    sees_history = by.may("history.view")
    around = related.sections(request, customer, by=by)
    return {
        "customer": customer,
        "form": form,
        "status_tone": STATUS_TONES[Status(customer.status)],
        "may_edit": by.may("customers.edit"),
        "may_delete": by.may("customers.delete"),
        "may_merge": by.may("customers.merge"),
        "merged_count": len(aliases.absorbed_by(customer.id)) if by.may("customers.merge") else 0,
        "may_change_status": by.may("customers.edit") and by.may_edit("customer.status"),
        "values_url": reverse("customers:values", args=[customer.number]) if sees_history else "",
        "list_query": (query := _list_query(request)),
        "list_url": f"{reverse('customers:list')}?{query}" if query else reverse("customers:list"),
        "warnings": warnings.warnings_of(customer, around["counted"], by=by),
        "indicators": indicators.indicators_of(customer, by=by),
        "secondary_faults": sum(1 for name in form.errors if name.startswith("secondary_")),
        "primary_faults": sum(1 for name in form.errors if name.startswith("primary_")),
        **around,
        **totals_panel.for_customer(customer, by=by),
    }


def _list_query(request: HttpRequest) -> str:
    """The filters of the list that the reader came from, for the way back (TQ-01).

    From the list itself they are in the referring address; an update hands them on.
    """
    said = request.POST.get(LIST) or request.GET.get(LIST)
    if said is None:
        came_from = urlsplit(request.headers.get("Referer", ""))
        is_here = came_from.netloc == request.get_host()
        said = came_from.query if is_here and came_from.path == reverse("customers:list") else ""
    return QueryDict(said[:LIST_MAX]).urlencode()


def _address(request: HttpRequest, number: int) -> str:
    query = _list_query(request)
    page = reverse("customers:detail", args=[number])
    return f"{page}?{urlencode({LIST: query})}" if query else page
