"""The dialog that makes a person a company, or a company a person: first the plan (KP-06)."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods

from wayfolk.customers import queries, rules
from wayfolk.customers.models import Customer, Gender, Kind
from wayfolk.customers.operations import StaleCustomer, converting
from wayfolk.customers.operations.converting import ConversionForbidden, Plan
from wayfolk.customers.rules.conversion import Names, Obstacle
from wayfolk.kit import countries
from wayfolk.kit.errors import InvalidValues, NotAllowed
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in

STALE = "Somebody changed the customer meanwhile. Look at the plan once more."


@dataclass(frozen=True, slots=True)
class Hurdle:
    """What has to end first, and where; url "" where the reader sees no such page."""

    words: str
    url: str


class NamesForm(forms.Form):
    """The names afterwards; for a company its own alone."""

    given_name = forms.CharField(label="First name", required=False)
    family_name = forms.CharField(label="Last name", required=False)
    company_name = forms.CharField(label="Company", required=False)

    def __init__(self, data: QueryDict | None, *, plan: Plan) -> None:
        names = plan.names
        initial = {
            "given_name": names.given_name,
            "family_name": names.family_name,
            "company_name": names.company_name,
        }
        super().__init__(data, initial=initial)
        if plan.to_kind == Kind.COMPANY:
            del self.fields["given_name"], self.fields["family_name"]
            self.fields["company_name"].label = "Company name"
        else:
            self.fields["company_name"].help_text = "Whom the person works for, if anybody."

    def names(self) -> Names:
        return Names(**self.cleaned_data)


@require_http_methods(["GET", "POST"])
@signed_in("customers.edit")
def convert(request: HttpRequest, number: int) -> HttpResponse:
    """What is kept, moves and is lost, and what forbids it; then the conversion."""
    by = actor_of(request)
    customer = queries.get_customer_by_number(number, by=by)
    plan = converting.plan(customer.id, by=by)
    if request.method == "GET":
        return _show(request, plan, NamesForm(None, plan=plan), by)
    form = NamesForm(request.POST, plan=plan)
    done = _carry_out(form, plan, saving.posted_version(request), by)
    if done is None:
        return _show(request, plan, form, by, status=422)
    toasts.add(request, f"{done.name} is a {done.kind} now.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("customers:detail", args=[number]))


def _carry_out(form: NamesForm, plan: Plan, version: int, by: Actor) -> Customer | None:
    """The customer afterwards; None where the form, or the plan shown again, says why not."""
    if not form.is_valid():
        return None
    try:
        return converting.convert(
            plan.customer.id, plan.to_kind, form.names(), by=by, version=version
        )
    except StaleCustomer:
        form.add_error(None, STALE)
    except InvalidValues as refused:
        saving.show_refusal(form, refused, {})
    except ConversionForbidden:
        pass  # the plan names what stands in the way
    except NotAllowed as refused:
        form.add_error(None, refused.message)
    return None


def _show(
    request: HttpRequest, plan: Plan, form: NamesForm, by: Actor, *, status: int = 200
) -> HttpResponse:
    customer = plan.customer
    context = {
        "plan": plan,
        "form": form,
        "customer": customer,
        "hurdles": [_hurdle(each, by) for each in plan.obstacles],
        "lost": [_in_words(name, customer, by) for name in plan.lost],
        "dialog_title": f"Convert {customer.name} to a {plan.to_kind}",
    }
    return render(request, "customers/convert.html", context, status=status)


def _in_words(name: str, customer: Customer, by: Actor) -> str:
    """A field that is lost with its value, the value only where the reader sees it."""
    label = rules.LABELS[name]
    rule = rules.FIELD_RULES.get(name)
    if rule and not by.may_see(rule):
        return label
    return f"{label} {_value(name, getattr(customer, name))}"


def _value(name: str, value: Any) -> str:
    if name == "birth_on":
        return date_format(value, "j M Y")
    if name == "gender":
        return str(Gender(value).label)
    if name == "nationality":
        return countries.country_name(value)
    return str(value)


def _hurdle(obstacle: Obstacle, by: Actor) -> Hurdle:
    record = obstacle.record or "customer"
    if obstacle.number is None or not by.may(f"{record}s.view"):
        return Hurdle(obstacle.words, "")
    return Hurdle(obstacle.words, reverse(f"{record}s:detail", args=[obstacle.number]))
