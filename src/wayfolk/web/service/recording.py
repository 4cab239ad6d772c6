"""Opening a case and changing it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.bookings import queries as booking_queries
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import NotFound
from wayfolk.service import queries
from wayfolk.service.models import ServiceCase
from wayfolk.service.operations import cases
from wayfolk.staff.rules import Actor
from wayfolk.web import customer_picker, htmx, record_picker, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.service import presenters
from wayfolk.web.service.forms import CaseForm


@require_http_methods(["GET", "POST"])
@signed_in("service.edit", module="service")
def create(request: HttpRequest) -> HttpResponse:
    """A new case; `booking` or `customer` in the address says what it is about (TQ-46)."""
    by = actor_of(request)
    about = _booking(request.GET.get("booking", ""), by)
    customer = None if about else _customer(request.GET.get("customer", ""), by)
    if request.method == "GET":
        form = CaseForm(by=by, about=about, customer=customer)
        return _show(request, form, by, about=about, customer=customer)
    form = CaseForm(request.POST, by=by, about=about, customer=customer)
    if record_picker.is_searching(request.POST):
        return _show(request, form, by, about=about, customer=customer)

    def make(names: set[str]) -> ServiceCase:
        chosen = form.cleaned_data.get("customer")
        return cases.create_case(
            form.data_of(names),
            by=by,
            customer_id=chosen.id if chosen else None,
            booking_number=form.cleaned_data.get("booking"),
            brand=form.said_brand,
        )

    case = saving.create_from(form, make)
    if case is None:
        return _show(request, form, by, about=about, customer=customer, status=422)
    toasts.add(request, f"Case {case.number} opened.", undo_url=toasts.undo_url())
    return htmx.redirect(request, presenters.page_url(case.number))


@require_http_methods(["GET", "POST"])
@signed_in("service.edit", module="service")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    case = queries.get_case_by_number(number, by=by)
    if request.method == "GET":
        return _show(request, CaseForm(by=by, case=case), by, case=case, version=case.version)
    form = CaseForm(request.POST, by=by, case=case)
    version = saving.posted_version(request)

    def update(names: set[str], seen: int) -> ServiceCase:
        return cases.update_case(case.id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[ServiceCase, CaseForm]:
        present = queries.get_case_by_number(number, by=by)
        return present, CaseForm(by=by, case=present)

    outcome = saving.save_form(form, version=version, update=update, reload=reload)
    if outcome.record is None:
        context: dict[str, Any] = {"version": outcome.version, "question": outcome.question}
        return _show(request, form, by, case=case, status=outcome.status, **context)
    saving.tell_updated(request, f"Case {number}")
    return htmx.redirect(request, presenters.page_url(number))


def _booking(written: str, by: Actor) -> Booking | None:
    """The booking of the address, None for none: it can still be typed."""
    number = record_picker.number_in(written)
    if number is None or not booking_queries.may_see(by):
        return None
    try:
        return booking_queries.get_booking_by_number(number, by=by)
    except NotFound:
        return None


def _customer(written: str, by: Actor) -> Customer | None:
    return customer_picker.find_customer(written, by=by) if by.may("customers.view") else None


def _show(
    request: HttpRequest,
    form: CaseForm,
    by: Actor,
    *,
    status: int = 200,
    case: ServiceCase | None = None,
    about: Booking | None = None,
    customer: Customer | None = None,
    **context: Any,
) -> HttpResponse:
    if form.is_bound and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
    back_url, back_label = reverse("cases:list"), "Service cases"
    if about is not None:
        back_url, back_label = reverse("bookings:detail", args=[about.number]), about.product
    elif customer is not None:
        back_url = presenters.customer_url(customer.number, by) or back_url
        back_label = customer.name
    shown = presenters.about(case, by) if case else {"booking_facts": []}
    if about is not None:
        shown = {"booking_facts": presenters.booking_facts(about, by)}
    context |= {
        **shown,
        "form": form,
        "case": case,
        "record": case,
        "noun": "case",
        "back_url": presenters.page_url(case.number) if case else back_url,
        "back_label": f"Case {case.number}" if case else back_label,
    }
    return render(request, "cases/form.html", context, status=status)
