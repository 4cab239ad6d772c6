"""Roles: what they permit, and that somebody always administers."""

from threading import Barrier, Thread
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections

from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.models import ChangeSet
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.organization import actors
from wayfolk.staff import memberships, roles
from wayfolk.staff.models import Membership, Role, RolePermission
from wayfolk.staff.roles import LastAdministrator, Rights, RoleInUse, StaleRole
from wayfolk.staff.rules import PERMISSIONS, Actor, FieldAccess


def role_of(cast: Cast, code: str) -> Role:
    with tenancy.scope(cast.organization.id):
        return Role.objects.get(code=code)


def rights(cast: Cast, role: Role) -> Rights:
    with tenancy.scope(cast.organization.id):
        return roles.rights_of([role])[role.id]


def again(actor: Actor, cast: Cast) -> Actor:
    """The actor as the next request would find them."""
    assert actor.user_id is not None
    with tenancy.scope(cast.organization.id):
        found = actors.find_actor(user_id=actor.user_id)
    assert found is not None
    return found


def test_permissions_and_fields_hold_from_the_next_request_and_are_one_undoable_change(
    cast: Cast,
) -> None:
    viewer = role_of(cast, "viewer")
    before = rights(cast, viewer)
    wanted = Rights(
        frozenset({"customers.view", "customers.edit"}),
        {"customer.phone": FieldAccess.HIDDEN, "customer.notes": FieldAccess.EDIT},
    )
    assert roles.set_rights({viewer.id: wanted}, by=cast.administrator) == [viewer]
    changed = again(cast.viewer, cast)
    assert changed.permissions == wanted.permissions
    assert not changed.may_see("customer.phone")
    assert changed.may_edit("customer.notes")
    assert changed.may_see("booking.cost")
    written = last_written_id()
    assert written is not None
    undoing.undo_change_set(written, by=cast.administrator)
    restored = rights(cast, viewer)
    assert (restored.permissions, restored.fields) == (before.permissions, before.fields)


def test_saving_what_is_there_already_changes_nothing(cast: Cast) -> None:
    viewer = role_of(cast, "viewer")
    assert roles.set_rights({viewer.id: rights(cast, viewer)}, by=cast.administrator) == []
    with tenancy.scope(cast.organization.id):
        assert not ChangeSet.objects.filter(operation="staff.edit_roles").exists()


def test_a_role_edited_meanwhile_is_not_overwritten(cast: Cast) -> None:
    viewer = role_of(cast, "viewer")
    read = rights(cast, viewer)
    roles.set_rights({viewer.id: Rights(frozenset(), {})}, by=cast.administrator)
    with pytest.raises(StaleRole):
        roles.set_rights({viewer.id: read}, by=cast.administrator)
    assert rights(cast, viewer).permissions == frozenset()


def test_a_form_older_than_an_undo_does_not_overwrite_it(cast: Cast) -> None:
    viewer = role_of(cast, "viewer")
    roles.set_rights({viewer.id: Rights(frozenset(), {})}, by=cast.administrator)
    written = last_written_id()
    assert written is not None
    read = rights(cast, viewer)
    undoing.undo_change_set(written, by=cast.administrator)
    with pytest.raises(StaleRole):
        roles.set_rights({viewer.id: read}, by=cast.administrator)


@pytest.mark.parametrize(
    ("permissions", "fields", "fault"),
    [
        ({"rockets.launch"}, {}, "rockets.launch"),
        (set(), {"customer.shoe_size": FieldAccess.VIEW}, "customer.shoe_size"),
        (set(), {"customer.name": FieldAccess.HIDDEN}, "customer.name"),
    ],
)
def test_unknown_rights_are_refused_by_name(
    cast: Cast, permissions: set[str], fields: dict[str, FieldAccess], fault: str
) -> None:
    viewer = role_of(cast, "viewer")
    wanted = {viewer.id: Rights(frozenset(permissions), fields)}
    with pytest.raises(InvalidValues) as refused:
        roles.set_rights(wanted, by=cast.administrator)
    assert set(refused.value.errors) == {fault}


