"""A booking's price in parts, and what the customer is worth beside it (TQ-21 to TQ-30)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.world import Cast

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tq28_a_line_is_added_and_the_figure_opens_its_booking(
    committed_cast: Cast,
    open_page: OpenPage,
    assert_accessible: Check,
    screenshot: Screenshot,
    width: int,
    theme: str,
) -> None:
    by = committed_cast.manager
    ann = making.customer(by)
    making.booking(by, ann, departs_on=date(2025, 3, 1), total_minor=70_000)
    booking = making.booking(by, ann, total_minor=120_000, cost_minor=90_000)
    page = open_page(by, f"/bookings/{booking.number}/", width=width, theme=theme)
    price = page.locator("#booking-price")
    price.get_by_role("link", name="Add a line").click()
    price.get_by_label("Category").select_option("Insurance")
    price.get_by_label("Price in EUR").fill("45")
    assert_accessible(page)
    price.get_by_role("button", name="Add line").click()
    expect(price.locator("tfoot")).to_contain_text("EUR 1,245.00")
    assert_accessible(page)
    screenshot(page, f"booking-price-{width}-{theme}")
    page.goto(f"/customers/{ann.number}/")
    panel = page.locator(".wf-totals")
    expect(panel).to_contain_text("EUR 1,945.00")
    panel.locator("[data-turnover], [hx-trigger=revealed]").first.scroll_into_view_if_needed()
    expect(panel.locator("canvas")).to_be_visible()
    assert_accessible(page)
    screenshot(page, f"customer-totals-{width}-{theme}")
    panel.get_by_role("link", name="EUR 45.00").click()
    expect(page.locator(".wf-chips")).to_contain_text("Insurance")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
