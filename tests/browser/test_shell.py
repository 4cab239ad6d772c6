"""The frame, Home, Search, Recent changes and Settings: accessible in both themes and widths."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Accessible, Gallery, OpenPage, Screenshot
from tests.world import Cast
from wayfolk.audit.change_sets import last_written_id
from wayfolk.customers import operations
from wayfolk.customers.rules import CustomerData

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "search": "/search?q=zo",
    "changes": "/changes/",
    "settings": "/settings/",
    "settings-profile": "/settings/profile/",
    "settings-modules": "/settings/modules/",
    "settings-people": "/settings/people/",
    "settings-invite": "/settings/people/invite",
    "settings-roles": "/settings/roles/",
    "settings-tokens": "/settings/tokens/",
    "settings-sessions": "/account/sessions/",
    "settings-password": "/account/password/change/",
    "settings-two-step": "/account/2fa/",
    "not-found": "/customers/999999/",
}


def add_customer(cast: Cast) -> int:
    data = CustomerData(
        {"given_name": "Zoë", "family_name": "Müller"},
        {("primary", "email"): "zoe@example.com", ("primary", "phone"): "+351 910 000 111"},
    )
    return operations.create_customer(data, by=cast.administrator).number


def test_every_page_is_accessible(committed_cast: Cast, gallery: Gallery) -> None:
    add_customer(committed_cast)
    change = last_written_id()
    page = gallery.open(committed_cast.administrator)
    for name, path in {**PAGES, "change": f"/changes/{change}/"}.items():
        page.goto(path)
        gallery.look(page, name)


def test_the_palette_finds_from_the_first_letter_and_opens(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    number = add_customer(committed_cast)
    page = open_page(committed_cast.advisor, "/")
    page.keyboard.press("/")
    page.keyboard.type("z")
    found = page.locator("#palette-results [role=option]").first
    expect(found).to_contain_text("Zoë Müller")
    expect(found.locator("mark").first).to_have_text("Z")
    screenshot(page, "palette-1440-light")
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/customers/{number}/$"))


def test_a_change_is_taken_back_and_done_again_from_recent_changes(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot
) -> None:
    number = add_customer(committed_cast)
    page = open_page(committed_cast.administrator, "/changes/")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_text("Taken back by Ana Costa").first).to_be_visible()
    screenshot(page, "undone-1440-light")
    assert page.request.get(f"/customers/{number}/").status == 404
    page.locator(".wf-toast").get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    assert page.request.get(f"/customers/{number}/").status == 200


def test_a_right_is_taken_without_javascript(committed_cast: Cast, open_page: OpenPage) -> None:
    page = open_page(committed_cast.administrator, "/settings/roles/", javascript=False)
    page.get_by_label("Viewer: See stays", exact=True).uncheck()
    page.get_by_role("button", name="Save the rights").click()
    expect(page.get_by_label("Viewer: See stays", exact=True)).not_to_be_checked()
    viewer = open_page(committed_cast.viewer, "/stays/")
    expect(viewer.get_by_text("does not include").first).to_be_visible()


def test_search_works_without_javascript(committed_cast: Cast, open_page: OpenPage) -> None:
    number = add_customer(committed_cast)
    page = open_page(committed_cast.viewer, "/", javascript=False)
    page.get_by_role("searchbox").first.fill("zoe")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Zoë Müller").click()
    expect(page).to_have_url(re.compile(rf"/customers/{number}/$"))
