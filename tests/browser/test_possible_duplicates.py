"""A new customer who may be there already, in the browser (KP-31, TP-27)."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Gallery, OpenPage
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.itineraries.operations import planning
from wayfolk.kit import tenancy

pytestmark = pytest.mark.browser


def add(
    cast: Cast, given: str = "Nina", family: str = "Holm", born: date | None = None
) -> Customer:
    data = CustomerData(
        {"given_name": given, "family_name": family, "birth_on": born},
        {
            ("primary", "email"): f"{given}.{family}@example.com".lower(),
            ("primary", "phone"): "+45 45 12 34 56",
        },
        {("primary", "city"): "Faro"},
    )
    return operations.create_customer(data, by=cast.advisor)


def count(cast: Cast) -> int:
    with tenancy.scope(cast.organization.id):
        found: int = Customer.objects.count()
    return found


def panel(page: Page) -> Locator:
    return page.locator("#candidates")


def fill_in(page: Page, email: str = "nina.holm@example.com") -> None:
    page.get_by_label("First name").fill("Nina")
    page.get_by_label("Last name").fill("Holm")
    page.get_by_role("textbox", name="Email").first.press_sequentially(email)


def test_typing_shows_the_candidate_at_both_widths_and_in_both_themes(
    committed_cast: Cast, gallery: Gallery
) -> None:
    add(committed_cast, born=date(1980, 5, 1))
    add(committed_cast, "Niels", "Holm")
    page = gallery.open(committed_cast.advisor, "/customers/new")
    fill_in(page)
    page.get_by_label("Phone", exact=True).first.fill("+45 45 12 34 56")
    expect(panel(page).get_by_text(re.compile("likely the same", re.IGNORECASE))).to_be_visible()
    page.get_by_role("tab", name="More").or_(page.locator("label[for=tab-more]")).first.click()
    page.get_by_label("Date of birth").fill("1991-02-03")
    expect(panel(page).locator(".wf-against").first).to_be_visible()
    panel(page).get_by_text("Why").first.click()
    expect(panel(page).get_by_role("table").first).to_be_visible()
    gallery.look(page, "duplicates-typing")
    page.get_by_label("Date of birth").fill("")
    expect(panel(page).locator(".wf-against")).to_have_count(0)
    page.get_by_role("button", name="Create person").click()
    expect(page.get_by_text("This looks like Nina Holm")).to_be_visible()
    gallery.look(page, "duplicates-asking")
    page.get_by_label("First name").fill("Ninna")
    page.get_by_label("Phone", exact=True).first.fill("+45 99 88 77 66")
    page.get_by_role("button", name="Use Nina Holm").click()
    expect(page.get_by_role("button", name="Update Nina Holm")).to_be_visible()
    gallery.look(page, "duplicates-take-over")


def test_use_this_one_updates_the_record_with_the_keyboard_alone(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    nina = add(committed_cast)
    page = open_page(committed_cast.advisor, "/customers/new")
    page.keyboard.type("Nina")
    page.keyboard.press("Tab")
    page.keyboard.type("Holm")
    page.get_by_role("textbox", name="Email").first.fill("nina.holm@example.com")
    page.get_by_label("City").first.fill("Lagos")
    expect(page.locator("#candidates-status")).to_have_text("1 possible duplicate")
    use = panel(page).get_by_role("button", name="Use this one (Nina Holm)")
    use.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="City")).to_be_visible()
    assert count(committed_cast) == 1
    page.get_by_role("button", name="Update Nina Holm").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Notices").get_by_text("updated")).to_be_visible()
    expect(page).to_have_url(f"{page.url.split('/customers')[0]}/customers/{nina.number}/")
    expect(page.get_by_label("City").first).to_have_value("Lagos")
    assert count(committed_cast) == 1


def test_a_strong_match_asks_and_somebody_else_is_created_anyway(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    add(committed_cast)
    page = open_page(committed_cast.advisor, "/customers/new")
    fill_in(page)
    expect(panel(page).get_by_text("Likely the same")).to_be_visible()
    page.get_by_role("button", name="Create person").click()
    question = page.get_by_role("group", name="This looks like Nina Holm")
    expect(question).to_be_focused()
    assert count(committed_cast) == 1
    question.get_by_role("button", name="Somebody else: create anyway").click()
    expect(page.get_by_role("region", name="Notices").get_by_text("Created Nina")).to_be_visible()
    assert count(committed_cast) == 2


def test_without_javascript_the_form_asks_just_the_same(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    add(committed_cast)
    page = open_page(committed_cast.advisor, "/customers/new", javascript=False)
    fill_in(page)
    page.get_by_role("button", name="Look who is here already").click()
    expect(panel(page).get_by_text("Likely the same")).to_be_visible()
    page.get_by_role("button", name="Create person").click()
    expect(page.get_by_text("This looks like Nina Holm")).to_be_visible()
    page.get_by_role("button", name="Somebody else: create anyway").click()
    expect(page.get_by_role("heading", name="Nina Holm")).to_be_visible()
    assert count(committed_cast) == 2


def test_nothing_that_is_typed_stands_in_an_address(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    add(committed_cast)
    page = open_page(committed_cast.advisor, "/customers/new")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    fill_in(page)
    expect(panel(page).get_by_text("Likely the same")).to_be_visible()
    panel(page).get_by_role("button", name="Use this one (Nina Holm)").click()
    notices = page.get_by_role("region", name="Notices")
    expect(notices.get_by_text("All of that is on the record")).to_be_visible()
    assert not [address for address in addresses if "nina" in address.lower()]


def test_tp_27_the_link_dialog_shows_who_is_there_already(
    committed_cast: Cast, gallery: Gallery
) -> None:
    add(committed_cast)
    trip = planning.create_itinerary({"name": "Lisbon"}, by=committed_cast.advisor).itinerary
    page = gallery.open(committed_cast.advisor, f"/itineraries/{trip.number}/")
    page.get_by_role("link", name="Customer", exact=True).click()
    page.get_by_text("Add new customer").click()
    page.get_by_label("First name").fill("Nina")
    page.get_by_label("Email").press_sequentially("nina.holm@example.com")
    found = page.locator("#picker-candidates")
    expect(found.get_by_text("Same email").first).to_be_visible()
    expect(page.locator("#picker-new-status")).to_have_text("1 possible duplicate")
    gallery.look(page, "duplicates-link-dialog")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_text("Is it one of these?")).to_be_visible()
    found.get_by_role("button", name="Use this one (Nina Holm)").click()
    expect(page.get_by_role("checkbox", name="Nina Holm is point of contact")).to_be_visible()
    assert count(committed_cast) == 1
