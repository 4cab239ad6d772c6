"""A customer's timeline: a section of the customer page, and a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wayfolk.customers import queries as customer_queries
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.communications import presenters


@require_GET
@signed_in("communications.view", module="communications")
def of_customer(request: HttpRequest, number: int) -> HttpResponse:
    by = actor_of(request)
    by.require("customers.view")
    customer = customer_queries.get_customer_by_number(number, by=by)
    context = presenters.timeline_of(request, customer, by=by)
    is_part = htmx.wants_fragment(request)
    template = "communications/timeline.html" if is_part else "communications/of_customer.html"
    return render(request, template, context)
