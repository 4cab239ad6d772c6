"""The history of one value of a customer, found by the name that forms and files use."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from wayfolk.audit.models import Change, Operation
from wayfolk.audit.values import Step, steps_of
from wayfolk.customers import rules
from wayfolk.customers.models import Address, ContactPoint, Customer
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.staff.rules import Actor


def history_of_value(customer: Customer, name: str, *, by: Actor) -> list[Step]:
    """The latest values of "given_name" or "secondary_email", the present one first.

    Raises NotFound for no such value, NotAllowed where the reader may not see it.
    """
    by.require("history.view")
    contact_set, _, plain = name.partition("_")
    if contact_set not in rules.SETS:
        contact_set, plain = "", name
    code = rules.FIELD_RULES.get(plain)
    if code and not by.may_see(code):
        raise NotAllowed(f"Your role “{by.role_name}” does not see this value.")
    if not contact_set and plain in rules.PLAIN_FIELDS:
        present = getattr(customer, plain)
        return steps_of(Customer._meta.db_table, [customer.id], plain, _plain(present), by=by)
    if contact_set and plain in rules.CONTACT_KINDS:
        return _of_part(ContactPoint, customer, {"set": contact_set, "kind": plain}, "value", by)
    if contact_set and plain in rules.ADDRESS_FIELDS:
        return _of_part(Address, customer, {"set": contact_set}, plain, by)
    raise NotFound("A customer has no such value.")


def _of_part(
    model: type[ContactPoint] | type[Address],
    customer: Customer,
    key: dict[str, str],
    column: str,
    by: Actor,
) -> list[Step]:
    """Of a contact point or an address, which goes when it is emptied: the gone ones as well."""
    table = model._meta.db_table
    present = model.objects.filter(customer_id=customer.id, **key).first()
    gone = Change.objects.filter(
        Q(**{f"before__{name}": value for name, value in key.items()}),
        subject_id=customer.id,
        table_name=table,
        operation=Operation.DELETE,
    )
    ids: list[UUID] = list(gone.values_list("row_id", flat=True)[:50])
    ids += [present.id] if present is not None else []
    return steps_of(table, ids, column, getattr(present, column, None), by=by)


def _plain(value: Any) -> Any:
    """As the change log has it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
