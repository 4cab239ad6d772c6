"""Operations: roles of a new organisation, and its members."""

from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import contact, text
from wayfolk.kit.errors import InvalidValue, NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff import roles
from wayfolk.staff.models import (
    FieldRule,
    Membership,
    Role,
    RolePermission,
    User,
    UserOrganization,
)
from wayfolk.staff.rules import ADMINISTER, ROLE_TEMPLATES, Actor

NAME_MAX = 200


def create_roles() -> None:
    """The four roles with their first permissions. Inside the caller's change set."""
    roles_by_code = {each.code: Role(code=each.code, name=each.name) for each in ROLE_TEMPLATES}
    Role.objects.bulk_create(roles_by_code.values())
    RolePermission.objects.bulk_create(
        RolePermission(role=roles_by_code[template.code], permission=permission)
        for template in ROLE_TEMPLATES
        for permission in sorted(template.permissions)
    )
    FieldRule.objects.bulk_create(
        FieldRule(role=roles_by_code[template.code], field=field, access=access.value)
        for template in ROLE_TEMPLATES
        for field, access in template.fields.items()
    )


def list_members() -> TenantQuerySet[Membership]:
    """Everybody who has or had a place in the organisation, by name."""
    members: TenantQuerySet[Membership] = Membership.objects.select_related("role").order_by(
        "name", "id"
    )
    return members


def get_member(membership_id: UUID) -> Membership:
    """Raises NotFound."""
    member = list_members().filter(id=membership_id).first()
    if member is None:
        raise NotFound("There is no such member.")
    return member


def add_member(*, email: str, name: str, role_code: str, password: str | None, by: Actor) -> User:
    """Give a person a place in the actor's organisation; the user is made if new.

    An existing user keeps their password; without one, the user signs in once they have chosen
    one by their invitation. Raises InvalidValue for a bad email, name or role, NotAllowed.
    """
    by.require(ADMINISTER)
    address = contact.normalise_email(email)
    if not contact.is_email(address):
        raise InvalidValue(f"“{email[:80]}” is not an email address.", field="email")
    label = _checked_name(name)
    with change_set(by=by, operation="staff.add_member", summary=f"Added {label}"):
        role = Role.objects.filter(code=role_code).first()
        if role is None:
            raise InvalidValue(f"There is no role “{role_code}”.", field="role")
        user = User.objects.filter(email=address).first()
        if user is None:
            user = User.objects.create_user(address, password, name=label)
        if Membership.objects.filter(user=user).exists():
            raise InvalidValue(f"{address} is a member already.", field="email")
        Membership.objects.create(user=user, role=role, name=label, email=address)
        UserOrganization.objects.get_or_create(user=user, organization_id=by.organization_id)
    return user


def change_member(membership_id: UUID, *, name: str, role_id: UUID, by: Actor) -> Membership:
    """The name under which this organisation knows a member, and their role.

    Raises NotFound, NotAllowed, InvalidValue (name), LastAdministrator.
    """
    by.require(ADMINISTER)
    label = _checked_name(name)
    with change_set(by=by, operation="staff.change_member", summary="") as current:
        roles.lock()
        member = _locked_member(membership_id)
        role = Role.objects.filter(id=role_id).first()
        if role is None:
            raise NotFound("There is no such role. It may have been deleted.")
        is_moved = member.role_id != role.id
        current.summary = f"Made {label} {role.name}" if is_moved else f"Renamed {member.name}"
        if is_moved or member.name != label:
            member.name, member.role = label, role
            member.save_changes("name", "role")
            roles.require_administrator()
    return member


def set_active(membership_id: UUID, *, is_active: bool, by: Actor) -> Membership:
    """Let a member in or keep them out, from their next click on. Raises LastAdministrator."""
    by.require(ADMINISTER)
    with change_set(by=by, operation="staff.set_active", summary="") as current:
        roles.lock()
        member = _locked_member(membership_id)
        current.summary = f"{'Reactivated' if is_active else 'Deactivated'} {member.name}"
        if member.is_active != is_active:
            member.is_active = is_active
            member.save_changes("is_active")
            roles.require_administrator()
    return member


def _checked_name(name: str) -> str:
    label = text.clean(name)
    if not 0 < len(label) <= NAME_MAX:
        raise InvalidValue(f"A name of 1 to {NAME_MAX} characters is needed.", field="name")
    return label


def _locked_member(membership_id: UUID) -> Membership:
    member: Membership | None = Membership.objects.filter(id=membership_id).locked().first()
    if member is None:
        raise NotFound("There is no such member.")
    return member
