"""Status, and deleting with a preview; both can be taken back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.customers import operations, queries
from wayfolk.customers.queries import successors
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers import related


@require_POST
@signed_in("customers.edit")
def change_status(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    status = request.POST.get("status", "")
    operations.set_status([customer.id], status, by=by)
    toasts.add(
        request,
        f"{customer.name} is now {status}.",
        undo_url=toasts.undo_url(),
    )
    return htmx.redirect(request, reverse("customers:detail", args=[number]))


@require_http_methods(["GET", "POST"])
@signed_in("customers.delete")
def delete(request: HttpRequest, number: int) -> HttpResponse:
    """First what would be touched (decision 5), then the deletion; Inactive is offered first."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    successors.require_own(customer, number)
    if request.method == "POST":
        departures = related.deletion_preview(customer, by=by)["itineraries"]
        operations.delete_customer(customer.id, by=by)
        promotions = "".join(
            f" {item['promoted']} is now the point of contact of {item['trip_id']}."
            for item in departures
            if item["promoted"]
        )
        toasts.add(
            request,
            f"Deleted {customer.name}.{promotions}",
            undo_url=toasts.undo_url(),
        )
        return htmx.redirect(request, reverse("customers:list"))
    context = {
        "customer": customer,
        "dialog_title": f"Delete {customer.name}?",
        **related.deletion_preview(customer, by=by),
    }
    return render(request, "customers/delete.html", context)
