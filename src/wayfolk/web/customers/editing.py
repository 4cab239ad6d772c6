"""Editing a customer in place, from another page's dialog (TP-37)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.customers import queries
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import saving
from wayfolk.web.customers.forms import form_for


@require_http_methods(["GET", "POST"])
@signed_in("customers.edit")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Edit Customer in a dialog; `next` is the page to return to."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    back = htmx.local_url(
        request,
        request.POST.get("next") or request.GET.get("next"),
        fallback=reverse("customers:detail", args=[number]),
    )
    form = form_for(customer, request.POST or None, by=by)
    context = {"form": form, "customer": customer, "back": back, "dialog_title": customer.name}
    if request.method == "POST":
        outcome = saving.save_form(form, customer, by=by)
        if outcome.record is not None:
            toasts.add(
                request,
                f"Updated {outcome.record.name}." if toasts.undo_url() else "Nothing had changed.",
                undo_url=toasts.undo_url(),
            )
            return htmx.redirect(request, back)
        context |= {"question": outcome.question, "version": outcome.version}
        return render(request, "customers/edit.html", context, status=outcome.status)
    return render(request, "customers/edit.html", context)
