"""Preferences in a real browser: an allergy is noted and met again on a booking (KP-38, KP-39)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings.travelling import booked, family
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.passengers.preferring import prefers
from tests.world import Cast

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_an_allergy_is_noted_and_met_on_the_booking(
    committed_cast: Cast,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    cast, people = committed_cast, family(committed_cast)
    emil = people["emil"]
    for kind, value in (("diet", "no pork"), ("accessibility", "step-free access")):
        prefers(cast.advisor, emil, kind, value)
    prefers(cast.advisor, people["anna"], "room", "quiet room, away from the lift", note="Porto")
    trip = booked(cast, people["anna"], emil, people["bent"])
    path = f"/customers/{emil.number}/"
    page = open_page(cast.advisor, path, width=width, theme=theme)

    def look(name: str) -> None:
        screenshot(page, f"preferences-{name}-{width}-{theme}")
        assert_accessible(page)

    section = page.locator("#preferences")
    section.locator("summary").click()
    expect(section).to_contain_text("no pork")
    section.get_by_role("link", name="New preference…").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Kind of preference").select_option("allergy")
    dialog.get_by_label("What").fill("nuts")
    dialog.get_by_label("Severity").select_option("life-threatening")
    look("new")
    dialog.get_by_role("button", name="Note preference").click()
    warnings = page.get_by_role("list", name="Warnings")
    expect(warnings).to_contain_text("Allergy: nuts, life-threatening")
    expect(section).to_contain_text("Life-threatening")
    section.scroll_into_view_if_needed()
    look("customer")
    section.get_by_role("button", name="Actions for nuts").click()
    section.get_by_role("link", name="Edit").click()
    page.get_by_label("Note").fill("Carries two pens")
    look("edit")
    page.get_by_role("button", name="Update").click()
    expect(section).to_contain_text("Carries two pens")
    page.goto(f"/bookings/{trip.number}/")
    row = page.locator("#booking-passengers").get_by_role("row", name="Emil")
    expect(row).to_contain_text("Allergy: nuts, life-threatening")
    page.locator("#booking-passengers").scroll_into_view_if_needed()
    shown = page.locator("#booking-passengers table")
    assert shown.evaluate("e => e.scrollWidth <= e.parentElement.clientWidth"), "Cut off"
    look("booking")
    page.goto(path)
    section.get_by_role("button", name="Actions for nuts").click()
    section.get_by_role("button", name="Remove").click()
    expect(warnings).to_be_hidden()
    page.get_by_role("button", name="Undo").first.click()
    expect(warnings).to_contain_text("Allergy: nuts, life-threatening")
