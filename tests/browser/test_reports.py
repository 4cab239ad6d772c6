"""The two reports in the browser (TQ-57)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making, travelling
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.world import Cast

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tq57_from_money_to_heads_and_into_a_file(
    committed_cast: Cast,
    open_page: OpenPage,
    assert_accessible: Check,
    screenshot: Screenshot,
    width: int,
    theme: str,
) -> None:
    by = committed_cast.manager
    people = travelling.family(committed_cast)
    travelling.booked(committed_cast, people["anna"], people["emil"], total_minor=150_000)
    making.booking(by, product="A cruise along the coast with a very long name " * 2, cost_minor=1)
    page = open_page(by, "/reports/bookings/", width=width, theme=theme)
    page.get_by_label("From").fill("2026-01-01")
    page.get_by_label("To (included)").fill("2026-12-31")
    page.get_by_label("A line for each").select_option("Product")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tr.wf-total")).to_contain_text("EUR 1,620.00")
    assert_accessible(page)
    screenshot(page, f"report-bookings-{width}-{theme}")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "bookings-2026-01-01-to-2026-12-31.csv"
    assert "Spa day" in download.value.path().read_text(encoding="utf-8-sig")
    page.get_by_role("navigation", name="Reports").get_by_role("link", name="Passengers").click()
    expect(page.get_by_label("From")).to_have_value("2026-01-01")
    page.get_by_label("A line for each").select_option("Age on departure")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody")).to_contain_text("2–11")
    expect(page.locator("tbody")).not_to_contain_text("EUR")
    assert_accessible(page)
    screenshot(page, f"report-passengers-{width}-{theme}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
