"""Itineraries in a real browser: create, link, points of contact, remove, edit in place."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Accessible, Gallery, OpenPage, Screenshot
from tests.itineraries.factories import customer, itinerary, names
from tests.world import Cast
from wayfolk.customers import operations as customer_operations
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import linking
from wayfolk.kit import clock

pytestmark = pytest.mark.browser


def family(cast: Cast) -> Itinerary:
    """A trip with a couple, a planner who stays at home, and somebody inactive."""
    soon = clock.now().replace(hour=13, minute=0, second=0, microsecond=0) + timedelta(days=20)
    anna = customer(cast, "Anna", "Holm", email="anna.holm@example.com", phone="+45 45 12 34 56")
    bent = customer(cast, "Bent", "Holm-Featherstonehaugh", email="bent@example.com")
    cora = customer(cast, "Cora", "Krag")
    dora = customer(cast, "Dora", "Lind", phone="+46 70 123 45 67")
    past = soon - timedelta(days=400)
    itinerary(cast, anna, bent, name="Madeira last spring", arrival_at=past, departure_at=past)
    trip = itinerary(
        cast,
        anna,
        bent,
        cora,
        dora,
        name="Lisbon and the Alentejo in May",
        arrival_at=soon,
        departure_at=soon + timedelta(days=9, hours=-3),
        adults=3,
        children=1,
        notes="Anniversary trip. Cora books for her parents and stays at home.",
    )
    linking.set_point_of_contact(trip.id, cora.id, True, by=cast.advisor)
    linking.set_travelling(trip.id, cora.id, False, by=cast.advisor)
    linking.set_leader(trip.id, anna.id, True, by=cast.advisor)
    customer_operations.set_status([dora.id], "inactive", by=cast.advisor)
    return trip


def url(trip: Itinerary, rest: str = "") -> str:
    return f"/itineraries/{trip.number}/{rest}"


def poc(page: Page, name: str) -> Any:
    return page.locator("#customers").get_by_role("checkbox", name=f"{name} is point of contact")


def test_every_page_is_accessible_in_both_themes_and_widths(
    committed_cast: Cast, gallery: Gallery
) -> None:
    trip = family(committed_cast)
    page = gallery.open(committed_cast.administrator, "/itineraries/")
    gallery.look(page, "itineraries-list")
    page.goto(url(trip))
    gallery.look(page, "itineraries-page")
    page.get_by_role("link", name="Customer", exact=True).click()
    expect(page.locator("#dialog")).to_be_visible()
    page.get_by_label("Find a customer").press_sequentially("holm")
    expect(page.locator("#picker-results button").first).to_be_visible()
    gallery.look(page, "itineraries-link-dialog")
    page.goto("/itineraries/new")
    page.locator("#new-itinerary-customers summary").first.click()
    gallery.look(page, "itineraries-new")
    page.goto(url(trip, "edit"))
    gallery.look(page, "itineraries-edit")
    page.goto("/settings/stages/")
    gallery.look(page, "itineraries-stages")


def test_link_customers_in_the_dialog(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    """TP-05, TP-06, TP-08, TP-24..TP-26, TP-30: nothing is stored before Save."""
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna", "Holm"))
    customer(cast, "Bent", "Krag", email="bent@example.com")
    page = open_page(cast.advisor, url(trip))
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_label("Find a customer").press_sequentially("kra")
    page.locator("#picker-results button", has_text="Bent Krag").click()
    expect(page.locator("#picker tbody tr")).to_have_count(2)
    page.get_by_text("Add new customer").click()
    page.get_by_label("First name").fill("Nina")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.locator("#picker tbody tr")).to_have_count(3)
    expect(page.locator("#picker")).to_contain_text("New")
    screenshot(page, "itineraries-link-pending")
    assert_accessible(page)
    assert names(trip) == ["Anna"]
    page.get_by_role("button", name="Remove Anna Holm").click()  # and at once, not waiting:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#customers tbody tr")).to_have_count(2)
    expect(page.locator("#toasts")).to_contain_text("Saved the customers")
    assert names(trip) == ["Bent", "Nina"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#customers tbody tr")).to_have_count(1)
    assert names(trip) == ["Anna"]


def test_the_dialog_as_a_page_of_its_own_with_javascript(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    """A dialog's address opened in a new tab has no dialog around its form."""
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna"))
    customer(cast, "Bent", "Krag")
    page = open_page(cast.advisor, url(trip, "customers"))
    page.get_by_label("Find a customer").press_sequentially("kr")
    page.locator("#picker-results button", has_text="Bent Krag").click()
    expect(page.locator("#picker tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#customers tbody tr")).to_have_count(2)
    assert names(trip) == ["Anna", "Bent"]


