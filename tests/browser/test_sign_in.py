"""Signing in, being locked out, the second step, signing out: in a real browser."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.browser.conftest import Accessible, Gallery, OpenPage, Screenshot
from tests.world import PASSWORD, Cast

pytestmark = pytest.mark.browser


def fill(page: Page, email: str, password: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_signing_in_leads_back_to_the_page_asked_for(
    committed_cast: Cast, open_page: OpenPage, javascript: bool
) -> None:
    page = open_page(None, "/customers/", javascript=javascript)
    fill(page, committed_cast.advisor.email.upper(), PASSWORD)
    expect(page).to_have_url(re.compile(r"/customers/$"))
    expect(page.get_by_role("heading", name="Customers", level=1)).to_be_visible()


def test_the_pages_without_a_session_are_accessible(
    gallery: Gallery, assert_accessible: Accessible
) -> None:
    page = gallery.open(None, "/account/login/")
    gallery.look(page, "sign-in")
    for path in ("/account/password/reset/", "/account/signup/", "/no-such-page"):
        page.goto(path)
        assert_accessible(page)


def test_a_wrong_password_is_told_in_words_and_too_many_lock_the_door(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    page = open_page(None, "/account/login/")
    fill(page, committed_cast.viewer.email, "wrong")
    expect(page.get_by_text("do not belong together").first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "sign-in-wrong-1440-light")
    for _ in range(5):
        if page.get_by_label("Email").count() == 0:
            break
        fill(page, committed_cast.viewer.email, "wrong")
    expect(page.get_by_text("too many attempts").first).to_be_visible()
    screenshot(page, "locked-out-1440-light")
    page.goto("/account/login/")
    fill(page, committed_cast.viewer.email, PASSWORD)
    expect(page.get_by_text("too many attempts").first).to_be_visible()


def test_the_second_step_is_switched_on_and_asked_for(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    email = committed_cast.manager.email
    page = open_page(None, "/account/login/")
    fill(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.goto("/account/2fa/")
    assert_accessible(page)
    page.get_by_role("link", name="Switch on").click()
    if page.get_by_role("heading", name="Confirm that it is you").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    secret = page.locator("code").first.inner_text()
    screenshot(page, "two-step-1440-light")
    assert_accessible(page)
    page.get_by_label("Code").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("are left").first).to_be_visible()
    assert_accessible(page)
    codes = page.locator("li code").all_inner_texts()
    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    fill(page, email, PASSWORD)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    if not codes:
        pytest.fail("no recovery codes were shown")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()


def code_of(secret: str) -> str:
    """What an authenticator app would show now."""
    assert TOTP is not None
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
