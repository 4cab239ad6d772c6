"""Offers and catalog orders in a real browser (TQ-18, TQ-50, TQ-51)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.sales import making
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.kit import clock, tenancy
from wayfolk.sales.models import Offer
from wayfolk.sales.operations import converting, offers

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


def test_an_offer_is_made_sent_and_sold(
    committed_cast: Cast, open_page: OpenPage, assert_accessible: Check
) -> None:
    by = committed_cast.advisor
    page = open_page(by, "/offers/")
    page.get_by_role("link", name="New offer").first.click()
    page.get_by_label("Or somebody who is no customer yet").fill("Lena Brandt")
    page.get_by_label("Their email").fill("lena@example.com")
    page.get_by_label("Title").fill("Honeymoon on Madeira")
    page.get_by_label("Proposed departure").fill("2027-06-10")
    page.get_by_label("Proposed return").fill("2027-06-01")
    page.get_by_label("Price").fill("2,860.00")
    page.get_by_role("button", name="Create offer").click()
    expect(page.locator("[data-field=returns_on]")).to_contain_text("before")
    page.get_by_label("Proposed return").fill("2027-06-17")
    page.get_by_role("button", name="Create offer").click()
    expect(page.get_by_role("heading", name="Honeymoon on Madeira")).to_be_visible()
    page.get_by_role("link", name="Send", exact=True).click()
    expect(page.locator("#id_address")).to_have_value("lena@example.com")
    assert_accessible(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#offer-reminders")).to_contain_text("21 days")
    page.get_by_role("button", name="Cancel the reminder").first.click()
    expect(page.locator("#offer-reminders")).to_contain_text("Cancelled by Ida Lund.")
    page.get_by_role("link", name="Make a booking").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("First name")).to_have_value("Lena")
    assert_accessible(page)
    dialog.get_by_role("button", name="Make the booking").click()
    expect(page.locator(".wf-toast-text")).to_contain_text("is booking")
    with tenancy.scope(by.organization_id):
        assert Booking.objects.get().total_minor == 286_000
        assert Offer.objects.get().status == "sold"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".wf-toast-text").last).to_contain_text("Taken back")
    with tenancy.scope(by.organization_id):
        assert not Booking.objects.exists()
        assert Offer.objects.get().status == "available"


def test_an_offer_is_closed_and_followed_up_without_javascript(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    by = committed_cast.advisor
    made = making.offer(by, follow_up_on=clock.today(by.time_zone))
    page = open_page(by, "/offers/follow-up/", javascript=False)
    page.get_by_label(f"Next follow-up of offer {made.number}").fill("2027-01-31")
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Nothing to follow up today")).to_be_visible()
    page.goto(f"/offers/{made.number}/")
    page.get_by_role("link", name="Close", exact=True).click()
    page.get_by_label("Booked elsewhere").check()
    page.get_by_role("button", name="Close offer").click()
    expect(page.get_by_text("Booked elsewhere.")).to_be_visible()


def test_a_customer_shows_offers_and_catalog_orders_when_they_are_opened(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    by = committed_cast.advisor
    known = making.customer(by)
    making.offer(by, known)
    making.order(by, known)
    page = open_page(by, f"/customers/{known.number}/")
    page.get_by_role("button", name="Offers").or_(
        page.locator("summary:has-text('Offers')")
    ).click()
    expect(page.locator("#customer-offers")).to_contain_text("A week in the Algarve")
    page.locator("summary:has-text('Catalog orders')").click()
    expect(page.locator("#customer-catalogs")).to_contain_text("Main brochure")
    page.locator("#customer-catalogs").get_by_role("link", name="New catalog order").click()
    expect(page.get_by_label("Address")).to_have_value("Havnegade 3")
    page.get_by_role("button", name="Create catalog order").click()
    page.get_by_role("button", name="It was posted").click()
    expect(page.locator(".wf-toast-text")).to_contain_text("is sent")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_kept_as_a_picture(
    committed_cast: Cast,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    by = committed_cast.administrator
    today = clock.today(by.time_zone)
    known = making.customer(by)
    late = making.sent(by, known, follow_up_on=today - timedelta(days=3), resort="Lagos")
    typed = making.offer(
        by, offeree_name="Lena Brandt", offeree_email="lena@example.com", follow_up_on=today
    )
    sold, closed = making.offer(by, known), making.offer(by, known)
    with tenancy.scope(by.organization_id):
        converting.convert_offer(sold.id, by=by)
        offers.close_offer(closed.id, making.reason(by), by=by)
    order = making.order(by, known)
    addresses = {
        "offers-list": "/offers/",
        "offers-none": "/offers/?status=expired",
        "offers-follow-up": "/offers/follow-up/",
        "offers-record": f"/offers/{late.number}/",
        "offers-offeree": f"/offers/{typed.number}/",
        "offers-sold": f"/offers/{sold.number}/",
        "offers-closed": f"/offers/{closed.number}/",
        "offers-new": "/offers/new/",
        "offers-edit": f"/offers/{typed.number}/edit/",
        "offers-send": f"/offers/{typed.number}/sending/",
        "offers-convert": f"/offers/{typed.number}/booking/",
        "offers-who": f"/offers/{typed.number}/customer/",
        "offers-close": f"/offers/{typed.number}/closing/",
        "offers-of-customer": f"/offers/of-customer/{known.number}/",
        "offers-settings": "/settings/offers/",
        "offers-reasons": "/settings/lists/close-reasons/",
        "catalogs-list": "/catalog-orders/",
        "catalogs-none": "/catalog-orders/?status=sent",
        "catalogs-new": f"/catalog-orders/new/?customer={known.number}",
        "catalogs-record": f"/catalog-orders/{order.number}/",
        "catalogs-of-customer": f"/catalog-orders/of-customer/{known.number}/",
    }
    page = open_page(by, width=width, theme=theme)
    for name, address in addresses.items():
        page.goto(address)
        screenshot(page, f"{name}-{width}-{theme}")
        assert_accessible(page)
        overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(overflow), f"{address} scrolls sideways at {width}"
