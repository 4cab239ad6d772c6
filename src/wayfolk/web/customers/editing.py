"""Creating a customer, and editing one in place from another page's dialog (TP-36, TP-37)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.customers import queries
from wayfolk.customers.models import Kind
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import saving
from wayfolk.web.customers.forms import CustomerForm
from wayfolk.web.search.new_customer import fields_of


@require_http_methods(["GET", "POST"])
@signed_in("customers.edit")
def create(request: HttpRequest) -> HttpResponse:
    """The form of a new customer; `q` is what somebody searched for in vain."""
    by = actor_of(request)
    form = CustomerForm(request.POST or None, by=by, initial=_searched_for(request))
    if request.method == "POST":
        customer = saving.create_from(form, by=by)
        if customer is not None:
            toasts.add(
                request,
                f"Created {customer.name}.",
                undo_url=toasts.undo_url(),
            )
            return htmx.redirect(request, reverse("customers:detail", args=[customer.number]))
    status = 422 if form.errors else 200
    return render(request, "customers/create.html", {"form": form}, status=status)


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
    form = CustomerForm(request.POST or None, by=by, customer=customer)
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


def _searched_for(request: HttpRequest) -> dict[str, str]:
    found = fields_of(request.GET.get("q", ""))
    reach = {"email": "primary_email", "phone": "primary_phone"}
    return {"kind": Kind.PERSON, **{reach.get(name, name): found[name] for name in found}}
