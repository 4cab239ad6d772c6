"""A booking's price in parts, and what the customer is worth beside it (TQ-21 to TQ-30)."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.bookings.adjustment_rules import AdjustmentData
from wayfolk.bookings.line_rules import PickupData
from wayfolk.kit import clock, tenancy

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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_tq55_tq56_a_proposed_discount_a_bonus_code_and_the_guests_choice_of_pickup(
    committed_cast: Cast,
    open_page: OpenPage,
    assert_accessible: Check,
    screenshot: Screenshot,
    width: int,
    theme: str,
) -> None:
    admin, by = committed_cast.administrator, committed_cast.manager
    departs = clock.today("Europe/Lisbon") + timedelta(days=30)
    booking = making.booking(by, departs_on=departs, total_minor=100_000)
    with tenancy.scope(admin.organization_id):
        for values in (
            {"code": "EARLY", "description": "Early bird", "is_permanent": True},
            {"code": "SUN", "description": "Summer", "bonus_code": "SUN26"},
        ):
            data = AdjustmentData({**values, "kind": "discount", "rate": Decimal(10)})
            operations.create_adjustment(data, by=admin)
        points = [
            operations.create_pickup_point(
                PickupData(
                    {
                        "code": code,
                        "description": words,
                        "price_minor": minor,
                        "route": "North",
                        "choice_days": 3,
                    }
                ),
                by=admin,
            )
            for code, words, minor in (("A", "Aliados", 500), ("B", "Boavista", 900))
        ]
    page = open_page(by, f"/bookings/{booking.number}/", width=width, theme=theme)
    price = page.locator("#booking-price")
    price.get_by_role("button", name="Early bird −10 %").click()
    expect(price.locator("tfoot")).to_contain_text("EUR 900.00")
    price.get_by_role("link", name="Add a line").click()
    price.get_by_label("Bonus code").fill("moon")
    price.get_by_role("button", name="Add line").click()
    expect(price.get_by_text("There is no bonus code").first).to_be_visible()
    assert_accessible(page)
    price.get_by_label("Bonus code").fill("sun26")
    price.get_by_role("button", name="Add line").click()
    expect(price.locator("tfoot")).to_contain_text("EUR 800.00")
    price.get_by_role("link", name="Add a line").click()
    price.get_by_label("Pickup point").select_option(str(points[0].id))
    price.get_by_role("button", name="Add line").click()
    expect(price.get_by_text("guest may choose until")).to_be_visible()
    price.get_by_role("button", name="Actions for Pickup point").click()
    screenshot(page, f"booking-price-catalogues-{width}-{theme}")
    link = price.get_by_role("link", name="The guest's page").get_attribute("href") or ""
    guest = open_page(None, link[link.index("/pickup/") :], width=width, theme=theme)
    assert_accessible(guest)
    screenshot(guest, f"guest-pickup-{width}-{theme}")
    guest.get_by_label("Boavista, EUR 9.00").check()
    guest.get_by_role("button", name="Pick me up there").click()
    expect(guest.get_by_role("heading", name="See you there")).to_be_visible()
    assert_accessible(guest)
    page.reload()
    expect(price.get_by_text("B Boavista")).to_be_visible()
    expect(price.locator("tfoot")).to_contain_text("EUR 809.00")
