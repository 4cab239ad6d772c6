"""What a file can fill, as the rest of the package asks for it. No Django here."""

from collections.abc import Mapping

from wayfolk.integrations.imports.catalogue import FIELDS, KIND_LABELS, LAYOUT, Field, Kind

__all__ = ["FIELDS", "KIND_LABELS", "LAYOUT", "Field", "Kind"]

KINDS: tuple[Kind, ...] = ("customer", "stay", "booking")
KIND_PLURALS: Mapping[str, str] = {"customer": "customers", "stay": "stays", "booking": "bookings"}
EDIT_PERMISSIONS: Mapping[str, str] = {
    "customer": "customers.edit",
    "stay": "stays.edit",
    "booking": "bookings.edit",
}
MODULES: Mapping[str, str] = {"stay": "stays", "booking": "bookings"}

BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
POSITION: Mapping[str, int] = {field.key: index for index, field in enumerate(FIELDS)}

# Fingerprint positions after the fields: whose record a stay or booking is.
GUEST_POSITION = len(FIELDS)
FINGERPRINTS = len(FIELDS) + 1


def of_kind(kind: str) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS if field.kind == kind)


def contact_of(name: str) -> tuple[str, str]:
    """The set and kind of a contact field: of "secondary_email" secondary, email."""
    contact_set, _, contact_kind = name.partition("_")
    return contact_set, contact_kind


CONTACTS: tuple[Field, ...] = tuple(field for field in FIELDS if field.part == "contact")
ADDRESS: tuple[Field, ...] = tuple(field for field in FIELDS if field.part == "address")
NAMES = ("title", "given_name", "middle_name", "family_name")