def test_the_last_administrator_stays(cast: Cast) -> None:
    administrator = role_of(cast, "administrator")
    member_id = cast.administrator.author_id
    assert member_id is not None
    less = Rights(frozenset(PERMISSIONS) - {"staff.administer"}, {})
    viewer = role_of(cast, "viewer")
    with pytest.raises(LastAdministrator):
        roles.set_rights({administrator.id: less}, by=cast.administrator)
    with pytest.raises(LastAdministrator):
        memberships.set_active(member_id, is_active=False, by=cast.administrator)
    with pytest.raises(LastAdministrator):
        memberships.change_member(member_id, name="Ana", role_id=viewer.id, by=cast.administrator)
    assert again(cast.administrator, cast).may("staff.administer")


def test_the_database_itself_keeps_the_last_administrator(cast: Cast) -> None:
    with (
        pytest.raises(DatabaseError) as refused,
        change_set(by=cast.administrator, operation="test", summary="By force"),
    ):
        RolePermission.objects.filter(permission="staff.administer").delete()
    assert getattr(refused.value.__cause__, "sqlstate", "") == "WF003"
    with (
        pytest.raises(DatabaseError),
        change_set(by=cast.administrator, operation="test", summary="By force"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE staff_membership SET is_active = false WHERE organization_id = %s AND id = %s",
            [cast.organization.id, cast.administrator.author_id],
        )


def test_two_administrators_cannot_remove_each_other_at_once(committed_cast: Cast) -> None:
    cast = committed_cast
    administrator = role_of(cast, "administrator")
    manager_id = cast.manager.author_id
    assert manager_id is not None
    memberships.change_member(
        manager_id, name="Mats Berg", role_id=administrator.id, by=cast.administrator
    )
    second = again(cast.manager, cast)
    barrier = Barrier(2)
    outcomes: list[str] = []

    def keep_out(who: UUID | None, by: Actor) -> None:
        assert who is not None
        barrier.wait()
        try:
            memberships.set_active(who, is_active=False, by=by)
            outcomes.append("done")
        except Refusal as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [
        Thread(target=keep_out, args=(second.author_id, cast.administrator)),
        Thread(target=keep_out, args=(cast.administrator.author_id, second)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["done", "last_administrator"]


def test_roles_are_for_administrators(cast: Cast) -> None:
    viewer = role_of(cast, "viewer")
    with pytest.raises(NotAllowed):
        roles.set_rights({viewer.id: Rights(frozenset(), {})}, by=cast.manager)
    with pytest.raises(NotAllowed):
        roles.create_role("Guide", like=viewer.id, by=cast.manager)
    with pytest.raises(NotAllowed):
        roles.rename_role(viewer.id, "Onlooker", by=cast.manager)
    with pytest.raises(NotAllowed):
        roles.delete_role(viewer.id, by=cast.manager)


def test_a_new_role_starts_with_the_rights_of_another(cast: Cast) -> None:
    consultant = role_of(cast, "consultant")
    guide = roles.create_role("  Guide ", like=consultant.id, by=cast.administrator)
    assert guide.name == "Guide"
    copied, source = rights(cast, guide), rights(cast, consultant)
    assert (copied.permissions, copied.fields) == (source.permissions, source.fields)
    for name in ("guide", "", "x" * 81):
        with pytest.raises(InvalidValues):
            roles.create_role(name, like=consultant.id, by=cast.administrator)
    assert roles.rename_role(guide.id, "Tour guide", by=cast.administrator).name == "Tour guide"


def test_a_role_goes_when_nobody_has_it(cast: Cast) -> None:
    viewer = role_of(cast, "viewer")
    with pytest.raises(RoleInUse, match="1 member has the role “Viewer”"):
        roles.delete_role(viewer.id, by=cast.administrator)
    guide = roles.create_role("Guide", like=viewer.id, by=cast.administrator)
    roles.delete_role(guide.id, by=cast.administrator)
    with tenancy.scope(cast.organization.id):
        assert not Role.objects.filter(id=guide.id).exists()
        assert Membership.objects.filter(role_id=viewer.id).count() == 1
    written = last_written_id()
    assert written is not None
    undoing.undo_change_set(written, by=cast.administrator)
    assert rights(cast, guide).permissions == rights(cast, viewer).permissions
