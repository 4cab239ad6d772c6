"""From the customer's form to the one operation, and back to the form with what was refused."""

from wayfolk.customers import operations, queries
from wayfolk.customers.models import Customer
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
        return present, forms.form_for(present, by=by)

    version = form.data.get("version", "")
    seen = int(version) if version.isdecimal() and len(version) < 10 else customer.version
    return saving.save_form(form, version=seen, update=update, reload=reload)
