"""From the customer's form to the one operation, and back to the form with what was refused."""

from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor
from wayfolk.web import saving
from wayfolk.web.customers import forms
from wayfolk.web.customers.forms import CustomerForm
from wayfolk.web.saving import Outcome


def save_form(form: CustomerForm, customer: Customer, *, by: Actor) -> Outcome[Customer]:
    """Update the customer with what this person changed; see saving.save_form."""

    def update(names: set[str], version: int) -> Customer:
        data = forms.data_of({name: form.cleaned_data[name] for name in names})
        return operations.update_customer(customer.id, data, by=by, version=version)

    def reload() -> tuple[Customer, CustomerForm]:
        present = queries.get_customer(customer.id, by=by)
        return present, CustomerForm(by=by, customer=present)

    version = form.data.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else customer.version
    return saving.save_form(form, version=seen, update=update, reload=reload)


def create_from(form: CustomerForm, *, by: Actor) -> Customer | None:
    """A new customer from the form; None where the form now carries the reasons why not."""
    if not form.is_valid():
        return None
    filled = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    try:
        return operations.create_customer(forms.data_of(filled), by=by)
    except InvalidValues as refused:
        saving.show_refusal(form, refused, {})
        return None
