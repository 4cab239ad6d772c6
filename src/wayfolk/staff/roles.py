"""Operations: roles, what they permit, and how much of each field they show.

An organisation with members always keeps somebody who administers it (rule of the database,
migration 0002; told in words here).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from wayfolk.audit import deriving
from wayfolk.audit.change_sets import change_set
from wayfolk.kit import text
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound, Refusal
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.staff.models import FieldRule, Membership, Role, RolePermission
from wayfolk.staff.rules import (
    ADMINISTER,
    ALWAYS_SHOWN,
    CONTROLLED_FIELDS,
    PERMISSIONS,
    Actor,
    FieldAccess,
)

NAME_MAX = 80
CODE_MAX = 40


class LastAdministrator(Refusal):
    """Nobody would be left who may invite people and edit roles."""

    code = "last_administrator"


class StaleRole(Conflict):
    """Somebody edited the role meanwhile."""

    code = "stale"


class RoleInUse(Refusal):
    """Members have the role."""

    code = "role_in_use"


@dataclass(frozen=True, slots=True)
class Rights:
    """What one role may do; a field without an entry is free to edit. `version` as it was read."""

    permissions: frozenset[str]
    fields: Mapping[str, FieldAccess]
    version: int | None = None


def list_roles() -> list[Role]:
    """Every role, the built-in ones first."""
    return list(Role.objects.order_by("created_at", "id"))


def count_members() -> dict[UUID, int]:
    """How many members have each role; one that nobody has is not in it."""
    members = Membership.objects.order_by().values_list("role_id")
    return dict(members.annotate(member_count=Count("id")))


def rights_of(roles: Iterable[Role]) -> dict[UUID, Rights]:
    """The rights of these roles, by id."""
    chosen = list(roles)
    ids = [role.id for role in chosen]
    permissions: dict[UUID, set[str]] = {role_id: set() for role_id in ids}
    fields: dict[UUID, dict[str, FieldAccess]] = {role_id: {} for role_id in ids}
    for row in RolePermission.objects.filter(role_id__in=ids):
        permissions[row.role_id].add(row.permission)
    for rule in FieldRule.objects.filter(role_id__in=ids):
        fields[rule.role_id][rule.field] = FieldAccess(rule.access)
    return {
        role.id: Rights(frozenset(permissions[role.id]), fields[role.id], role.version)
        for role in chosen
    }


def set_rights(rights: Mapping[UUID, Rights], *, by: Actor) -> list[Role]:
    """Give roles these rights, all of them in one change; returns the roles that changed.

    Raises InvalidValues (unknown permission or field), StaleRole, LastAdministrator, NotFound.
    """
    by.require(ADMINISTER)
    for wanted in rights.values():
        _require_known(wanted)
    with change_set(by=by, operation="staff.edit_roles", summary="") as current:
        roles: dict[UUID, Role] = {role.id: role for role in _locked_roles()}
        present = rights_of(roles.values())
        changed: list[Role] = []
        for role_id, wanted in rights.items():
            role = roles.get(role_id)
            if role is None:
                raise NotFound("One of these roles is gone. Reload the page.")
            if wanted.version is not None and role.version != wanted.version:
                raise StaleRole(
                    f"Somebody else edited the role “{role.name}” meanwhile, so nothing was saved."
                    " Reload the page to see the new rights."
                )
            if _write(role, present[role_id], wanted):
                changed.append(role)
        require_administrator()
        current.summary = f"Changed the rights of {_names(changed)}"
    return changed


def create_role(name: str, *, like: UUID, by: Actor) -> Role:
    """A new role with the rights of another one. Raises InvalidValues, NotFound, NotAllowed."""
    by.require(ADMINISTER)
    with change_set(by=by, operation="staff.create_role", summary="") as current:
        roles: dict[UUID, Role] = {role.id: role for role in _locked_roles()}
        source = roles.get(like)
        if source is None:
            raise NotFound("The role to start from is gone. Reload the page.")
        label = _checked_name(name, roles.values())
        current.summary = f"Created role {label}"
        role: Role = Role.objects.create(code=_free_code(label, roles.values()), name=label)
        rights = rights_of([source])[source.id]
        _write(role, Rights(frozenset(), {}), rights)
    return role


def rename_role(role_id: UUID, name: str, *, by: Actor) -> Role:
    """Raises InvalidValues, NotFound, NotAllowed."""
    by.require(ADMINISTER)
    with change_set(by=by, operation="staff.rename_role", summary="") as current:
        roles = {role.id: role for role in _locked_roles()}
        role = roles.get(role_id)
        if role is None:
            raise NotFound("There is no such role. It may have been deleted.")
        label = _checked_name(name, [other for other in roles.values() if other.id != role_id])
        current.summary = f"Renamed role {role.name} to {label}"
        if role.name != label:
            role.name = label
            role.save_changes("name")
    return role


def delete_role(role_id: UUID, *, by: Actor) -> None:
    """Remove a role that no member has. Raises RoleInUse, NotFound, NotAllowed."""
    by.require(ADMINISTER)
    with change_set(by=by, operation="staff.delete_role", summary="") as current:
        role = _locked_roles().filter(id=role_id).first()
        if role is None:
            raise NotFound("There is no such role. It may have been deleted.")
        count = Membership.objects.filter(role_id=role_id).count()
        if count:
            raise RoleInUse(
                f"{count} member{'s have' if count > 1 else ' has'} the role “{role.name}”."
                " Give them another role first."
            )
        current.summary = f"Deleted role {role.name}"
        RolePermission.objects.filter(role_id=role_id).delete()
        FieldRule.objects.filter(role_id=role_id).delete()
        Role.objects.filter(id=role_id).delete()


def note_restored_rights(role_ids: Iterable[UUID]) -> None:
    """A role's version counts the changes of its rights, those of an undo as well.

    Otherwise a form that was opened before the undo would silently overwrite it.
    """
    deriving.update_rows(Role._meta.db_table, [], [{"id": str(role_id)} for role_id in role_ids])


def require_administrator() -> None:
    """Raises LastAdministrator when no active member may administer people and roles."""
    administering = RolePermission.objects.filter(permission=ADMINISTER).values_list(
        "role_id", flat=True
    )
    if not Membership.objects.filter(is_active=True, role_id__in=list(administering)).exists():
        raise LastAdministrator(
            "Nobody would be left who may invite people and edit roles, so nothing was changed."
            f" Give somebody else a role with “{PERMISSIONS[ADMINISTER]}” first."
        )


def lock() -> None:
    """Let changes of members and roles take turns: two may not each remove the other."""
    list(_locked_roles())


def _locked_roles() -> TenantQuerySet[Role]:
    locked: TenantQuerySet[Role] = Role.objects.all().locked()
    return locked


def _write(role: Role, present: Rights, wanted: Rights) -> bool:
    """Bring the rows from the present to the wanted rights; whether any differed."""
    gained, lost = (
        wanted.permissions - present.permissions,
        present.permissions - wanted.permissions,
    )
    fields = {code: access for code, access in wanted.fields.items() if access != FieldAccess.EDIT}
    if not gained and not lost and fields == dict(present.fields):
        return False
    RolePermission.objects.filter(role=role, permission__in=lost).delete()
    for permission in sorted(gained):
        RolePermission.objects.create(role=role, permission=permission)
    for code in present.fields.keys() - fields.keys():
        FieldRule.objects.filter(role=role, field=code).delete()
    for code, access in fields.items():
        rule = FieldRule.objects.filter(role=role, field=code).first()
        if rule is None:
            FieldRule.objects.create(role=role, field=code, access=access.value)
        elif rule.access != access:
            rule.access = access.value
            rule.save_changes("access")
    role.save_changes()
    return True


def _require_known(rights: Rights) -> None:
    errors = {
        permission: f"“{permission}” is not a permission."
        for permission in rights.permissions - PERMISSIONS.keys()
    }
    errors |= {
        code: f"“{code}” is not a field that can be limited."
        for code in rights.fields.keys() - CONTROLLED_FIELDS.keys()
    }
    errors |= {
        code: f"“{CONTROLLED_FIELDS[code]}” cannot be hidden: every list and history names it."
        for code, access in rights.fields.items()
        if access == FieldAccess.HIDDEN and code in ALWAYS_SHOWN
    }
    if errors:
        raise InvalidValues(errors)


def _checked_name(name: str, others: Iterable[Role]) -> str:
    label = text.clean(name)
    if not 0 < len(label) <= NAME_MAX:
        raise InvalidValues({"name": f"A role needs a name of 1 to {NAME_MAX} characters."})
    if text.fold(label) in {text.fold(other.name) for other in others}:
        raise InvalidValues({"name": f"There is a role “{label}” already."})
    return label


def _free_code(name: str, others: Iterable[Role]) -> str:
    taken = {other.code for other in others}
    stem = text.fold(name).replace(" ", "_")[: CODE_MAX - 4] or "role"
    candidates = (f"{stem}{n or ''}" for n in range(len(taken) + 1))
    return next(code for code in candidates if code not in taken)


def _names(roles: list[Role]) -> str:
    return ", ".join(role.name for role in roles) or "no role"
