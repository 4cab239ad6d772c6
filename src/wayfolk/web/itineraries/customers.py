"""Customers on an itinerary: the link dialog, points of contact, taking off."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.customers import queries as customer_queries
from wayfolk.customers.models import Customer
from wayfolk.identity.matching.creating import PossibleDuplicate
from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import linking
from wayfolk.itineraries.operations.linking import StaleLinks
from wayfolk.itineraries.operations.outcomes import Outcome
from wayfolk.itineraries.rules import PointOfContactNeeded
from wayfolk.kit.errors import Refusal
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.itineraries import picker, presenters, record
from wayfolk.web.itineraries.editing import NOT_ADDED
from wayfolk.web.itineraries.picker import Picker


@require_http_methods(["GET", "POST"])
@signed_in("itineraries.edit", module="itineraries")
def link(request: HttpRequest, number: int) -> HttpResponse:
    """The link dialog: stored links as they are until Save (TP-08), judged at the end (TP-33)."""
    by = actor_of(request)
    by.require("customers.view")
    itinerary = queries.get_itinerary_by_number(number, by=by)
    url = reverse("itineraries:customers", args=[number])
    if request.method == "GET":
        links = queries.list_links(itinerary.id, by=by)
        return _dialog(request, itinerary, picker.of_links(links, url, by=by))
    pending = picker.of_request(request, url, by=by)
    if request.POST.get("do"):
        if part := picker.part_of(request):
            return picker.show_part(request, pending, part)
        return _dialog(request, itinerary, pending)
    return _save(request, itinerary, pending, by)


@require_POST
@signed_in("itineraries.edit", module="itineraries")
def point_of_contact(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    """Tick or untick, saved at once (TP-18). `poc`: the numbers of all whose box is ticked."""
    is_poc = str(customer) in request.POST.getlist("poc")
    text = "is now point of contact" if is_poc else "is no longer point of contact"
    return _toggle(
        request,
        number,
        customer,
        text,
        lambda i, c, by: linking.set_point_of_contact(i.id, c.id, is_poc, by=by),
    )


@require_POST
@signed_in("itineraries.edit", module="itineraries")
def travelling(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    """Whether the customer travels (TP-23), saved at once."""
    travels = str(customer) in request.POST.getlist("travelling")
    text = "travels" if travels else "does not travel"
    return _toggle(
        request,
        number,
        customer,
        text,
        lambda i, c, by: linking.set_travelling(i.id, c.id, travels, by=by),
    )


@require_POST
@signed_in("itineraries.edit", module="itineraries")
def leader(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    """Make the customer trip leader, or leave the trip without one (TA-21)."""
    leads = request.POST.get("is_leader") == "1"
    text = "is now trip leader" if leads else "is no longer trip leader"
    return _toggle(
        request,
        number,
        customer,
        text,
        lambda i, c, by: linking.set_leader(i.id, c.id, leads, by=by),
    )


@require_http_methods(["GET", "POST"])
@signed_in("itineraries.edit", module="itineraries")
def remove(request: HttpRequest, number: int, customer: int) -> HttpResponse:
    """Take one customer off after a confirmation (TP-29)."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    found = customer_queries.get_customer_by_number(customer, by=by)
    context = {
        "itinerary": itinerary,
        "customer": found,
        "dialog_title": f"Remove {found.name}?",
        "action": reverse("itineraries:remove", args=[number, customer]),
    }
    if request.method == "GET":
        return render(request, "itineraries/remove.html", context)
    try:
        outcome = linking.unlink_customer(itinerary.id, found.id, by=by)
    except PointOfContactNeeded as refused:
        context["refusal"] = refused.message
        return render(request, "itineraries/remove.html", context, status=422)
    presenters.announce(request, outcome, f"{found.name} was taken off {itinerary.trip_id}.")
    return htmx.redirect(request, reverse("itineraries:detail", args=[number]))


@require_http_methods(["GET", "POST"])
@signed_in("itineraries.edit", module="itineraries")
def remove_all(request: HttpRequest, number: int) -> HttpResponse:
    """Take every customer off in one go (TP-32), after a confirmation."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    if request.method == "GET":
        context = {
            "itinerary": itinerary,
            "names": [linked.customer.name for linked in queries.list_links(itinerary.id, by=by)],
            "dialog_title": "Remove all customers?",
            "action": reverse("itineraries:remove_all", args=[number]),
        }
        return render(request, "itineraries/remove.html", context)
    outcome = linking.unlink_all(itinerary.id, by=by)
    presenters.announce(request, outcome, f"All customers were taken off {itinerary.trip_id}.")
    return htmx.redirect(request, reverse("itineraries:detail", args=[number]))


def _save(request: HttpRequest, itinerary: Itinerary, pending: Picker, by: Actor) -> HttpResponse:
    """Store the pending list; a refusal comes back inside the dialog, with the list as it was."""
    status = 422
    if pending.is_new_open:
        pending.message = NOT_ADDED
    else:
        try:
            outcome = linking.save_links(
                itinerary.id, pending.choices(), by=by, expected=pending.expected
            )
        except StaleLinks:
            status = 409
            picker.merge_meanwhile(pending, queries.list_links(itinerary.id, by=by))
        except PossibleDuplicate as refused:
            pending.ask(refused)
        except Refusal as refused:
            pending.message = refused.message
        else:
            text = f"Saved the customers of {itinerary.trip_id}."
            presenters.announce(request, outcome, text)
            return htmx.redirect(request, reverse("itineraries:detail", args=[itinerary.number]))
    if htmx.wants_fragment(request):  # only the list: the form stays, and knows it is not saved
        answer = render(request, "itineraries/picker.html", {"picker": pending}, status=status)
        return htmx.retarget(answer, f"#{picker.PART}", swap="outerHTML")
    return _dialog(request, itinerary, pending, status=status)


def _dialog(
    request: HttpRequest, itinerary: Itinerary, pending: Picker, *, status: int = 200
) -> HttpResponse:
    context = {
        "itinerary": itinerary,
        "picker": pending,
        "dialog_title": f"Customers of {itinerary.trip_id} {itinerary.name}",
    }
    return render(request, "itineraries/link.html", context, status=status)


def _toggle(
    request: HttpRequest,
    number: int,
    customer_number: int,
    text: str,
    change: Callable[[Itinerary, Customer, Actor], Outcome],
) -> HttpResponse:
    """Store one fact; the table comes back as it is now, with the reason when it was refused."""
    by = actor_of(request)
    itinerary = queries.get_itinerary_by_number(number, by=by)
    customer = customer_queries.get_customer_by_number(customer_number, by=by)
    refusal = ""
    try:
        outcome = change(itinerary, customer, by)
        presenters.announce(request, outcome, f"{customer.name} {text}.")
    except PointOfContactNeeded as refused:
        refusal = refused.message
    status = 422 if refusal else 200
    if htmx.wants_fragment(request):
        rows = presenters.customer_rows(itinerary, queries.list_links(itinerary.id, by=by), by)
        context = record.section_of(itinerary, rows, by=by, refusal=refusal)
        return render(request, "itineraries/customers.html", context, status=status)
    if refusal:
        context = record.page_of(itinerary, by=by) | {"refusal": refusal}
        return render(request, "itineraries/detail.html", context, status=status)
    return htmx.redirect(request, reverse("itineraries:detail", args=[number]))
