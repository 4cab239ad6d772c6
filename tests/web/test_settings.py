"""The settings: who gets in, what a save does, and what is shown only once."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.web.signed_in import client_for
from tests.world import PASSWORD, Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.kit import tenancy
from wayfolk.organization import actors, operations
from wayfolk.organization.models import ModuleCode
from wayfolk.staff import memberships, roles
from wayfolk.staff.models import ApiToken, Membership, Role, RolePermission
from wayfolk.staff.rules import Actor

OWN = ("/settings/", "/settings/tokens/", "/settings/organizations/")
ADMINISTRATORS = (
    "/settings/profile/",
    "/settings/modules/",
    "/settings/people/",
    "/settings/people/invite",
    "/settings/roles/",
    "/settings/roles/new",
)


def role(cast: Cast, code: str) -> Role:
    with tenancy.scope(cast.organization.id):
        return Role.objects.get(code=code)


def fields_of(html: str) -> dict[str, str]:
    """The matrix as the browser would send it: hidden fields, ticked boxes, chosen options."""
    fields = dict(re.findall(r'<input type="hidden" name="(v-[^"]+)" value="([^"]*)"', html))
    for name, rest in re.findall(r'type="checkbox" name="([^"]+)"([^>]*)>', html):
        if " checked" in rest:
            fields[name] = "on"
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', html):
        chosen = re.search(r'value="([^"]+)" selected', options)
        assert chosen is not None
        fields[name] = chosen[1]
    return fields


@pytest.mark.parametrize("path", [*OWN, *ADMINISTRATORS])
def test_pages_open_for_administrators(cast: Cast, path: str) -> None:
    assert client_for(cast.administrator).get(path).status_code == 200


@pytest.mark.parametrize("path", ADMINISTRATORS)
@pytest.mark.parametrize("who", ["manager", "advisor", "viewer"])
def test_pages_of_administrators_stay_closed_to_others(cast: Cast, path: str, who: str) -> None:
    response = client_for(getattr(cast, who)).get(path)
    assert response.status_code == 403
    assert "does not include" in response.content.decode()


def test_the_first_page_offers_what_one_may_open(cast: Cast) -> None:
    own = client_for(cast.viewer).get("/settings/").content.decode()
    assert "API tokens" in own
    assert "Roles" not in own
    assert "Roles" in client_for(cast.administrator).get("/settings/").content.decode()


def test_saving_the_matrix_as_it_is_changes_nothing(cast: Cast) -> None:
    client = client_for(cast.administrator)
    sent = fields_of(client.get("/settings/roles/").content.decode())
    assert len(sent) > 60
    assert client.post("/settings/roles/", sent).status_code == 303
    with tenancy.scope(cast.organization.id):
        assert not ChangeSet.objects.filter(operation="staff.edit_roles").exists()


def test_a_permission_and_a_field_are_taken_and_come_back_by_undo(cast: Cast) -> None:
    client = client_for(cast.administrator)
    consultant = role(cast, "consultant")
    sent = fields_of(client.get("/settings/roles/").content.decode())
    del sent[f"p-{consultant.id}-bookings.edit"]
    sent[f"f-{consultant.id}-customer.phone"] = "hidden"
    response = client.post("/settings/roles/", sent)
    assert response.status_code == 303
    page = client.get(response.headers["Location"]).content.decode()
    undo = re.search(r'action="(/changes/[^"]+/undo)"', page)
    assert undo is not None
    assert client_for(cast.advisor).get("/bookings/new/").status_code == 403
    assert client.post(undo[1]).status_code == 303
    with tenancy.scope(cast.organization.id):
        rights = roles.rights_of([consultant])[consultant.id]
    assert "bookings.edit" in rights.permissions
    assert "customer.phone" not in rights.fields


def test_the_matrix_refuses_to_lose_the_last_administrator(cast: Cast) -> None:
    client = client_for(cast.administrator)
    administrator = role(cast, "administrator")
    sent = fields_of(client.get("/settings/roles/").content.decode())
    del sent[f"p-{administrator.id}-staff.administer"]
    response = client.post("/settings/roles/", sent)
    assert response.status_code == 422
    assert "Nobody would be left" in response.content.decode()
    with tenancy.scope(cast.organization.id):
        assert RolePermission.objects.filter(
            role=administrator, permission="staff.administer"
        ).exists()


@pytest.mark.parametrize("value", ["everything", ""])
def test_a_wrong_access_changes_nothing(cast: Cast, value: str) -> None:
    client = client_for(cast.administrator)
    viewer = role(cast, "viewer")
    sent = fields_of(client.get("/settings/roles/").content.decode())
    sent[f"f-{viewer.id}-customer.phone"] = value
    assert client.post("/settings/roles/", sent).status_code == 422


def test_an_old_page_does_not_overwrite_newer_rights(cast: Cast) -> None:
    client = client_for(cast.administrator)
    viewer = role(cast, "viewer")
    old = fields_of(client.get("/settings/roles/").content.decode())
    newer = dict(old)
    del newer[f"p-{viewer.id}-stays.view"]
    client.post("/settings/roles/", newer)
    del old[f"p-{viewer.id}-bookings.view"]
    response = client.post("/settings/roles/", old)
    assert response.status_code == 409
    assert "edited the role “Viewer” meanwhile" in response.content.decode()


def test_roles_are_made_renamed_and_deleted(cast: Cast) -> None:
    client = client_for(cast.administrator)
    like = {"like": str(role(cast, "viewer").id)}
    assert client.post("/settings/roles/new", {"name": "Guide"} | like).status_code == 303
    again = client.post("/settings/roles/new", {"name": "Guide"} | like)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    guide = role(cast, "guide")
    named = client.post(f"/settings/roles/{guide.id}/name", {"name": "Tour guide"})
    assert named.status_code == 303
    assert role(cast, "guide").name == "Tour guide"
    assert client.post(f"/settings/roles/{guide.id}/deletion").status_code == 303
    used = client.post(f"/settings/roles/{role(cast, 'viewer').id}/deletion")
    assert used.status_code == 422


def test_an_invitation_link_is_shown_once_lets_in_once_and_is_kept_nowhere(cast: Cast) -> None:
    client = client_for(cast.administrator)
    sent = {"email": "nia@example.com", "name": "Nia Silva", "role": "viewer"}
    shown = client.post("/settings/people/invite", sent)
    address = r'value="http://testserver(/account/password/reset/key/[^"]+)"'
    link = re.search(address, shown.content.decode())
    assert link is not None
    assert "no-cache" in shown.headers["Cache-Control"]
    guest = Client()
    page = guest.get(link[1], follow=True)
    password = {"password1": "blue-coast-4711", "password2": "blue-coast-4711"}
    done = guest.post(page.redirect_chain[-1][0], password, follow=True)
    assert done.status_code == 200
    used = Client().get(link[1], follow=True).content.decode()
    assert "does not work any more" in used
    login = {"login": "nia@example.com", "password": "blue-coast-4711"}
    signed = guest.post("/account/login/", login)
    assert signed.status_code == 302
    assert guest.get("/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"email": "nonsense"}, "email"),
        ({"name": " "}, "required"),
        ({"role": "emperor"}, "valid choice"),
    ],
)
def test_a_bad_invitation_is_explained_and_invites_nobody(
    cast: Cast, changed: dict[str, str], words: str
) -> None:
    sent = {"email": "nia@example.com", "name": "Nia", "role": "viewer"} | changed
    response = client_for(cast.administrator).post("/settings/people/invite", sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    with tenancy.scope(cast.organization.id):
        assert Membership.objects.count() == 4


def test_a_member_is_changed_kept_out_and_let_in_again(cast: Cast) -> None:
    client = client_for(cast.administrator)
    path = f"/settings/people/{cast.viewer.author_id}/"
    manager = role(cast, "manager")
    assert client.get(path).status_code == 200
    saved = client.post(path, {"name": "Vera N.", "role": str(manager.id)})
    assert saved.status_code == 303
    assert client.post(f"{path}active", {"active": "0"}).status_code == 303
    kept_out = client_for(cast.viewer)
    assert kept_out.get("/").status_code == 403
    assert client.post(f"{path}active", {"active": "1"}).status_code == 303
    assert kept_out.get("/").status_code == 200
    own = client.post(f"/settings/people/{cast.administrator.author_id}/active", {"active": "0"})
    assert own.status_code == 422


def test_members_of_another_organisation_are_not_there(cast: Cast) -> None:
    path = f"/settings/people/{cast.outsider.author_id}/"
    assert client_for(cast.administrator).get(path).status_code == 404


def test_ta06_modules_are_switched_on_the_page(cast: Cast) -> None:
    client = client_for(cast.administrator)
    sent = {"modules": ["stays", "bookings", "imports"]}
    assert client.post("/settings/modules/", sent).status_code == 303
    assert client.get("/itineraries/").status_code == 403
    with tenancy.scope(cast.organization.id):
        assert "itineraries" not in actors.modules_on()
        assert len(operations.list_modules()) == len(ModuleCode)
    assert client.post("/settings/modules/", {"modules": ["rockets"]}).status_code == 422


def test_the_profile_is_saved_or_explained(cast: Cast) -> None:
    client = client_for(cast.administrator)
    sent = {
        "name": "Blue Coast",
        "country": "ES",
        "currency": "EUR",
        "time_zone": "Europe/Madrid",
        "date_order": "dmy",
    }
    assert client.post("/settings/profile/", sent).status_code == 303
    assert "Blue Coast" in client.get("/").content.decode()
    assert client.post("/settings/profile/", sent | {"country": "ZZ"}).status_code == 422


def test_a_token_is_shown_once_and_ends(cast: Cast) -> None:
    client = client_for(cast.advisor)
    made = client.post("/settings/tokens/", {"name": "Website", "days": "90"})
    secret = re.search(rf'value="(wf_{cast.organization.id}_[^"]+)"', made.content.decode())
    assert secret is not None
    assert secret[1] not in client.get("/settings/tokens/").content.decode()
    with tenancy.scope(cast.organization.id):
        token = ApiToken.objects.get(name="Website")
    assert (
        client_for(cast.viewer).post(f"/settings/tokens/{token.id}/revocation").status_code == 403
    )
    assert client.post(f"/settings/tokens/{token.id}/revocation").status_code == 303
    assert client.post("/settings/tokens/", {"name": " ", "days": "90"}).status_code == 422
    assert client.post("/settings/tokens/", {"name": "X", "days": "7"}).status_code == 422


def test_one_session_is_ended_from_another(cast: Cast) -> None:
    phone, desk = _signed_in(cast.advisor), _signed_in(cast.advisor)
    listed = desk.get("/account/sessions/").content.decode()
    end = re.search(r'action="(/settings/sessions/\d+/end)"', listed)
    assert end is not None
    assert desk.post(end[1]).status_code == 303
    assert phone.get("/").status_code == 302
    assert desk.get("/").status_code == 200
    other = UserSession.objects.get(user_id=cast.advisor.user_id)
    foreign = client_for(cast.viewer).post(f"/settings/sessions/{other.id}/end")
    assert foreign.status_code == 404


def _signed_in(actor: Actor) -> Client:
    client = Client()
    client.post("/account/login/", {"login": actor.email, "password": PASSWORD})
    client.get("/")
    return client


def test_somebody_of_two_organisations_changes_between_them(cast: Cast) -> None:
    memberships.add_member(
        email=cast.outsider.email,
        name="Olav",
        role_code="viewer",
        password=None,
        by=cast.administrator,
    )
    client = client_for(cast.outsider)
    assert cast.outsider.organization_name in client.get("/").content.decode()
    sent = {"organization": str(cast.organization.id)}
    assert client.post("/settings/organizations/", sent).status_code == 303
    assert cast.organization.name in client.get("/").content.decode()
    stranger = client_for(cast.viewer)
    foreign = {"organization": str(cast.outsider.organization_id)}
    assert stranger.post("/settings/organizations/", foreign).status_code == 404
