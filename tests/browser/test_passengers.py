"""Passengers in a real browser: a household joins with one click, the lead moves (KP-11, KP-18)."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making
from tests.bookings.travelling import DEPARTURE, add, family
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.households.making import household, person
from tests.partners.making import partner
from tests.world import Cast
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.kit import tenancy
from wayfolk.partners.operations import contacts
from wayfolk.passengers import operations as ages
from wayfolk.passengers.rules import BandData

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


def booked_for(cast: Cast) -> Booking:
    """A mother's booking, sold by an agency with a contact; her household is not on it yet."""
    people = family(cast)
    roles = {"anna": "head", "bent": "partner", "emil": "child", "cora": "child"}
    household(cast, *((people[key], role) for key, role in roles.items()))
    agency, mette = partner(cast.manager), person(cast, "Mette", "Featherstonehaugh-Cholmondeley")
    with tenancy.scope(cast.organization.id):
        contacts.add_contact(
            agency.id, mette.id, role="sales", from_on=date(2020, 1, 1), by=cast.manager
        )
    return making.booking(
        cast.advisor,
        people["anna"],
        product="Douro river cruise",
        departs_on=DEPARTURE,
        partner_id=agency.id,
    )


def test_a_household_joins_and_the_numbers_follow(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    booking = booked_for(committed_cast)
    page = open_page(committed_cast.advisor, f"/bookings/{booking.number}/")
    section = page.locator("#booking-passengers")
    expect(section).to_contain_text("0 of 2 named")
    section.get_by_role("button", name="Add all of this household").click()
    expect(section).to_contain_text("4 named, 2 booked")
    expect(section.get_by_role("row", name="Cora")).to_contain_text("Infant")
    section.get_by_role("button", name="Actions for Bent Hansen").click()
    section.get_by_role("button", name="Make lead passenger").click()
    expect(section.get_by_role("row", name="Bent")).to_contain_text("Lead")
    section.get_by_role("button", name="Take the numbers from the passengers").click()
    expect(section).to_contain_text("All 4 named")
    expect(page.locator("#main")).to_contain_text("2 adults, 1 children")
    page.get_by_role("button", name="Undo").first.click()
    expect(section).to_contain_text("4 named, 2 booked")


def test_somebody_else_is_searched_for_and_taken_off(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    booking = booked_for(committed_cast)
    page = open_page(committed_cast.advisor, f"/bookings/{booking.number}/")
    section = page.locator("#booking-passengers")
    section.get_by_role("link", name="Add somebody else…").click()
    page.locator("#dialog input[type=search]").press_sequentially("ulla")
    page.locator("#dialog").get_by_text("Ulla Hansen").first.click()
    page.get_by_role("button", name="Add passenger").click()
    expect(section).to_contain_text("date of birth not known")
    section.get_by_role("button", name="Actions for Ulla Hansen").click()
    section.get_by_role("button", name="Travels as adult").click()
    expect(section).to_contain_text("by hand")
    section.get_by_role("button", name="Actions for Ulla Hansen").click()
    section.get_by_role("button", name="Take off the booking").click()
    expect(section).to_contain_text("Nobody is named yet.")


def test_one_click_works_without_javascript(committed_cast: Cast, open_page: OpenPage) -> None:
    booking = booked_for(committed_cast)
    path = f"/bookings/{booking.number}/"
    page = open_page(committed_cast.advisor, path, javascript=False)
    page.get_by_role("button", name="Emil Hansen").click()
    row = page.locator("#booking-passengers").get_by_role("row", name="Emil")
    expect(row).to_contain_text("Lead")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_in_both_themes_and_widths(
    committed_cast: Cast,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    cast, booking = committed_cast, booked_for(committed_cast)
    with tenancy.scope(cast.organization.id):
        for fields in ({}, {"product": "cruise", "child_below": 16, "from_on": date(2026, 1, 1)}):
            ages.create_band(BandData(fields), by=cast.administrator)
    path = f"/bookings/{booking.number}/"
    page = open_page(cast.advisor, path, width=width, theme=theme)

    def look(name: str) -> None:
        screenshot(page, f"passengers-{name}-{width}-{theme}")
        assert_accessible(page)

    look("none")
    page.get_by_role("button", name="Anna Hansen").click()
    section = page.locator("#booking-passengers")
    expect(section).to_contain_text("1 of 2 named")
    for name in ("Emil", "Cora"):
        section.get_by_role("button", name=f"{name} Hansen").click()
        expect(section.get_by_role("row", name=name)).to_be_visible()
    with tenancy.scope(cast.organization.id):
        add(cast, booking, person(cast, "Wolfeschlegelsteinhausen", "Bergerdorff-Welche"))
        anna = Booking.objects.get(id=booking.id).customer_id
        operations.set_type(booking.id, anna, "adult", by=cast.advisor)
    page.goto(path)
    look("some")
    page.get_by_role("link", name="Add somebody else…").click()
    expect(page.locator("#dialog")).to_be_visible()
    look("choose")
    page.goto("/customers/3/")  # Emil, who booked nothing himself
    page.get_by_role("link", name="Travels on bookings of others").click()
    expect(page.locator("#customer-travels")).to_contain_text("Douro river cruise")
    look("travels")
    page = open_page(cast.administrator, "/settings/passenger-ages/", width=width, theme=theme)
    look("ages")
    page.goto("/settings/passenger-ages/new/")
    look("new-ages")
