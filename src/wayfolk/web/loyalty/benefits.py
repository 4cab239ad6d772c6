"""Packages and extras: the section Customer extras, their forms, using and ending them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.kit import paging
from wayfolk.loyalty import queries
from wayfolk.loyalty.models import BonusPackage, CustomerExtra
from wayfolk.loyalty.operations import benefits
from wayfolk.loyalty.rules import SOON_DAYS
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.loyalty import presenters
from wayfolk.web.loyalty.forms import ExtraForm, PackageForm


@require_GET
@signed_in("loyalty.view", module="loyalty")
def extras_of_customer(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    rows = [presenters.extra_row(extra, by) for extra in queries.list_extras(customer.id, by=by)]
    context = {
        "customer": customer,
        "present": [row for row in rows if row.is_open],
        "former": [row for row in rows if not row.is_open],
        "may_edit_loyalty": by.may("loyalty.edit"),
    }
    is_part = htmx.wants_fragment(request)
    name = "loyalty/_extras.html" if is_part else "loyalty/extras_of_customer.html"
    return render(request, name, context)


@require_http_methods(["GET", "POST"])
@signed_in("loyalty.edit", module="loyalty")
def create_package(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    programmes = queries.list_programmes(by=by)
    if request.method == "GET":
        return _show(request, PackageForm(by=by, programmes=programmes), customer, "package")
    form = PackageForm(request.POST, by=by, programmes=programmes)
    made = saving.create_from(
        form, lambda names: benefits.create_package(customer.id, form.data_of(names), by=by)
    )
    if made is None:
        return _show(request, form, customer, "package", status=422)
    toasts.add(request, f"Package of “{made}” given.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(customer))


@require_http_methods(["GET", "POST"])
@signed_in("loyalty.edit", module="loyalty")
def edit_package(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    package, programmes = queries.get_package(row_id, by=by), queries.list_programmes(by=by)
    customer = package.customer
    if request.method == "GET":
        form = PackageForm(by=by, programmes=programmes, package=package)
        return _show(request, form, customer, "package", record=package, version=package.version)
    form = PackageForm(request.POST, by=by, programmes=programmes, package=package)

    def update(names: set[str], seen: int) -> BonusPackage:
        return benefits.update_package(package.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[BonusPackage, PackageForm]:
        present = queries.get_package(row_id, by=by)
        return present, PackageForm(by=by, programmes=programmes, package=present)

    version = saving.posted_version(request)
    try:
        outcome = saving.save_form(form, version=version, update=update, reload=reload)
    except benefits.NotUsable as refused:
        form.add_error(None, refused.message)
        return _show(
            request, form, customer, "package", record=package, status=422, version=version
        )
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(
            request, form, customer, "package", record=package, status=outcome.status, **context
        )
    saving.tell_updated(request, "Package")
    return htmx.redirect(request, page_url(customer))


@require_POST
@signed_in("loyalty.edit", module="loyalty")
def use_package(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    package = queries.get_package(row_id, by=by)
    return _done(request, package, "Package used.", lambda: benefits.use_package(package.id, by=by))


@require_POST
@signed_in("loyalty.edit", module="loyalty")
def end_package(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    package = queries.get_package(row_id, by=by)
    return _done(
        request, package, "Package ended.", lambda: benefits.end_package(package.id, by=by)
    )


@require_http_methods(["GET", "POST"])
@signed_in("loyalty.edit", module="loyalty")
def create_extra(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = customer_queries.get_customer_by_number(number, by=by)
    kinds = queries.list_kinds(by=by)
    if request.method == "GET":
        return _show(request, ExtraForm(by=by, kinds=kinds), customer, "extra")
    form = ExtraForm(request.POST, by=by, kinds=kinds)
    made = saving.create_from(
        form, lambda names: benefits.create_extra(customer.id, form.data_of(names), by=by)
    )
    if made is None:
        return _show(request, form, customer, "extra", status=422)
    toasts.add(request, f"Extra “{made}” given.", undo_url=toasts.undo_url())
    return htmx.redirect(request, page_url(customer))


@require_http_methods(["GET", "POST"])
@signed_in("loyalty.edit", module="loyalty")
def edit_extra(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    extra, kinds = queries.get_extra(row_id, by=by), queries.list_kinds(by=by)
    customer = extra.customer
    if request.method == "GET":
        form = ExtraForm(by=by, kinds=kinds, extra=extra)
        return _show(request, form, customer, "extra", record=extra, version=extra.version)
    form = ExtraForm(request.POST, by=by, kinds=kinds, extra=extra)

    def update(names: set[str], seen: int) -> CustomerExtra:
        return benefits.update_extra(extra.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[CustomerExtra, ExtraForm]:
        present = queries.get_extra(row_id, by=by)
        return present, ExtraForm(by=by, kinds=kinds, extra=present)

    version = saving.posted_version(request)
    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context = {"version": outcome.version, "question": outcome.question}
        return _show(
            request, form, customer, "extra", record=extra, status=outcome.status, **context
        )
    saving.tell_updated(request, f"Extra “{outcome.record}”")
    return htmx.redirect(request, page_url(customer))


@require_POST
@signed_in("loyalty.edit", module="loyalty")
def use_extra(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    extra = queries.get_extra(row_id, by=by)
    text = f"Extra “{extra}” used."
    return _done(request, extra, text, lambda: benefits.use_extra(extra.id, by=by))


@require_POST
@signed_in("loyalty.edit", module="loyalty")
def remove_extra(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    extra = queries.get_extra(row_id, by=by)
    text = f"Extra “{extra}” removed."
    return _done(request, extra, text, lambda: benefits.remove_extra(extra.id, by=by))


@require_GET
@signed_in("loyalty.view", module="loyalty")
def ending_packages(request: HttpRequest) -> HttpResponse:
    """Packages that end within SOON_DAYS, the soonest first."""
    by = actor_of(request)
    return _ending(request, queries.list_ending_packages(by=by), presenters.package_row, "packages")


@require_GET
@signed_in("loyalty.view", module="loyalty")
def ending_extras(request: HttpRequest) -> HttpResponse:
    """Extras with something left that end within SOON_DAYS, the soonest first."""
    by = actor_of(request)
    return _ending(request, queries.list_ending_extras(by=by), presenters.extra_row, "extras")


def _ending(
    request: HttpRequest, rows: Any, present: Callable[[Any, Any], Any], noun: str
) -> HttpResponse:
    by = actor_of(request)
    page = paging.page_of(
        rows,
        order="valid_to",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    sees_customers = by.may("customers.view")
    context = {
        "noun": noun,
        "days": SOON_DAYS,
        "rows": [
            (present(row, by), row.customer.name, page_url(row.customer) if sees_customers else "")
            for row in page.rows
        ],
        "count": paging.count_up_to(rows.select_related(None)),
        "tabs": [
            {"label": "Packages", "url": reverse("bonus:list"), "is_current": noun == "packages"},
            {"label": "Extras", "url": reverse("extras:list"), "is_current": noun == "extras"},
        ],
        "previous_url": f"?before={page.previous_cursor}" if page.previous_cursor else "",
        "next_url": f"?after={page.next_cursor}" if page.next_cursor else "",
    }
    return render(request, "loyalty/ending.html", context)


def page_url(customer: Customer) -> str:
    return reverse("customers:detail", args=[customer.number])


def _done(
    request: HttpRequest,
    row: BonusPackage | CustomerExtra,
    text: str,
    change: Callable[[], object],
) -> HttpResponse:
    """Carry it out; what cannot be used says why."""
    try:
        change()
        toasts.add(request, text, undo_url=toasts.undo_url())
    except benefits.NotUsable as refused:
        toasts.add(request, refused.message, level="error")
    return htmx.redirect(request, page_url(row.customer))


def _show(
    request: HttpRequest,
    form: forms.Form,
    customer: Customer,
    noun: str,
    *,
    record: BonusPackage | CustomerExtra | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    title = {"package": "bonus package", "extra": "customer extra"}[noun]
    context |= {
        "form": form,
        "customer": customer,
        "record": record,
        "noun": noun,
        "title": f"Edit {title}" if record else f"New {title}",
        "back_url": page_url(customer),
    }
    return render(request, f"loyalty/{noun}.html", context, status=status)
