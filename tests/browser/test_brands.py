"""Brands in a real browser (TQ-46, TQ-50, TQ-51, TQ-53)."""

import pytest
from playwright.sync_api import expect

from tests.bookings import making
from tests.browser.conftest import WIDE, Gallery, OpenPage
from tests.sales import making as sales
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.kit import tenancy
from wayfolk.organization import brands

pytestmark = pytest.mark.browser


def test_tq53_a_second_brand_gives_its_bookings_numbers_of_its_own(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    by = committed_cast.administrator
    customer = making.customer(by)
    page = open_page(by, "/settings/", width=WIDE)
    page.get_by_role("link", name="Brands").click()
    expect(page.get_by_text("nothing about brands is shown anywhere else")).to_be_visible()
    page.get_by_label("Name").fill("Sunny Days")
    page.get_by_label("Short code").fill("SUN")
    page.get_by_role("button", name="Add brand").click()
    page.get_by_role("link", name="Sunny Days").click()
    ranges = page.get_by_role("form", name="Add a range")
    ranges.get_by_label("From").fill("100000")
    ranges.get_by_label("To").fill("199999")
    ranges.get_by_role("button", name="Add range").click()
    expect(page.get_by_role("cell", name="100000 to 199999", exact=True)).to_be_visible()
    page.get_by_label("Remind after days").fill("2,9")
    page.get_by_role("form", name="Reminders of offers").get_by_role(
        "button", name="Update"
    ).click()
    expect(page.locator(".wf-toast-text").last).to_contain_text("updated")
    ranges.get_by_label("From").fill("150000")
    ranges.get_by_label("To").fill("150000")
    ranges.get_by_role("button", name="Add range").click()
    told = page.get_by_text("meets the range 100000 to 199999 of Sunny Days")
    expect(told.first).to_be_visible()
    ranges.get_by_label("From").fill("200000")
    ranges.get_by_label("To").fill("299999")
    ranges.get_by_role("button", name="Add range").click()
    expect(page.get_by_role("cell", name="200000 to 299999", exact=True)).to_be_visible()
    page.goto(f"/bookings/new/?customer={customer.number}")
    page.get_by_label("Brand").select_option("Sunny Days")
    page.get_by_label("Product name").fill("Long walk")
    page.get_by_role("button", name="Create booking").click()
    expect(page.get_by_role("heading", name="Long walk")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('/bookings/')[0]}/bookings/100000/")
    with tenancy.scope(by.organization_id):
        assert Booking.objects.get().number == 100_000


def test_tq50_pages_with_brands_are_accessible_in_both_widths_and_themes(
    committed_cast: Cast, gallery: Gallery
) -> None:
    by = committed_cast.administrator
    with tenancy.scope(by.organization_id):
        sunny = brands.create_brand("Sunny Days and Quiet Nights", "SUN", by=by)
        for kind in ("booking", "offer"):
            brands.add_range(sunny.id, kind, 100_000, 199_999, by=by)
        brands.set_in_use(brands.create_brand("Snow", "SNOW", by=by).id, False, by=by)
        first = brands.list_brands()[0]
    booking = making.booking(by, brand_id=sunny.id)
    making.booking(by)
    offer = sales.offer(by, brand_id=sunny.id)
    page = gallery.open(by)
    for name, address in {
        "brands-settings": "/settings/brands/",
        "brands-one": "/settings/brands/SUN/",
        "brands-first": f"/settings/brands/{first.code}/",
        "brands-bookings": "/bookings/",
        "brands-booking": f"/bookings/{booking.number}/",
        "brands-booking-new": "/bookings/new/",
        "brands-offers": "/offers/?brand=SUN",
        "brands-offer": f"/offers/{offer.number}/",
        "brands-offer-new": "/offers/new/",
        "brands-case-new": "/cases/new/",
    }.items():
        page.goto(address)
        gallery.look(page, name)
