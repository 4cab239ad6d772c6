"""Finding somebody by a misspelled name, with the keyboard alone: palette, dialogs, list, page."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Accessible, Gallery, OpenPage, Screenshot
from tests.identity.people import catch_up
from tests.itineraries.factories import itinerary
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData

pytestmark = pytest.mark.browser

PEOPLE = (
    ("Anna", "Meier", "anna.meier@example.com", "+49 30 1234 5678", "Berlin"),
    ("Anna-Lena", "Meyer", "", "+49 171 555 44 33", "München"),
    ("Hanna", "Maier", "hanna@travel.example", "", ""),
    (
        "Wolfeschlegelsteinhausen Maximiliana",
        "Meier-Featherstonehaugh von Bergerdorff",
        "wolfeschlegelsteinhausen.maximiliana@a-very-long-domain-indeed.example",
        "+44 20 7946 0958",
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
    ),
    ("Робърт", "Майер", "rm@example.bg", "", "София"),
    ("Robert", "Johnson", "rj@example.com", "+44 20 7946 0001", "London"),
)


def enter(cast: Cast) -> list[Customer]:
    found = [
        operations.create_customer(
            CustomerData(
                {"given_name": given, "family_name": family},
                {("primary", "email"): email, ("primary", "phone"): phone},
                {("primary", "city"): city},
            ),
            by=cast.advisor,
        )
        for given, family, email, phone, city in PEOPLE
    ]
    gone = operations.create_customer(
        CustomerData({"given_name": "Anna", "family_name": "Meier"}), by=cast.advisor
    )
    operations.set_status([gone.id], "inactive", by=cast.advisor)
    catch_up(cast)
    return found


def test_the_palette_finds_a_misspelled_name_by_keyboard_alone(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    """KP-02, KP-03."""
    anna, lena, *_ = enter(committed_cast)
    page = open_page(committed_cast.advisor, "/")
    page.keyboard.press("/")
    page.keyboard.press("Tab")  # from the box in the bar onwards and back opens nothing
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    box.press_sequentially("lena mayer")
    first = page.locator("#palette-results [role=option]").first
    expect(first).to_contain_text("Anna-Lena Meyer")
    expect(first).to_contain_text("spelled Meyer")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#palette-status")).to_contain_text("result")
    box.fill("anna maier")
    second = page.locator("#palette-results [role=option]").nth(1)
    expect(page.locator("#palette-results")).to_contain_text("spelled Meier")
    box.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    box.press("ArrowUp")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/customers/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Anna Meier")
    assert {anna.family_name, lena.family_name} == {"Meier", "Meyer"}


def test_results_stay_until_newer_ones_come_and_late_answers_are_dropped(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    enter(committed_cast)
    page = open_page(committed_cast.advisor, "/")
    page.keyboard.press("Control+k")
    box, results = page.get_by_role("combobox"), page.locator("#palette-results")
    box.press_sequentially("johns")
    expect(results).to_contain_text("Robert")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/search?q=joh*x", hold)
    box.press_sequentially("x")
    page.wait_for_timeout(300)
    assert len(held) == 1
    expect(results).to_contain_text("Robert")  # of the query before
    box.fill("meier")
    expect(results).to_contain_text("Meier")
    expect(results).not_to_contain_text("Robert")
    held[0].abort()  # the browser has given it up already
    expect(results).to_contain_text("Meier")


def test_nobody_found_offers_a_customer_with_what_was_typed(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    """KP-01."""
    page = open_page(committed_cast.advisor, "/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    box.press_sequentially("nina oyelaran")
    offer = page.locator("#result-create")
    expect(offer).to_contain_text("Create customer “nina oyelaran”")
    expect(page.locator("#palette-status")).to_have_text("Nothing found.")
    screenshot(page, "search-palette-nobody")
    assert_accessible(page)
    box.press("Enter")
    expect(page.get_by_label("First name")).to_have_value("Nina")
    expect(page.get_by_label("Last name")).to_have_value("Oyelaran")


def test_a_command_named_so_comes_before_who_only_resembles_it(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    page = open_page(committed_cast.advisor, "/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox")
    box.press_sequentially("bookings")
    expect(page.locator("#result-create")).to_be_visible()
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/bookings/$"))


def test_the_link_dialog_by_a_misspelling_and_the_keyboard(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot
) -> None:
    """TP-05, TP-06, KP-02."""
    enter(committed_cast)
    trip = itinerary(committed_cast)
    page = open_page(committed_cast.advisor, f"/itineraries/{trip.number}/")
    page.get_by_role("link", name="Customer", exact=True).click()
    box = page.get_by_label("Find a customer")
    box.press_sequentially("bob jonson")
    found = page.locator("#picker-results button").first
    expect(found).to_contain_text("Robert Johnson")
    expect(found).to_contain_text("rj@example.com")
    expect(page.locator("#picker-status")).to_have_text("1 customer found")
    box.press("ArrowDown")
    expect(found).to_be_focused()
    found.press("Escape")
    expect(box).to_be_focused()
    expect(page.locator("#dialog")).to_be_visible()
    box.press("ArrowDown")
    found.press("Enter")
    expect(page.locator("#picker tbody tr")).to_have_count(1)
    page.get_by_label("Find a customer").fill("nina oyelaran")
    page.get_by_role("button", name="New customer “nina oyelaran”").click()
    expect(page.get_by_label("First name")).to_have_value("Nina")
    expect(page.get_by_label("Last name")).to_have_value("Oyelaran")
    screenshot(page, "search-link-dialog-filled")


def test_the_customer_of_a_booking_by_the_keyboard(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    robert = enter(committed_cast)[-1]
    page = open_page(committed_cast.advisor, "/bookings/new")
    box = page.get_by_role("searchbox", name="Customer", exact=True)
    box.press_sequentially("rob johnsen")
    choice = page.locator("#customer-choices input").first
    expect(page.locator("#customer-choices")).to_contain_text("Robert Johnson")
    expect(page.locator("#customer-status")).to_contain_text("found")
    screenshot(page, "search-booking-customer")
    assert_accessible(page)
    box.press("ArrowDown")
    expect(choice).to_be_focused()
    choice.press("Enter")
    expect(choice).to_be_checked()
    expect(choice).to_have_value(str(robert.number))
    choice.press("Escape")
    expect(box).to_be_focused()


def test_the_list_as_one_types_says_why_and_keeps_the_history_short(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    """TQ-31."""
    enter(committed_cast)
    page = open_page(committed_cast.advisor, "/")
    page.goto("/customers/")
    page.get_by_role("searchbox", name="Search by name").press_sequentially("jonson", delay=150)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("spelled Johnson")
    expect(page.locator("#customers-status")).to_have_text("1 customer found")
    expect(page).to_have_url(re.compile("q=jonson"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"^http://[^/]+/$"))


def test_the_search_page_without_javascript(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot
) -> None:
    enter(committed_cast)
    page = open_page(committed_cast.advisor, "/", javascript=False)
    page.get_by_role("searchbox").first.fill("bob jonson")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Robert Johnson")
    screenshot(page, "search-page-without-javascript")
    page.get_by_role("link", name="Robert Johnson").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Robert Johnson")


def test_every_place_to_search_is_accessible(committed_cast: Cast, gallery: Gallery) -> None:
    enter(committed_cast)
    trip = itinerary(committed_cast, name="Meier family on the Douro")
    page = gallery.open(committed_cast.advisor)
    page.keyboard.press("Control+k")
    reasons = {
        "meier": "spelled Meyer",
        "anna mayer": "spelled Meier",
        "5678": "phone ends in 5678",
        "meier berlin": "lives in Berlin",
    }
    for typed, reason in reasons.items():
        page.get_by_role("combobox").fill(typed)
        expect(page.locator("#palette-results")).to_contain_text(reason)
        gallery.look(page, f"search-palette-{typed.replace(' ', '-')}")
    page.goto("/search?q=mayer")
    gallery.look(page, "search-page")
    page.goto("/customers/?q=mayer")
    gallery.look(page, "search-list")
    page.goto("/customers/?q=nina+oyelaran")
    gallery.look(page, "search-list-nobody")
    page.goto(f"/itineraries/{trip.number}/")
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_label("Find a customer").press_sequentially("mayer", delay=50)
    expect(page.locator("#picker-results button").first).to_be_visible()
    gallery.look(page, "search-link-dialog")
    page.get_by_label("Find a customer").fill("nina oyelaran")
    expect(page.locator("#picker-results")).to_contain_text("Nobody found")
    gallery.look(page, "search-link-nobody")
