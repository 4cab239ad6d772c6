"""What a file can fill, as the rest of the package asks for it. No Django here."""

from collections.abc import Mapping

from wayfolk.integrations.imports.catalogue import FIELDS, LAYOUT
from wayfolk.integrations.imports.field import KIND_LABELS, Field, Kind
from wayfolk.integrations.imports.trade.catalogue import TRADE_FIELDS

__all__ = ["FIELDS", "KIND_LABELS", "LAYOUT", "TRADE_FIELDS", "Field", "Kind"]

KINDS: tuple[Kind, ...] = ("customer", "stay", "booking", "partner")
# What figures are kept of: the kinds, and what comes in beside them.
KIND_PLURALS: Mapping[str, str] = {
    "customer": "customers",
    "stay": "stays",
    "booking": "bookings",
    "household": "households",
    "partner": "trade partners",
    "contact": "contacts",
    "term": "commission terms",
}
EDIT_PERMISSIONS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customers.edit",),
    "stay": ("stays.edit",),
    "booking": ("bookings.edit",),
    "partner": ("customers.edit", "partners.edit"),
}
MODULES: Mapping[str, str] = {"stay": "stays", "booking": "bookings", "partner": "partners"}

# Values of a row lie in this order. Rows of anything but trade partners end with FIELDS.
ALL_FIELDS: tuple[Field, ...] = (*FIELDS, *TRADE_FIELDS)
BY_KEY: Mapping[str, Field] = {field.key: field for field in ALL_FIELDS}
POSITION: Mapping[str, int] = {field.key: index for index, field in enumerate(ALL_FIELDS)}

# Fingerprint positions after the fields: whose record a stay or booking is.
GUEST_POSITION = len(FIELDS)
FINGERPRINTS = len(FIELDS) + 1


def of_kind(kind: str) -> tuple[Field, ...]:
    return tuple(field for field in ALL_FIELDS if field.kind == kind)


def contact_of(name: str) -> tuple[str, str]:
    """The set and kind of a contact field: of "secondary_email" secondary, email."""
    contact_set, _, contact_kind = name.partition("_")
    return contact_set, contact_kind


HOUSEHOLD_KEY = "customer.household_key"
CONTACTS: tuple[Field, ...] = tuple(field for field in FIELDS if field.part == "contact")
ADDRESS: tuple[Field, ...] = tuple(field for field in FIELDS if field.part == "address")
NAMES = ("title", "given_name", "middle_name", "family_name")
