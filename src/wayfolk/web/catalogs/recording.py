"""Creating and editing a catalog order, sending and cancelling it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.customers import queries as customer_queries
from wayfolk.kit.errors import NotFound
from wayfolk.sales.models import CatalogOrder
from wayfolk.sales.operations import orders as operations
from wayfolk.sales.queries import orders as queries
from wayfolk.sales.rules import orders as rules
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.catalogs import presenters
from wayfolk.web.catalogs.forms import OrderForm
from wayfolk.web.catalogs.presenters import page_url
from wayfolk.web.changes import presenters as changes


@require_http_methods(["GET", "POST"])
@signed_in("catalogs.edit", module="catalogs")
def create(request: HttpRequest) -> HttpResponse:
    """A new order; `customer` in the address chooses whose, with the address it goes to."""
    by = actor_of(request)
    if request.method == "GET":
        form = OrderForm(by=by, chosen=_chosen(request.GET.get("customer", ""), by))
        return _show(request, form)
    form = OrderForm(request.POST, by=by)
    if record_picker.is_searching(request.POST):
        return _show(request, form)
    order = saving.create_from(
        form, lambda names: operations.create_order(form.data_of(names), by=by)
    )
    if order is None:
        return _show(request, form, status=422)
    toasts.add(request, f"Created catalog order {order.number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(order))


@require_http_methods(["GET", "POST"])
@signed_in("catalogs.view", module="catalogs")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """The order's page; it is edited where it is shown."""
    by = actor_of(request)
    order = queries.get_order_by_number(number, by=by)
    if request.method == "GET":
        form = OrderForm(by=by, order=order)
        return _show(request, form, order=order, version=order.version)
    by.require("catalogs.edit")
    form = OrderForm(request.POST, by=by, order=order)
    version = saving.posted_version(request)
    if record_picker.is_searching(request.POST):
        return _show(request, form, order=order, version=version)

    def update(names: set[str], seen: int) -> CatalogOrder:
        data = form.data_of(names)
        return operations.update_order(order.id, data, by=by, version=seen)

    def reload() -> tuple[CatalogOrder, OrderForm]:
        present = queries.get_order(order.id, by=by)
        return present, OrderForm(by=by, order=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, order=order, status=outcome.status, **context)
    saving.tell_updated(request, f"Catalog order {number}")
    return htmx.redirect(request, page_url(order))


@require_GET
@signed_in("catalogs.view", module="catalogs")
def history(request: HttpRequest, number: int) -> HttpResponse:
    """The History section, loaded when it is opened."""
    by = actor_of(request)
    by.require("history.view")
    order = queries.get_order_by_number(number, by=by)
    return render(request, "changes/history.html", changes.history_for(request, order.id, by=by))


@require_POST
@signed_in("catalogs.edit", module="catalogs")
def send(request: HttpRequest, number: int) -> HttpResponse:
    """It was posted."""
    by = actor_of(request)
    order = queries.get_order_by_number(number, by=by)
    operations.send_order(order.id, by=by)
    toasts.add(request, f"Catalog order {number} is sent.", undo_url=toasts.undo_url())
    back = htmx.local_url(request, request.POST.get("next"), fallback=page_url(order))
    return htmx.redirect(request, back)


@require_POST
@signed_in("catalogs.edit", module="catalogs")
def cancel(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    order = queries.get_order_by_number(number, by=by)
    operations.cancel_order(order.id, by=by)
    toasts.add(request, f"Cancelled catalog order {number}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(order))


def _chosen(number: str, by: Actor) -> dict[str, str]:
    """The customer of the address with where their post goes; nothing for a number of nobody."""
    sought = record_picker.number_in(number)
    if sought is None:
        return {}
    try:
        customer = customer_queries.get_customer_by_number(sought, by=by)
    except NotFound:
        return {}
    return {"customer": number, **queries.address_for(customer.id, by=by)}


def _show(
    request: HttpRequest,
    form: OrderForm,
    *,
    status: int = 200,
    order: CatalogOrder | None = None,
    **context: Any,
) -> HttpResponse:
    by = actor_of(request)
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    may_edit = by.may("catalogs.edit")
    if not may_edit:
        for field in form.fields.values():
            field.disabled = True
    context |= {
        "form": form,
        "order": order,
        "row": presenters.row_of(order, by) if order else None,
        "record": order,
        "noun": "catalog order",
        "back_url": reverse("catalogs:list"),
        "may_edit": may_edit,
        "may_step": may_edit and order is not None and order.status == rules.ORDERED,
        "sees_history": order is not None and by.may("history.view"),
        "history_url": reverse("catalogs:history", args=[order.number]) if order else "",
    }
    return render(request, "catalogs/form.html", context, status=status)
