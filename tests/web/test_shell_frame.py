"""The frame: who sees which part, and the pages for what did not work."""

import json

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string

from tests.web import shell_requests as make
from wayfolk.kit.errors import Conflict, NotAllowed
from wayfolk.staff.rules import PERMISSIONS
from wayfolk.web import errors, shell


def labels(shown: shell.Shell) -> set[str]:
    return {item.label for item in shown.navigation}


def test_signed_out_there_is_no_navigation() -> None:
    shown = shell.shell_for(make.request())
    assert shown.navigation == ()
    assert shown.creations == ()


def test_a_part_needs_its_permission() -> None:
    by = make.actor(permissions=frozenset({"customers.view"}))
    shown = shell.shell_for(make.request(by=by))
    assert "Customers" in labels(shown)
    assert not {"Bookings", "Recent changes", "Imports"} & labels(shown)
    assert shown.creations == ()


@pytest.mark.parametrize(("permission", "is_shown"), [("a", True), ("b", True), ("c", False)])
def test_one_of_several_permissions_is_enough(
    monkeypatch: pytest.MonkeyPatch, permission: str, is_shown: bool
) -> None:
    part = shell.Section("Part", "home", "home", permissions=("a", "b"))
    monkeypatch.setattr(shell, "SECTIONS", (part,))
    by = make.actor(permissions=frozenset({permission}))
    assert ("Part" in labels(shell.shell_for(make.request(by=by)))) is is_shown


def test_a_part_disappears_with_its_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "url_of", lambda name: f"/{name}")
    with_module = make.actor(modules=frozenset({"itineraries"}))
    without = make.actor(modules=frozenset())
    assert "Itineraries" in labels(shell.shell_for(make.request(by=with_module)))
    assert "Itineraries" not in labels(shell.shell_for(make.request(by=without)))


def test_a_part_without_an_address_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = (
        shell.Section("Here", "home", "home"),
        shell.Section("Not here yet", "nowhere:list", "users"),
    )
    monkeypatch.setattr(shell, "SECTIONS", parts)
    assert labels(shell.shell_for(make.request(by=make.actor()))) == {"Here"}


def test_an_unknown_name_has_no_address() -> None:
    assert shell.url_of("nowhere:list") == ""


def test_every_permission_of_the_shell_exists() -> None:
    asked = {code for part in shell.SECTIONS + shell.CREATIONS for code in part.permissions}
    assert asked <= set(PERMISSIONS)


def test_keys_of_sections_are_distinct() -> None:
    keys = [part.key for part in shell.SECTIONS if part.key]
    assert len(keys) == len(set(keys))


def test_each_part_has_an_icon_of_its_own() -> None:
    icons = [part.icon for part in shell.SECTIONS]
    assert len(icons) == len(set(icons))


def test_bonus_and_the_messages_that_the_demo_caught_have_a_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by = make.actor(
        permissions=frozenset({"loyalty.view", "communications.view"}),
        modules=frozenset({"loyalty", "communications"}),
    )
    assert {"Bonus and extras", "Caught messages"} <= labels(shell.shell_for(make.request(by=by)))
    outside_the_demo = {"communications:caught": ""}
    monkeypatch.setattr(shell, "url_of", lambda name: outside_the_demo.get(name, f"/{name}"))
    assert "Caught messages" not in labels(shell.shell_for(make.request(by=by)))


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("/communications/customers/7/", "Customers"),
        ("/communications/customers/7/email/", "Customers"),
        ("/communications/many/", "Sends to many"),
        ("/communications/many/new/", "Sends to many"),
        ("/offers/of-customer/7/", "Offers"),
        ("/bonus/", "Bonus and extras"),
        ("/extras/", "Bonus and extras"),
        ("/settings/bonus/", ""),
    ],
)
def test_a_page_belongs_to_the_part_that_it_is_reached_from(address: str, part: str) -> None:
    modules = frozenset({"communications", "loyalty", "offers"})
    by = make.actor(permissions=frozenset(PERMISSIONS), modules=modules)
    assert shell.shell_for(make.request(address, by=by)).section == part


def test_the_part_that_the_page_belongs_to_is_marked() -> None:
    assert shell.shell_for(make.request("/", by=make.actor())).section == "Home"
    assert shell.shell_for(make.request("/changes/", by=make.actor())).section == "Recent changes"
    assert shell.shell_for(make.request("/search", by=make.actor())).section == ""


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429])
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_error_has_a_page_in_words(status: int, signed_in: bool) -> None:
    asked = make.request(by=make.actor() if signed_in else None)
    answered = errors.error_page(asked, status, "Because <i>of</i> that.")
    html = answered.content.decode()
    assert answered.status_code == status
    assert "Because &lt;i&gt;of&lt;/i&gt; that." in html
    assert ('id="navigation"' in html) is signed_in
    general = errors.error_page(asked, status).content.decode()
    assert "nothing was changed" in general.lower() or status in {404, 409}


def test_a_fragment_gets_the_same_words_as_a_toast_and_swaps_nothing() -> None:
    answered = errors.refusal(make.fragment(), NotAllowed("Your role does not include “Æ”."))
    assert answered.status_code == 403
    assert answered.headers["HX-Reswap"] == "none"
    shown = json.loads(answered.headers["HX-Trigger"])["wayfolk:toast"]
    assert shown == {"text": "Your role does not include “Æ”.", "level": "error"}


def test_a_refusal_answers_with_its_own_status() -> None:
    assert errors.refusal(make.request(), Conflict("Maja saved first.")).status_code == 409


def test_the_page_of_a_failure_needs_nothing_that_may_fail() -> None:
    html = render_to_string("errors/500.html", {"reference": "4f2a"})
    assert "4f2a" in html
    assert "{%" not in html
    answered = errors.server_error(make.request())
    assert isinstance(answered, HttpResponse)
    assert answered.status_code == 500
