"""Operations: roles of a new organisation, members."""

from wayfolk.audit.change_sets import change_set
from wayfolk.kit import contact
from wayfolk.kit.errors import InvalidValue
from wayfolk.staff.models import (
    FieldRule,
    Membership,
    Role,
    RolePermission,
    User,
    UserOrganization,
)
from wayfolk.staff.rules import ROLE_TEMPLATES, Actor


def create_roles() -> None:
    """The four roles with their first permissions. Inside the caller's change set."""
    for template in ROLE_TEMPLATES:
        role = Role.objects.create(code=template.code, name=template.name)
        for permission in sorted(template.permissions):
            RolePermission.objects.create(role=role, permission=permission)
        for field, access in template.fields.items():
            FieldRule.objects.create(role=role, field=field, access=access.value)


def add_member(
    *, email: str, name: str, role_code: str, password: str | None, by: Actor
) -> User:
    """Give a person a place in the actor's organisation; the user is made if new.

    An existing user keeps their password. Raises InvalidValue for a bad email or role.
    """
    by.require("staff.administer")
    address = contact.normalise_email(email)
    if not contact.is_email(address):
        raise InvalidValue(f"“{email}” is not an email address.", field="email")
    with change_set(by=by, operation="staff.add_member", summary=f"Added {name}"):
        role = Role.objects.filter(code=role_code).first()
        if role is None:
            raise InvalidValue(f"There is no role “{role_code}”.", field="role")
        user = User.objects.filter(email=address).first()
        if user is None:
            user = User.objects.create_user(address, password, name=name)
        if Membership.objects.filter(user=user).exists():
            raise InvalidValue(f"{address} is a member already.", field="email")
        Membership.objects.create(user=user, role=role, name=name, email=address)
        UserOrganization.objects.get_or_create(user=user, organization_id=by.organization_id)
    return user
