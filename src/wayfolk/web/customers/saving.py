"""From the customer's form to the one operation, and back to the form with what was refused."""

from collections.abc import Mapping
from typing import Any

from wayfolk.customers import operations, queries, rules
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


def refusals(form: CustomerForm, *, by: Actor) -> dict[str, str]:
    """Field -> why what was sent for it is not stored (TQ-11).

    A page offers no control for such a field: it was opened before the role changed, or was
    not sent by a page. A value equal to the present one asks for nothing.
    """
    wanted = {name: why for name in _KNOWN if (why := _refusal(form, name, by))}
    return {name: why for name, why in wanted.items() if _differs(form, name)}


_KNOWN = (
    *(name for name in rules.PLAIN_FIELDS if name != "kind"),
    *(
        rules.form_key(each, name)
        for each in rules.SETS
        for name in (*rules.CONTACT_KINDS, *rules.ADDRESS_FIELDS)
    ),
)


def _refusal(form: CustomerForm, name: str, by: Actor) -> str:
    """Why this form stores nothing in the field; "" where it does."""
    field = form.fields.get(name)
    if name not in form.data or (field is not None and not field.disabled):
        return ""
    label = rules.LABELS[forms.plain_name(name)]
    if form.kind == "company" and name in rules.PERSON_ONLY and field is None:
        return f"A company has no {label}, so that was not stored."
    if name == "status":
        return "The status has its own button in the head of the page."
    return (
        f"Left as it is: your role “{by.role_name}” may not change the {label}."
        " An administrator can allow it under Settings, Roles."
    )


def _differs(form: CustomerForm, name: str) -> bool:
    """Of a field that is hidden from the reader, nothing tells what stands in it."""
    if name not in form.fields:
        return bool(form.data[name])
    return _plain(form.data[name]) != _plain(form.get_initial_for_field(form.fields[name], name))


def _plain(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def show_refusals(form: CustomerForm, refused: Mapping[str, str]) -> None:
    """Each at its field; of a field that is not on the page above the form."""
    for name, why in refused.items():
        form.add_error(name if name in form.fields else None, why)
