"""Making an Actor: who acts, with which rights, in which organisation."""

from uuid import UUID

from wayfolk.kit import tenancy
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.organization.models import Module, ModuleCode, Organization
from wayfolk.staff.models import FieldRule, Membership, RolePermission
from wayfolk.staff.rules import Actor, FieldAccess, system_actor


def find_actor(*, user_id: UUID, organization: Organization, kind: str = "user") -> Actor | None:
    """The actor for a user's active membership, None if there is none. Needs a scope."""
    return _actor_of(_active().filter(user_id=user_id).first(), organization, kind)


def find_member_actor(
    membership_id: UUID, *, organization: Organization, kind: str = "user"
) -> Actor | None:
    """The actor of a membership, None if it is not active any more. Needs a scope."""
    return _actor_of(_active().filter(id=membership_id).first(), organization, kind)


def _active() -> TenantQuerySet[Membership]:
    active: TenantQuerySet[Membership] = Membership.objects.filter(
        is_active=True, user__is_active=True
    ).select_related("role")
    return active


def _actor_of(membership: Membership | None, organization: Organization, kind: str) -> Actor | None:
    if membership is None:
        return None
    permissions = RolePermission.objects.filter(role_id=membership.role_id)
    rules = FieldRule.objects.filter(role_id=membership.role_id)
    return Actor(
        organization_id=organization.id,
        organization_name=organization.name,
        author_kind=kind,
        author_id=membership.id,
        user_id=membership.user_id,
        name=membership.name,
        email=membership.email,
        role_name=membership.role.name,
        permissions=frozenset(permissions.values_list("permission", flat=True)),
        field_access={rule.field: FieldAccess(rule.access) for rule in rules},
        modules=modules_on(),
        currency=organization.currency,
        time_zone=organization.time_zone,
        country=organization.country,
        date_order=organization.date_order,
    )


def modules_on() -> frozenset[str]:
    """Codes of the modules in use; one that has no row is on."""
    off = set(Module.objects.filter(is_on=False).values_list("code", flat=True))
    return frozenset(set(ModuleCode.values) - off)


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
