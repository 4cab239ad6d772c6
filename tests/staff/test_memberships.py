"""Members: added, renamed, moved to another role, kept out and let in."""

from uuid import UUID

import pytest

from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import last_written_id
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, NotAllowed, NotFound
from wayfolk.organization import actors
from wayfolk.staff import memberships
from wayfolk.staff.models import Membership, Role
from wayfolk.staff.rules import Actor


def member_id(actor: Actor) -> UUID:
    assert actor.author_id is not None
    return actor.author_id


def find(actor: Actor, cast: Cast) -> Actor | None:
    assert actor.user_id is not None
    with tenancy.scope(cast.organization.id):
        return actors.find_actor(user_id=actor.user_id)


def test_somebody_new_has_no_password_until_they_choose_one(cast: Cast) -> None:
    user = memberships.add_member(
        email=" Nia@Example.com ",
        name=" Nia  Silva ",
        role_code="viewer",
        password=None,
        by=cast.administrator,
    )
    assert (user.email, user.name) == ("nia@example.com", "Nia Silva")
    assert not user.has_usable_password()


def test_a_user_of_another_organisation_keeps_their_password(cast: Cast) -> None:
    user = memberships.add_member(
        email=cast.outsider.email,
        name="Olav",
        role_code="viewer",
        password="ignored-password",
        by=cast.administrator,
    )
    assert user.id == cast.outsider.user_id
    assert not user.check_password("ignored-password")


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("no address", "Nia", "viewer", "email"),
        ("nia@example.com", "", "viewer", "name"),
        ("nia@example.com", "x" * 201, "viewer", "name"),
        ("nia@example.com", "Nia", "emperor", "role"),
    ],
)
def test_bad_input_names_the_field(
    cast: Cast, email: str, name: str, role: str, field: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        memberships.add_member(
            email=email, name=name, role_code=role, password=None, by=cast.administrator
        )
    assert refused.value.field == field


def test_nobody_is_a_member_twice(cast: Cast) -> None:
    with pytest.raises(InvalidValue, match="member already"):
        memberships.add_member(
            email=cast.viewer.email,
            name="Vera",
            role_code="viewer",
            password=None,
            by=cast.administrator,
        )


def test_whoever_is_kept_out_acts_no_more_until_let_in_or_undone(cast: Cast) -> None:
    memberships.set_active(member_id(cast.viewer), is_active=False, by=cast.administrator)
    assert find(cast.viewer, cast) is None
    written = last_written_id()
    assert written is not None
    undoing.undo_change_set(written, by=cast.administrator)
    assert find(cast.viewer, cast) is not None


def test_another_role_gives_its_rights(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        manager = Role.objects.get(code="manager")
    memberships.change_member(
        member_id(cast.viewer), name="Vera N.", role_id=manager.id, by=cast.administrator
    )
    moved = find(cast.viewer, cast)
    assert moved is not None
    assert (moved.name, moved.role_name) == ("Vera N.", "Manager")
    assert moved.may("history.undo")


def test_only_administrators_of_the_same_organisation_change_members(cast: Cast) -> None:
    target = member_id(cast.viewer)
    with pytest.raises(NotAllowed):
        memberships.set_active(target, is_active=False, by=cast.manager)
    with pytest.raises(NotFound):
        memberships.set_active(target, is_active=False, by=cast.outsider)
    with tenancy.scope(cast.organization.id):
        assert Membership.objects.get(id=target).is_active
