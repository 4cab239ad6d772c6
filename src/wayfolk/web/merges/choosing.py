"""The ways to the plan of a merge: another record is chosen, or several ticked in the list."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.customers import queries
from wayfolk.customers.models import Customer
from wayfolk.customers.queries import successors
from wayfolk.identity.merging.planning import ABSORBED_MAX
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customer_picker import CustomerField
from wayfolk.web.customers import selecting
from wayfolk.web.duplicates import presenters


def plan_url(main: int, others: Sequence[int]) -> str:
    """The page with the plan of merging these Customer Nos into `main`."""
    query = urlencode([("main", main), *(("with", number) for number in others)])
    return f"{reverse('merges:new')}?{query}"


class OtherForm(forms.Form):
    """The record that is the same person or company."""

    other = CustomerField(
        label="The same as",
        error_messages={"required": "Search for the other record, then select it."},
    )

    def __init__(self, data: QueryDict | None, *, customer: Customer, by: Actor) -> None:
        super().__init__(data)
        self.customer = customer
        other = self.fields["other"]
        assert isinstance(other, CustomerField)
        other.bind(by)

    def clean_other(self) -> Customer:
        other: Customer = self.cleaned_data["other"]
        if other.id == self.customer.id:
            raise forms.ValidationError("That is the record itself. Choose another one.")
        return other


@require_http_methods(["GET", "POST"])
@signed_in("customers.merge")
def with_another(request: HttpRequest, number: int) -> HttpResponse:
    """The dialog that asks for the other record, and leads to the plan."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    successors.require_own(customer, number)
    form = OtherForm(request.POST if request.method == "POST" else None, customer=customer, by=by)
    if form.is_bound and form.is_valid():
        return htmx.redirect(request, plan_url(number, [form.cleaned_data["other"].number]))
    name = presenters.named(customer, by)
    context = {"form": form, "customer": customer, "dialog_title": f"Merge {name} with…"}
    return render(request, "merges/with.html", context, status=422 if form.is_bound else 200)


@require_POST
@signed_in("customers.merge")
def ticked(request: HttpRequest) -> HttpResponse:
    """The plan for the customers ticked in the list; the record entered first is the main one."""
    by = actor_of(request)
    chosen = selecting.customers_of(request.POST, by=by).order_by("number")
    numbers = list(chosen.values_list("number", flat=True)[: ABSORBED_MAX + 2])
    if not 2 <= len(numbers) <= ABSORBED_MAX + 1:
        raise InvalidValue(
            f"Tick between 2 and {ABSORBED_MAX + 1} customers who are one person or company."
        )
    return htmx.redirect(request, plan_url(numbers[0], numbers[1:]))
