"""What can be permitted, and the actor that carries it. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from wayfolk.kit.errors import NotAllowed


class FieldAccess(StrEnum):
    """What a role may do with one field: not even see it, read it, or change it."""

    HIDDEN = "hidden"
    VIEW = "view"
    EDIT = "edit"


PERMISSIONS: Mapping[str, str] = {
    "customers.view": "See customers",
    "customers.edit": "Create and change customers",
    "customers.delete": "Delete and restore customers",
    "customers.merge": "Merge customers and take merges back",
    "itineraries.view": "See itineraries",
    "itineraries.edit": "Create and change itineraries, link customers",
    "stays.view": "See stays",
    "stays.edit": "Create and change stays",
    "bookings.view": "See bookings",
    "bookings.edit": "Create and change bookings",
    "bookings.connect": "Connect bookings to stays and itineraries",
    "households.view": "See households",
    "households.edit": "Create and change households, move people in and out",
    "partners.view": "See trade partners",
    "partners.edit": "Create and change trade partners and their contacts",
    "partners.terms": "See and change commission terms and statements",
    "payments.view": "See payments and balances",
    "payments.edit": "Record and change payments",
    "offers.view": "See offers",
    "offers.edit": "Create and change offers, make bookings of them",
    "catalogs.view": "See catalog orders",
    "catalogs.edit": "Create and change catalog orders",
    "service.view": "See service cases and questionnaires",
    "service.edit": "Create and change service cases, send questionnaires",
    "loyalty.view": "See bonus points, bonus packages and customer extras",
    "loyalty.edit": "Grant bonus points, bonus packages and customer extras",
    "communications.view": "See communications with customers",
    "communications.send": "Write to customers, note calls",
    "communications.bulk": "Write to many customers at once",
    "exports.run": "Export lists",
    "imports.run": "Import files",
    "history.view": "See the history of records and recent changes",
    "history.undo": "Take back changes made by others",
    "staff.administer": "Invite users, edit roles and permissions",
    "organization.administer": "Edit the organisation, its modules and stages",
}

CONTROLLED_FIELDS: Mapping[str, str] = {
    "customer.name": "Customer: name",
    "customer.email": "Customer: email",
    "customer.phone": "Customer: phones and fax",
    "customer.address": "Customer: address",
    "customer.birth_on": "Customer: date of birth",
    "customer.notes": "Customer: notes",
    "customer.health": "Customer: allergies, diet and accessibility",
    "customer.status": "Customer: status",
    "booking.total": "Booking: price",
    "booking.cost": "Booking: cost",
    "booking.profit": "Booking: profit",
    "booking.commission": "Booking: commission",
    "offer.price": "Offer: price",
    "service.compensation": "Service case: compensation",
    "customer.happiness": "Customer: happiness scores",
    "customer.bonus": "Customer: gained bonus",
}

ADMINISTER = "staff.administer"
# Named in every list, summary and history: a role may be kept from editing them, not from seeing.
ALWAYS_SHOWN = frozenset({"customer.name", "customer.status"})

_VIEW = frozenset(p for p in PERMISSIONS if p.endswith(".view"))
_CONSULT = _VIEW | {
    "customers.edit",
    "itineraries.edit",
    "stays.edit",
    "bookings.edit",
    "bookings.connect",
    "households.edit",
    "payments.edit",
    "offers.edit",
    "catalogs.edit",
    "service.edit",
    "loyalty.edit",
    "communications.send",
}


_NO_MARGINS = dict.fromkeys(
    ("booking.cost", "booking.profit", "booking.commission"), FieldAccess.HIDDEN
)


@dataclass(frozen=True)
class RoleTemplate:
    """What a new organisation's role starts with; an administrator edits it afterwards."""

    code: str
    name: str
    permissions: frozenset[str]
    fields: Mapping[str, FieldAccess] = field(default_factory=dict)


ROLE_TEMPLATES = (
    RoleTemplate("administrator", "Administrator", frozenset(PERMISSIONS)),
    RoleTemplate(
        "manager",
        "Manager",
        _CONSULT
        | {"customers.delete", "partners.edit", "partners.terms", "imports.run", "history.undo"}
        | {"communications.bulk", "customers.merge", "exports.run"},
    ),
    RoleTemplate(
        "consultant",
        "Consultant",
        _CONSULT,
        _NO_MARGINS,
    ),
    RoleTemplate(
        "viewer",
        "Viewer",
        _VIEW,
        _NO_MARGINS,
    ),
)


@dataclass(frozen=True)
class Actor:
    """Somebody (or something) acting in one organisation, with everything that limits it.

    Every operation takes one as `by`. `author_id` is the membership's id. `sections` says how
    they left the pages; it rides along because every page begins with this.
    """

    organization_id: int
    organization_name: str
    author_kind: str
    author_id: UUID | None
    user_id: UUID | None
    name: str
    email: str
    role_name: str
    permissions: frozenset[str]
    field_access: Mapping[str, FieldAccess]
    modules: frozenset[str]
    currency: str
    time_zone: str
    country: str
    date_order: str = "dmy"
    # Sections of pages that this member has opened (True) or closed.
    sections: Mapping[str, bool] = field(default_factory=dict)

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    def has_module(self, code: str) -> bool:
        return code in self.modules

    def may_see(self, field_code: str) -> bool:
        """Whether the field's value may reach this actor by any way: page, list, search, API."""
        return self.field_access.get(field_code, FieldAccess.EDIT) != FieldAccess.HIDDEN

    def may_edit(self, field_code: str) -> bool:
        return self.field_access.get(field_code, FieldAccess.EDIT) == FieldAccess.EDIT

    def require(self, permission: str) -> None:
        """Raises NotAllowed in words that say what is missing and who can grant it."""
        if not self.may(permission):
            what = PERMISSIONS[permission]
            raise NotAllowed(
                f"Your role “{self.role_name}” does not include “{what}”."
                " An administrator can change that under Settings, Roles.",
                details={"permission": permission},
            )

    def require_module(self, code: str) -> None:
        """Raises NotAllowed when the organisation does not use this part of the product."""
        if code not in self.modules:
            raise NotAllowed(
                f"The module “{code.capitalize()}” is switched off for {self.organization_name}.",
                details={"module": code},
            )


def system_actor(
    organization_id: int,
    name: str,
    *,
    organization_name: str = "",
    currency: str = "EUR",
    time_zone: str = "UTC",
    country: str = "",
    date_order: str = "dmy",
    modules: frozenset[str] = frozenset(
        {"households", "partners", "itineraries", "stays", "bookings", "imports"}
        | {"payments", "offers", "catalogs", "service", "questionnaires", "loyalty"}
        | {"communications"}
    ),
) -> Actor:
    """Wayfolk itself (seeding, maintenance, the command line): everything is permitted."""
    return Actor(
        organization_id=organization_id,
        organization_name=organization_name,
        author_kind="system",
        author_id=None,
        user_id=None,
        name=name,
        email="",
        role_name="System",
        permissions=frozenset(PERMISSIONS),
        field_access={},
        modules=modules,
        currency=currency,
        time_zone=time_zone,
        country=country,
        date_order=date_order,
    )