def test_a_refused_save_stays_in_the_dialog_with_both_ways_out(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    """TP-31, TP-33"""
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna"), customer(cast, "Bent"))
    page = open_page(cast.advisor, url(trip))
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_role("button", name="Remove Anna").click()
    expect(page.locator("#picker tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#picker [role=alert]")).to_contain_text(
        "point of contact first, or remove all"
    )
    screenshot(page, "itineraries-link-refused")
    assert_accessible(page)
    page.locator("#picker").get_by_role("checkbox", name="Bent is point of contact").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#customers tbody tr")).to_have_count(1)
    assert names(trip) == ["Bent"]


def test_leaving_the_dialog_warns_about_changes_but_not_about_a_search(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    """D-01."""
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna", "Holm"))
    customer(cast, "Bent", "Krag")
    page = open_page(cast.advisor, url(trip))
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_label("Find a customer").press_sequentially("kra")
    expect(page.locator("#picker-results button")).to_have_count(1)
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert asked == []
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_label("Find a customer").press_sequentially("kra")
    page.locator("#picker-results button", has_text="Bent").click()
    expect(page.locator("#picker tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#dialog")).to_be_hidden()
    assert len(asked) == 1
    assert names(trip) == ["Anna"]


def test_point_of_contact_saves_at_once_and_rolls_back_when_refused(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    """TP-17..TP-19"""
    cast = committed_cast
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    page = open_page(cast.advisor, url(trip))
    poc(page, "Bent").check()
    expect(page.locator("#toasts")).to_contain_text("Bent is now point of contact")
    expect(poc(page, "Bent")).to_be_focused()
    poc(page, "Anna").uncheck()
    expect(page.locator("#toasts")).to_contain_text("Anna is no longer point of contact")
    poc(page, "Bent").click()
    expect(page.locator("#customers [role=alert]")).to_contain_text("or remove all customers")
    expect(poc(page, "Bent")).to_be_checked()
    screenshot(page, "itineraries-contact-refused")
    assert_accessible(page)
    page.reload()
    expect(poc(page, "Bent")).to_be_checked()
    expect(poc(page, "Anna")).not_to_be_checked()


def test_remove_by_the_menu_after_a_confirmation(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    """TP-29, TP-32"""
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna"), customer(cast, "Bent"))
    page = open_page(cast.advisor, url(trip))
    page.get_by_role("button", name="Actions for Bent").click()
    screenshot(page, "itineraries-row-menu")
    page.get_by_role("link", name="Remove…", exact=True).click()
    expect(page.locator("#dialog")).to_contain_text("Remove Bent?")
    screenshot(page, "itineraries-remove")
    assert_accessible(page)
    page.locator("#dialog").get_by_role("link", name="Cancel").click()
    assert names(trip) == ["Anna", "Bent"]
    page.get_by_role("link", name="Remove all…").click()
    page.locator("#dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#customers")).to_contain_text("No customers yet")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#customers tbody tr")).to_have_count(2)
    assert names(trip) == ["Anna", "Bent"]


def test_edit_the_customer_in_place(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    """TP-36, TP-37"""
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna", "Holm"))
    page = open_page(cast.advisor, url(trip))
    page.get_by_role("link", name="Anna Holm").click()
    expect(page.locator("#dialog")).to_be_visible()
    page.locator("#dialog").get_by_label("First name").fill("Anja")
    screenshot(page, "itineraries-edit-customer")
    assert_accessible(page)
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#customers")).to_contain_text("Anja Holm")
    expect(page).to_have_url(re.compile(f"/itineraries/{trip.number}/$"))


def test_create_with_customers_and_edit_in_the_dialog(
    committed_cast: Cast, open_page: OpenPage, assert_accessible: Accessible
) -> None:
    """TP-03, TA-21"""
    cast = committed_cast
    customer(cast, "Anna", "Holm")
    page = open_page(cast.advisor, "/itineraries/new")
    page.get_by_label("Trip name").fill("Porto and the Douro")
    page.get_by_label("Arrival").fill("2027-05-01T14:00")
    page.get_by_label("Departure").fill("2027-05-09T10:00")
    page.get_by_label("Adults").fill("2")
    page.locator("#new-itinerary-customers summary").first.click()
    page.get_by_label("Find a customer").press_sequentially("anna")
    page.locator("#picker-results button").first.click()
    page.get_by_label("Trip leader").select_option("Anna Holm")
    page.get_by_role("button", name="Save itinerary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Porto and the Douro")
    expect(page.locator("main")).to_contain_text("Sat 1 May 2027, 14:00")
    expect(page.locator("#customers")).to_contain_text("Trip leader")
    page.keyboard.press("e")
    page.locator("#dialog").get_by_label("Trip name").fill("Porto")
    assert_accessible(page)
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Porto")
    page.get_by_role("button", name="Change stage").click()
    page.get_by_role("button", name="Confirmed").click()
    expect(page.locator("#toasts")).to_contain_text("is now in Confirmed")


def test_search_the_list_as_one_types(committed_cast: Cast, open_page: OpenPage) -> None:
    cast = committed_cast
    itinerary(cast, name="Lisbon in May")
    itinerary(cast, name="Porto in June")
    page = open_page(cast.viewer, "/itineraries/")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("searchbox", name="Search by trip name or Trip ID").press_sequentially("por")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=por"))
    page.get_by_role("link", name="T-00002").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Porto in June")


def test_without_javascript_open_edit_link_and_choose_the_contact(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot
) -> None:
    cast = committed_cast
    trip = itinerary(cast, customer(cast, "Anna", "Holm"))
    customer(cast, "Bent", "Krag")
    page = open_page(cast.advisor, "/itineraries/", javascript=False)
    page.get_by_role("link", name=trip.trip_id).click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Trip name").fill("Lisbon in June")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Lisbon in June"
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_label("Find a customer").fill("krag")
    page.get_by_label("Find a customer").press("Enter")
    page.get_by_role("button", name=re.compile("Bent Krag")).click()
    screenshot(page, "itineraries-link-without-javascript")
    assert names(trip) == ["Anna"]
    page.get_by_role("button", name="Save", exact=True).click()
    assert names(trip) == ["Anna", "Bent"]
    poc(page, "Bent Krag").check()
    screenshot(page, "itineraries-page-without-javascript")
    page.locator("#customers tr", has_text="Bent").get_by_role("button", name="Save").first.click()
    assert poc(page, "Bent Krag").is_checked()
    poc(page, "Anna Holm").uncheck()
    page.locator("#customers tr", has_text="Anna").get_by_role("button", name="Save").first.click()
    assert not poc(page, "Anna Holm").is_checked()
