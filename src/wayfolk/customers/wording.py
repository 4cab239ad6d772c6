"""How the history speaks of customers."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import ADMINISTER, Area, Image, RecordKind, Teller
from wayfolk.customers.models import ContactKind, ContactPoint, ContactSet, Customer
from wayfolk.customers.rules import FIELD_RULES

_CODES = frozenset(FIELD_RULES.values())


def declare() -> None:
    """Called by audit once every application is loaded."""
    wording.declare_area(Area("customers", "Customers", "customers.view", "customers.edit"))
    wording.declare_operation("customers.delete", undo_permission="customers.delete")
    rights: dict[str, Any] = {"view": "customers.view", "edit": "customers.edit"}
    wording.declare_table(RecordKind("customers_customer", code=_code, codes=_CODES, **rights))
    wording.declare_table(
        RecordKind(
            "customers_contactpoint",
            phrase=_contact_phrase,
            code=_contact_code,
            label=_contact_label,
            codes=_CODES,
            **rights,
        )
    )
    wording.declare_table(
        RecordKind("customers_address", phrase=_address_phrase, code=_code, codes=_CODES, **rights)
    )
    wording.declare_table(RecordKind("customers_externalid", **rights))
    wording.declare_table(
        RecordKind("customers_sharingsettings", ADMINISTER, ADMINISTER, phrase=_sharing_phrase)
    )


def _code(column: str, _image: Image) -> str:
    return FIELD_RULES.get(column, "")


def _contact_code(column: str, image: Image) -> str:
    return FIELD_RULES.get(str(image.get("kind")), "") if column == "value" else ""


def _contact_label(column: str, image: Image) -> str:
    if column != "value":
        return ""
    label = str(ContactKind(str(image["kind"])).label)
    return label if image.get("set") == ContactSet.PRIMARY else f"Secondary {label.lower()}"


def _contact_phrase(point: ContactPoint, teller: Teller) -> str:
    label = point.get_kind_display().lower()
    owner = teller.name_of(Customer, point.customer_id)
    set_name = "" if point.set == "primary" else f"{point.get_set_display().lower()} "
    if not teller.may_see(FIELD_RULES[point.kind]):
        return f"{set_name}{label} of {owner}"
    return f"{set_name}{label} {point.value} of {owner}"


def _address_phrase(address: Any, teller: Teller) -> str:
    set_name = "" if address.set == "primary" else "secondary "
    return f"{set_name}address of {teller.name_of(Customer, address.customer_id)}"


def _sharing_phrase(_settings: Any, _teller: Teller) -> str:
    return "what counts as a shared contact point"
