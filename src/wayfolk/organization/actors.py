"""Making an Actor: who acts, with which rights, in which organisation."""

import json
from dataclasses import replace
from uuid import UUID

from wayfolk.audit.models import AuthorKind
from wayfolk.kit import prepared, tenancy
from wayfolk.organization.models import Module, ModuleCode, Organization
from wayfolk.staff.rules import Actor, FieldAccess, system_actor

# One statement: every request begins with it.
_ACTOR = """
    SELECT m.id, m.user_id, m.name, m.email, r.name,
        ARRAY(SELECT p.permission FROM staff_rolepermission p
              WHERE p.organization_id = m.organization_id AND p.role_id = m.role_id),
        ARRAY(SELECT ARRAY[f.field, f.access] FROM staff_fieldrule f
              WHERE f.organization_id = m.organization_id AND f.role_id = m.role_id),
        ARRAY(SELECT o.code FROM organization_module o
              WHERE o.organization_id = m.organization_id AND NOT o.is_on),
        (SELECT l.sections::text FROM staff_pagelayout l
         WHERE l.organization_id = m.organization_id AND l.membership_id = m.id),
        g.name, g.currency, g.time_zone, g.country, g.date_order
    FROM staff_membership m
    JOIN organization_organization g ON g.id = m.organization_id
    JOIN staff_role r ON r.organization_id = m.organization_id AND r.id = m.role_id
    JOIN staff_user u ON u.id = m.user_id
    WHERE m.organization_id = %s AND m.is_active AND u.is_active
"""


def find_actor(*, user_id: UUID, kind: str = "user") -> Actor | None:
    """The actor for a user's active membership in the organisation of the scope, None without."""
    return _actor_of(_ACTOR + " AND m.user_id = %s", user_id, kind)


def find_member_actor(membership_id: UUID, *, kind: str = "user") -> Actor | None:
    """The actor of a membership, None if it is not active any more. Needs a scope."""
    return _actor_of(_ACTOR + " AND m.id = %s", membership_id, kind)


def _actor_of(statement: str, sought: UUID, kind: str) -> Actor | None:
    organization_id = tenancy.current_organization_id()
    found = prepared.rows(statement, [organization_id, sought])
    if not found:
        return None
    membership_id, user_id, name, email, role_name, permissions, field_rules, *rest = found[0]
    modules_off, sections, organization_name, currency, time_zone, country, date_order = rest
    return Actor(
        organization_id=organization_id,
        organization_name=organization_name,
        author_kind=kind,
        author_id=membership_id,
        user_id=user_id,
        name=name,
        email=email,
        role_name=role_name,
        permissions=frozenset(permissions),
        field_access={field: FieldAccess(access) for field, access in field_rules},
        modules=frozenset(set(ModuleCode.values).difference(modules_off)),
        currency=currency,
        time_zone=time_zone,
        country=country,
        date_order=date_order,
        sections=json.loads(sections) if sections else {},
    )


def modules_on() -> frozenset[str]:
    """Codes of the modules in use; one that has no row is on."""
    off = set(Module.objects.filter(is_on=False).values_list("code", flat=True))
    return frozenset(set(ModuleCode.values) - off)


def get_guest_actor(organization: Organization, permission: str) -> Actor:
    """Whoever came by a link: may do the one thing that the link is for, and nothing else."""
    return replace(
        get_system_actor(organization, "Guest"),
        author_kind=AuthorKind.GUEST.value,
        role_name="Guest",
        permissions=frozenset({permission}),
    )


def get_system_actor(organization: Organization, name: str = "Wayfolk") -> Actor:
    """Wayfolk itself in this organisation."""
    with tenancy.scope(organization.id):
        modules = modules_on()
    return system_actor(
        organization.id,
        name,
        organization_name=organization.name,
        currency=organization.currency,
        time_zone=organization.time_zone,
        country=organization.country,
        date_order=organization.date_order,
        modules=modules,
    )
