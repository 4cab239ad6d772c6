"""Writing customers: create, update, change status, delete and restore.

`converting`: a person who turns out to be a company, and the other way round.

Each function is one change set, checks the actor's rights down to the field, and leaves the
folded names true.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import folding, rules
from wayfolk.customers.models import Address, ContactPoint, Customer, Kind, Status
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import clock, tenancy, text
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed, NotFound
from wayfolk.organization import numbering
from wayfolk.organization.models import NumberKind, Organization
from wayfolk.staff.rules import Actor

CONVERTED_APART = (
    "The account type is changed by converting the customer, which shows first what is kept and"
    " what is lost: “Convert” on the customer's page, POST /customers/{number}/convert in the API."
)
BeforeDeletion = Callable[[Customer, Actor], None]
_before_deletion: list[BeforeDeletion] = []
AfterWriting = Callable[[UUID], None]
_after_writing: list[AfterWriting] = []


class StaleCustomer(Conflict):
    """Somebody saved the customer meanwhile; `details` has `version` (present) and `expected`."""

    code = "stale"


def before_deletion(step: BeforeDeletion) -> None:
    """Register what another domain does in the same change set before a customer goes.

    Called from that domain's app configuration (itineraries take the customer off trips).
    """
    _before_deletion.append(step)


def after_writing(step: AfterWriting) -> None:
    """Register what another domain derives of a single customer that was just written.

    Called at the end of the same transaction. Writes of many at once do not call it: whoever
    needs those too watches the tables (as identity.search does).
    """
    _after_writing.append(step)


def announce(customer_id: UUID) -> None:
    """Let the others derive what follows from a customer just written."""
    for step in _after_writing:
        step(customer_id)


def create_customer(data: CustomerData, *, by: Actor) -> Customer:
    """A new customer with the next number. First name alone is enough (TP-25, decision 10).

    Raises NotAllowed, InvalidValues (field -> message).
    """
    by.require("customers.edit")
    cleaned = rules.checked(data, today=clock.today(by.time_zone))
    require_editable(_named_fields(cleaned, only_filled=True), by)
    fields = dict(cleaned.fields)
    rules.require_name(
        fields.get("given_name", ""),
        fields.get("family_name", ""),
        fields.get("company_name", ""),
        kind=fields.get("kind", Kind.PERSON),
    )
    rules.require_fitting(fields.get("kind", Kind.PERSON), fields)
    with change_set(by=by, operation="customers.create", summary="") as current:
        number = numbering.take_number(NumberKind.CUSTOMER)
        customer = Customer(number=number, **fields)
        current.summary = current.summary or f"Created customer {customer.name}"
        apply_folding(customer)
        customer.save(force_insert=True)
        _write_contacts(customer, cleaned.contacts, by)
        _write_addresses(customer, cleaned.addresses)
        announce(customer.id)
    return customer


def update_customer(
    customer_id: UUID, data: CustomerData, *, by: Actor, version: int | None = None
) -> Customer:
    """Change the one master record; every page that shows it shows the new values (TP-37).

    `version` is the one that the editor saw; another present one raises StaleCustomer and
    changes nothing. Values equal to the present ones are no change, so a form may send
    fields that its reader cannot edit as long as they are untouched. Raises NotFound,
    NotAllowed, InvalidValues.
    """
    by.require("customers.edit")
    cleaned = rules.checked(data, today=clock.today(by.time_zone))
    with change_set(by=by, operation="customers.update", summary="") as current:
        customer = lock_customer(customer_id)
        require_version(customer, version)
        changed = changed_fields(customer, cleaned)
        require_editable({name.rpartition(":")[2] for name in changed}, by)
        plain = [name for name in changed if ":" not in name]
        if "kind" in plain:
            raise InvalidValues({"kind": CONVERTED_APART})
        rules.require_fitting(customer.kind, {name: cleaned.fields[name] for name in plain})
        for name in plain:
            setattr(customer, name, cleaned.fields[name])
        rules.require_name(
            customer.given_name, customer.family_name, customer.company_name, kind=customer.kind
        )
        current.summary = current.summary or f"Updated customer {customer.name}"
        if changed:
            _write_contacts(customer, cleaned.contacts, by)
            _write_addresses(customer, cleaned.addresses)
            apply_folding(customer)
            customer.save_changes(*plain, *FOLDED_COLUMNS)
            announce(customer.id)
    return customer


def set_status(customer_ids: Iterable[UUID], status: str, *, by: Actor) -> int:
    """Make customers active or inactive (TP-40); returns how many changed."""
    by.require("customers.edit")
    require_editable({"status"}, by)
    if status not in {Status.ACTIVE, Status.INACTIVE}:
        raise InvalidValues({"status": f"“{status}” is not a status. Use active or inactive."})
    with change_set(by=by, operation="customers.set_status", summary="") as current:
        customers = list(
            Customer.objects.present()
            .filter(id__in=list(customer_ids))
            .exclude(status=status)
            .locked()
        )
        for customer in customers:
            customer.status = status
            customer.save_changes("status")
        names = customers[0].name if len(customers) == 1 else f"{len(customers)} customers"
        current.summary = current.summary or f"Made {names} {status}"
    return len(customers)


def delete_customer(customer_id: UUID, *, by: Actor) -> Customer:
    """Take a customer out of use and off every itinerary (TP-38); undo restores everything.

    Bookings and stays keep pointing at the record. The number is never given again.
    """
    by.require("customers.delete")
    with change_set(by=by, operation="customers.delete", summary="") as current:
        customer = lock_customer(customer_id)
        current.summary = current.summary or f"Deleted customer {customer.name}"
        for step in _before_deletion:
            step(customer, by)
        customer.deleted_at = clock.now()
        customer.save_changes("deleted_at")
        announce(customer.id)
    return customer


def lock_customer(customer_id: UUID) -> Customer:
    """The present customer, locked until the transaction ends; raises NotFound."""
    customer = Customer.objects.present().filter(id=customer_id).locked().first()
    if customer is None:
        raise NotFound("There is no such customer. It may have been deleted meanwhile.")
    return customer


def require_version(customer: Customer, version: int | None) -> None:
    """Raises StaleCustomer unless `version` is the present one (None: whatever it is)."""
    if version is not None and customer.version != version:
        raise StaleCustomer(
            f"{customer.name} was changed by someone else while you were editing.",
            details={"version": customer.version, "expected": version},
        )


def changed_fields(customer: Customer, data: CustomerData) -> set[str]:
    """Names of what differs: plain names, and "set:name" for contacts and addresses."""
    contacts = {(c.set, c.kind): c.value for c in customer.contact_points.all()}
    addresses = {a.set: a for a in customer.addresses.all()}
    plain = {name for name, value in data.fields.items() if getattr(customer, name) != value}
    reach = {f"{s}:{k}" for (s, k), v in data.contacts.items() if contacts.get((s, k), "") != v}
    places = {
        f"{s}:{name}"
        for (s, name), value in data.addresses.items()
        if getattr(addresses.get(s), name, "") != value
    }
    return plain | reach | places


def derive_folded(customer_ids: Collection[UUID]) -> None:
    """Derive the folded names again, after customers were written in bulk."""
    stale = []
    for customer in Customer.objects.filter(id__in=customer_ids).locked().defer("notes"):
        present = _folded_values(customer)
        apply_folding(customer)
        if _folded_values(customer) != present:
            stale.append({"id": str(customer.id), **_folded_values(customer)})
    deriving.update_rows(Customer._meta.db_table, FOLDED_COLUMNS, stale)


def derive_reach(customer_ids: Collection[UUID]) -> None:
    """Normalise contact points again, after an undo put former values back."""
    region = Organization.objects.get(id=tenancy.current_organization_id()).country
    stale = [
        {"id": str(point.id), "normalised": normalised}
        for point in ContactPoint.objects.filter(customer_id__in=customer_ids)
        if (normalised := folding.normalise(point.kind, point.value, region)) != point.normalised
    ]
    deriving.update_rows(ContactPoint._meta.db_table, ["normalised"], stale)
    count_as_changed(customer_ids)


def derive_places(customer_ids: Collection[UUID]) -> None:
    """Derive the folded city of addresses again, after an undo put former values back."""
    addresses = Address.objects.filter(customer_id__in=customer_ids)
    deriving.derive_column(addresses, "folded_city", "city", text.fold)
    count_as_changed(customer_ids)


def count_as_changed(customer_ids: Collection[UUID]) -> None:
    """What was written to parts of a customer is a change of the customer: a new version."""
    rows = Customer.objects.filter(id__in=customer_ids).locked().only("id")
    deriving.update_rows(Customer._meta.db_table, [], [{"id": str(row.id)} for row in rows])


FOLDED_COLUMNS = ("sort_key", "folded_given", "folded_family", "folding_version")


def apply_folding(customer: Customer) -> None:
    """Give the customer the folded names that follow from its names; not saved."""
    folded = folding.fold_customer(
        given_name=customer.given_name,
        middle_name=customer.middle_name,
        family_name=customer.family_name,
        company_name=customer.company_name,
    )
    for column in FOLDED_COLUMNS:
        setattr(customer, column, getattr(folded, column))


def _folded_values(customer: Customer) -> dict[str, Any]:
    return {column: getattr(customer, column) for column in FOLDED_COLUMNS}


def _write_contacts(customer: Customer, contacts: Mapping[tuple[str, str], str], by: Actor) -> None:
    present = {(c.set, c.kind): c for c in ContactPoint.objects.filter(customer=customer)}
    for (contact_set, kind), value in contacts.items():
        point = present.get((contact_set, kind))
        normalised = folding.normalise(kind, value, by.country)
        if point is None and value:
            ContactPoint.objects.create(
                customer=customer, set=contact_set, kind=kind, value=value, normalised=normalised
            )
        elif point is not None and not value:
            ContactPoint.objects.filter(id=point.id).delete()
        elif point is not None and point.value != value:
            point.value, point.normalised = value, normalised
            point.save_changes("value", "normalised")


def _write_addresses(customer: Customer, addresses: Mapping[tuple[str, str], str]) -> None:
    present = {a.set: a for a in Address.objects.filter(customer=customer)}
    for contact_set in rules.SETS:
        values = {name: value for (s, name), value in addresses.items() if s == contact_set}
        address = present.get(contact_set)
        if address is None:
            if any(values.values()):
                folded_city = text.fold(values.get("city", ""))
                Address.objects.create(
                    customer=customer, set=contact_set, folded_city=folded_city, **values
                )
            continue
        changed = [name for name, value in values.items() if getattr(address, name) != value]
        for name in changed:
            setattr(address, name, values[name])
        if not any(getattr(address, name) for name in rules.ADDRESS_FIELDS):
            Address.objects.filter(id=address.id).delete()
        elif changed:
            address.folded_city = text.fold(address.city)
            address.save_changes(*changed, "folded_city")


def _named_fields(data: CustomerData, *, only_filled: bool) -> set[str]:
    pairs = [
        *data.fields.items(),
        *((kind, value) for (_, kind), value in data.contacts.items()),
        *((name, value) for (_, name), value in data.addresses.items()),
    ]
    return {name for name, value in pairs if value or not only_filled}


def require_editable(names: Iterable[str], by: Actor) -> None:
    """Refuse the whole change when a field in it is not this actor's to edit (TQ-11)."""
    refused = sorted(
        {
            rules.LABELS[name]
            for name in names
            if name in rules.FIELD_RULES and not by.may_edit(rules.FIELD_RULES[name])
        }
    )
    if refused:
        raise NotAllowed(
            f"Nothing was saved: your role “{by.role_name}” may not change"
            f" {', '.join(refused)}. An administrator can allow it under Settings, Roles.",
            details={"fields": refused},
        )
