"""How the history speaks of members, roles and tokens."""

from typing import Any

from wayfolk.audit import wording
from wayfolk.audit.wording import Area, RecordKind, Teller
from wayfolk.staff.models import ApiToken, FieldRule, Membership, Role, RolePermission
from wayfolk.staff.rules import CONTROLLED_FIELDS, PERMISSIONS


def declare() -> None:
    """Called by audit once every application is loaded."""
    rights: dict[str, Any] = {"view": "staff.administer", "edit": "staff.administer"}
    wording.declare_area(Area("staff", "People and rights", **rights))
    wording.declare_table(RecordKind("staff_role", **rights))
    wording.declare_table(
        RecordKind("staff_membership", phrase=_member_phrase, unshown=("user_id",), **rights)
    )
    wording.declare_table(RecordKind("staff_rolepermission", phrase=_permission_phrase, **rights))
    wording.declare_table(RecordKind("staff_fieldrule", phrase=_rule_phrase, **rights))
    wording.declare_table(
        RecordKind("staff_apitoken", phrase=_token_phrase, unshown=("digest",), **rights)
    )


def _member_phrase(member: Membership, _teller: Teller) -> str:
    return f"{member.name} ({member.email})"


def _permission_phrase(row: RolePermission, teller: Teller) -> str:
    words = PERMISSIONS.get(row.permission, row.permission)
    return f"“{words}” for {teller.name_of(Role, row.role_id)}"


def _rule_phrase(row: FieldRule, teller: Teller) -> str:
    label = CONTROLLED_FIELDS.get(row.field, row.field)
    return f"limit “{row.access}” on {label} for {teller.name_of(Role, row.role_id)}"


def _token_phrase(token: ApiToken, teller: Teller) -> str:
    return f"API token {token.name} of {teller.name_of(Membership, token.membership_id)}"
