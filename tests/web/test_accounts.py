"""Signing in, closed doors, and default deny over every address of the product."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.web.signed_in import client_for
from tests.world import PASSWORD, Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.staff import memberships
from wayfolk.staff.models import User

LOGIN = "/account/login/"


def sign_in(email: str, password: str = PASSWORD, **extra: Any) -> tuple[Client, Any]:
    client = Client()
    return client, client.post(LOGIN, {"login": email, "password": password, **extra})


def test_email_and_password_open_the_door(cast: Cast) -> None:
    client, answer = sign_in(cast.advisor.email.upper())
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_the_door_leads_on_only_within_the_site(cast: Cast) -> None:
    _, inside = sign_in(cast.advisor.email, next="/customers/")
    assert inside.headers["Location"] == "/customers/"
    _, outside = sign_in(cast.advisor.email, next="https://evil.example/")
    assert "evil" not in outside.headers["Location"]


@pytest.mark.parametrize(("known", "password"), [(True, "wrong"), (False, PASSWORD)])
def test_a_stranger_and_a_wrong_password_get_the_same_words(
    cast: Cast, known: bool, password: str
) -> None:
    email = cast.advisor.email if known else "nobody@example.com"
    client, answer = sign_in(email, password)
    assert answer.status_code == 200
    assert "Email and password do not belong together" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_too_many_wrong_passwords_lock_even_the_right_one(cast: Cast) -> None:
    for _ in range(6):
        _, answer = sign_in(cast.viewer.email, "wrong")
    assert "too many attempts" in answer.content.decode()
    client, right = sign_in(cast.viewer.email)
    assert "too many attempts" in right.content.decode()
    assert client.get("/").status_code == 302
    other, answer = sign_in(cast.manager.email)
    assert answer.status_code == 302
    assert other.get("/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/account/email/", "/account/password/set/", "/account/confirm-email/abc/"]
)
def test_pages_of_the_library_that_are_not_ours_are_not_there(cast: Cast, path: str) -> None:
    assert client_for(cast.advisor).get(path).status_code == 404


def test_nobody_signs_up(db: None) -> None:
    sent = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    assert "By invitation only" in Client().get("/account/signup/").content.decode()
    Client().post("/account/signup/", sent)
    assert not User.objects.filter(email="new@example.com").exists()


def test_a_forgotten_password_is_chosen_anew_by_mail(cast: Cast) -> None:
    Client().post("/account/password/reset/", {"email": cast.advisor.email})
    link = re.search(
        r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[0].body)
    )
    assert link is not None
    guest = Client()
    form = guest.get(link[1], follow=True).redirect_chain[-1][0]
    weak = guest.post(form, {"password1": "short", "password2": "short"})
    assert "too short" in weak.content.decode()
    guest.post(form, {"password1": "blue-coast-4711", "password2": "blue-coast-4711"})
    assert sign_in(cast.advisor.email, "blue-coast-4711")[1].status_code == 302
    assert sign_in(cast.advisor.email)[1].status_code == 200


def test_an_unknown_email_gets_the_same_answer_and_no_link(db: None) -> None:
    answer = Client().post("/account/password/reset/", {"email": "nobody@example.com"})
    assert answer.status_code == 302
    assert not any("/password/reset/key/" in str(sent.body) for sent in mail.outbox)


def test_signing_out_takes_a_post(cast: Cast) -> None:
    client = client_for(cast.advisor)
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/").status_code == 302


def test_somebody_without_a_place_is_told_so(cast: Cast) -> None:
    member = cast.viewer.author_id
    assert member is not None
    client = client_for(cast.viewer)
    memberships.set_active(member, is_active=False, by=cast.administrator)
    answer = client.get("/")
    assert answer.status_code == 403
    assert "not a member" in answer.content.decode()


def test_the_demo_logins_are_shown_in_the_demo_alone(db: None, settings: Any) -> None:
    assert "Demo logins" in Client().get(LOGIN).content.decode()
    settings.DEMO = False
    assert "Demo logins" not in Client().get(LOGIN).content.decode()


@pytest.mark.parametrize("path", [LOGIN, "/", "/no-such-page", "/static/nothing.css"])
def test_every_answer_carries_the_security_headers(cast: Cast, path: str) -> None:
    answer = client_for(cast.advisor).get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


def _paths() -> list[str]:
    """An address for each pattern of the pages, its parts filled with what leads nowhere."""
    routes = [r for r in _patterns(get_resolver()) if not r.startswith(("api/", "account/"))]
    filled = (re.sub(r"<(\w+:)?\w+>", lambda part: _value(part[1] or ""), r) for r in routes)
    return sorted({f"/{path}" for path in filled})


def _value(converter: str) -> str:
    return {"uuid:": str(uuid4()), "int:": "999999"}.get(converter, "nothing")


def test_default_deny_without_a_session(db: None) -> None:
    client = Client()
    open_paths = []
    for path in _paths():
        for method in (client.get, client.post):
            answer = method(path)
            is_sent_to_sign_in = answer.status_code == 302 and LOGIN in answer.headers["Location"]
            if not is_sent_to_sign_in and answer.status_code not in {404, 405}:
                open_paths.append((path, answer.status_code))
    # Whoever has a link of advertising may decline more; a wrong one is answered alike.
    assert {path for path, _ in open_paths} == {"/unsubscribe/nothing/"}


def test_default_deny_a_viewer_changes_nothing_anywhere(cast: Cast) -> None:
    client = client_for(cast.viewer)
    with tenancy.scope(cast.organization.id):
        before = ChangeSet.objects.count(), Customer.objects.count()
    # What is one's own: sections as they were left, views of lists, columns in the address.
    own = (
        *("/settings/tokens/", "/settings/organizations/", "/sections/"),
        *("/customers/columns", "/customers/view", "/unsubscribe/"),
    )
    for path in _paths():
        assert client.get(path).status_code < 500, path
        if not path.startswith(own):
            answer = client.post(path, {"given_name": "Mallory", "name": "Mallory"})
            assert answer.status_code in {403, 404, 405, 409, 422}, (path, answer.status_code)
    with tenancy.scope(cast.organization.id):
        assert (ChangeSet.objects.count(), Customer.objects.count()) == before
