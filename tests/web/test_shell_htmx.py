"""Fragments, redirects and toasts: what goes to htmx and what goes to a whole page."""

import json

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tests.web import shell_requests as make
from wayfolk.web import htmx, toasts

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/path",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "\x08//evil.example",
    "",
    None,
]


def answer_through_middleware(asked: object, response: HttpResponse) -> HttpResponse:
    answered = htmx.FragmentMiddleware(lambda _request: response)(asked)  # type: ignore[arg-type]
    assert isinstance(answered, HttpResponse)
    return answered


def test_a_fragment_is_wanted_only_by_htmx_for_a_part_of_the_page() -> None:
    assert not htmx.wants_fragment(make.request())
    assert htmx.wants_fragment(make.fragment())
    assert not htmx.wants_fragment(make.fragment(**{"HX-Boosted": "true"}))
    assert not htmx.wants_fragment(make.fragment(**{"HX-History-Restore-Request": "true"}))
    assert htmx.wants_dialog(make.fragment(**{"HX-Target": "dialog"}))
    assert not htmx.wants_dialog(make.request(**{"HX-Target": "dialog"}))


@pytest.mark.parametrize("candidate", ELSEWHERE)
def test_an_address_elsewhere_is_never_redirected_to(candidate: str | None) -> None:
    assert htmx.local_url(make.request(), candidate, fallback="/home") == "/home"
    with pytest.raises(ValueError, match="local_url"):
        htmx.redirect(make.request(), candidate or "")


def test_an_address_of_this_site_is_kept() -> None:
    assert htmx.local_url(make.request(), "/customers/?q=ø", fallback="/") == "/customers/?q=ø"


def test_a_change_is_answered_with_303_or_a_move_of_the_whole_page() -> None:
    plain = htmx.redirect(make.request(), "/customers/")
    assert (plain.status_code, plain.headers["Location"]) == (303, "/customers/")
    moved = htmx.redirect(make.fragment(), "/customers/")
    assert (moved.status_code, moved.headers["HX-Redirect"]) == (204, "/customers/")


def test_the_page_under_a_fragment_is_known_and_is_of_this_site() -> None:
    assert htmx.current_path(make.fragment("/search")) == "/customers/?q=holm"
    foreign = make.fragment("/search", **{"HX-Current-URL": "https://evil.example//evil.example"})
    assert htmx.current_path(foreign) == "/search"
    assert htmx.current_path(make.request("/search?q=a")) == "/search?q=a"


def test_an_ordinary_redirect_moves_the_page_and_keeps_its_cookies() -> None:
    response = HttpResponseRedirect("/changes/")
    response.set_cookie("kept", "yes")
    answered = answer_through_middleware(make.fragment(), response)
    assert answered.status_code == 204
    assert answered.headers["HX-Redirect"] == "/changes/"
    assert "Location" not in answered.headers
    assert answered.cookies["kept"].value == "yes"


def test_an_expired_session_leads_to_sign_in_and_back_to_the_page() -> None:
    login = reverse("account_login")
    response = HttpResponseRedirect(f"{login}?next=/customers/17/row")
    answered = answer_through_middleware(make.fragment(), response)
    assert answered.headers["HX-Redirect"] == f"{login}?next=%2Fcustomers%2F%3Fq%3Dholm"


def test_a_whole_page_is_redirected_as_usual() -> None:
    answered = answer_through_middleware(make.request(), HttpResponseRedirect("/changes/"))
    assert (answered.status_code, answered.headers["Location"]) == (302, "/changes/")


def test_a_fragment_brings_its_toast_along() -> None:
    asked = make.fragment(by=make.actor())
    toasts.add(asked, "Linked <b>Anna</b>.", undo_url="/changes/7/reversal")
    answered = answer_through_middleware(asked, HttpResponse("<p>row</p>"))
    html = answered.content.decode()
    assert html.startswith("<p>row</p>")
    assert 'hx-swap-oob="beforeend:#toasts"' in html
    assert "Linked &lt;b&gt;Anna&lt;/b&gt;." in html
    assert 'action="/changes/7/reversal"' in html
    assert 'name="next" value="/customers/?q=holm"' in html
    assert "HX-Request" in answered.headers["Vary"]


@pytest.mark.parametrize("status", [204, 303, 403, 500])
def test_a_toast_waits_while_nothing_is_shown(status: int) -> None:
    asked = make.fragment(by=make.actor())
    toasts.add(asked, "Linked Anna.")
    response = HttpResponse(status=status)
    if status == 303:
        response.headers["Location"] = "/customers/"
    assert answer_through_middleware(asked, response).content == b""
    assert [toast.text for toast in toasts.take(asked)] == ["Linked Anna."]


def test_a_toast_keeps_its_undo_over_the_redirect() -> None:
    asked = make.request()
    toasts.add(
        asked, "Merged 2.", level="warning", undo_url="/u", link_url="/c", link_label="Show it"
    )
    [taken] = toasts.take(asked)
    assert taken == toasts.Toast("Merged 2.", "warning", "/u", "/c", "Show it")


def test_the_messages_of_other_applications_become_toasts() -> None:
    from django.contrib import messages

    asked = make.request()
    messages.success(asked, "Signed in.", extra_tags="account")
    messages.add_message(asked, messages.DEBUG, "noted")
    messages.error(asked, "Wrong code.", extra_tags="[1]")
    found = [(toast.text, toast.level, toast.undo_url) for toast in toasts.take(asked)]
    assert found[0] == ("Signed in.", "success", "")
    assert found[-1] == ("Wrong code.", "error", "")


def test_triggers_add_up() -> None:
    response = htmx.close_dialog(htmx.show_toast(HttpResponse(), "Ærø is gone", level="info"))
    header = response.headers["HX-Trigger"]
    assert header.isascii()
    assert json.loads(header) == {
        "wayfolk:toast": {"text": "Ærø is gone", "level": "info"},
        "wayfolk:dialog-close": {},
    }
