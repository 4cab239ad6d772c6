"""The customer page in the browser: update, sections, filters, where values are from."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making
from tests.browser.conftest import Gallery, OpenPage
from tests.browser.test_customers import add, present
from tests.households.making import household, person
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import BookingPassenger
from wayfolk.customers.models import Customer
from wayfolk.kit import clock, tenancy
from wayfolk.staff.models import FieldRule, Role

pytestmark = pytest.mark.browser


def traveller(cast: Cast, count: int = 8) -> Customer:
    """Somebody who booked often, by two ways, half of it behind them."""
    customer = add(cast, "Søren", "Lyngby", email="soren@example.com", phone="+45 12345678")
    today = clock.today(cast.advisor.time_zone)
    for number in range(count):
        leaves = today + timedelta(days=30 * (number - count // 2) + 3)
        making.booking(
            cast.advisor,
            customer,
            product=f"Walk along the Douro {number}",
            transport="TP 123" if number % 2 else "Coach 7",
            hotel="Hotel Azul",
            resort="Algarve",
            booked_on=min(leaves, today) - timedelta(days=60),
            departs_on=leaves,
            returns_on=leaves + timedelta(days=4),
            assignee_id=cast.advisor.author_id,
            contact_phone="+351 910 777 666",
        )
    return customer


def opened(cast: Cast, open_page: OpenPage, customer: Customer, **how: object) -> Page:
    return open_page(cast.advisor, f"/customers/{customer.number}/", **how)  # type: ignore[arg-type]


def view_only(cast: Cast, field: str) -> None:
    with change_set(by=cast.administrator, operation="test", summary="Field rule"):
        role = Role.objects.get(code="consultant")
        FieldRule.objects.create(role=role, field=field, access="view")


@pytest.mark.parametrize("width", [1440, 390])
def test_tq13_every_fact_of_a_booking_is_seen(
    committed_cast: Cast, open_page: OpenPage, width: int
) -> None:
    customer = traveller(committed_cast, count=1)
    page = opened(committed_cast, open_page, customer, width=width)
    row = page.locator("#customer-bookings tbody tr").first
    facts = ("Walk along the Douro 0", "Coach 7", "Algarve", "Hotel Azul", "+351 910 777 666")
    for fact in (*facts, committed_cast.advisor.name):
        expect(row.get_by_text(fact).filter(visible=True).first).to_be_visible()
    if width == 390:
        expect(row.get_by_text("2 pax")).to_be_visible()
    else:
        expect(row.locator("td").last).to_have_text("2")
    table = page.locator("#customer-bookings .wf-table-scroll")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), "it scrolls sideways"


def test_the_page_looks_right_and_is_accessible(committed_cast: Cast, gallery: Gallery) -> None:
    customer = traveller(committed_cast)
    page = gallery.open(committed_cast.advisor, f"/customers/{customer.number}/")
    gallery.look(page, "customer-page")
    page.locator("#customer-bookings").get_by_role("link", name="Filters").click()
    page.get_by_label("Transport").select_option("TP 123")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("4 of 8 shown")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")  # nothing lies under the bar at the top
    gallery.look(page, "customer-page-filtered")
    empty = add(committed_cast, "Nora", "Nobody")
    gallery.look(
        gallery.open(committed_cast.viewer, f"/customers/{empty.number}/"), "customer-page-viewer"
    )


def test_tq03_information_activity_and_totals_stand_side_by_side(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    page = opened(committed_cast, open_page, traveller(committed_cast, 2))
    form = page.get_by_role("form", name="Customer information")
    parts = [form, page.locator("#customer-sections"), page.get_by_role("region", name="Totals")]
    boxes = [part.bounding_box() for part in parts]
    for left, right in pairwise(boxes):
        assert left is not None
        assert right is not None
        assert left["x"] + left["width"] <= right["x"]
        assert left["y"] < right["y"] + right["height"]


def test_tq11_what_an_update_may_not_change_is_refused_beside_what_it_saves(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    customer = traveller(committed_cast, 1)
    page = opened(committed_cast, open_page, customer)
    view_only(committed_cast, "customer.email")  # while the page is open
    page.locator("#id_primary_email").fill("other@example.com")
    page.locator("#id_given_name").fill("Sören")
    page.get_by_role("button", name="Update").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Not everything was saved")
    expect(alert).to_contain_text("may not change the email")
    expect(page.locator("#id_primary_email")).to_have_count(0)
    expect(page.locator("[data-field=primary_email]")).to_contain_text("soren@example.com")
    assert present(customer).given_name == "Sören"


def test_tq19_sections_stay_as_they_were_left_in_another_browser(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    customer = traveller(committed_cast, 2)
    page = opened(committed_cast, open_page, customer)
    expect(page.locator("#bookings")).to_have_attribute("open", "")
    with page.expect_response("**/sections/"):
        page.get_by_role("button", name="Close all").click()
    expect(page.locator("[data-section][open]")).to_have_count(0)
    other = opened(committed_cast, open_page, customer)
    expect(other.locator("[data-section][open]")).to_have_count(0)
    other.locator("#bookings > summary").focus()
    with other.expect_response("**/sections/"):
        other.keyboard.press("Enter")
    expect(other.get_by_text("Walk along the Douro 1")).to_be_visible()
    page.reload()
    expect(page.locator("[data-section][open]")).to_have_count(1)
    with page.expect_response("**/sections/"):
        page.get_by_role("button", name="Open all").click()
    expect(page.get_by_text("Belongs to no household")).to_be_visible()


def test_tq16_filters_are_seen_kept_and_cleared(committed_cast: Cast, open_page: OpenPage) -> None:
    customer = traveller(committed_cast)
    page = opened(committed_cast, open_page, customer)
    part = page.locator("#customer-bookings")
    part.get_by_role("link", name="Upcoming").click()
    expect(part.get_by_text("4 of 8 shown")).to_be_visible()
    part.get_by_role("link", name="Filters").click()
    part.get_by_label("Transport").select_option("Coach 7")
    part.get_by_role("button", name="Show").click()
    expect(part.get_by_text("2 of 8 shown")).to_be_visible()
    part.get_by_label("Name for these filters").fill("By coach")
    part.get_by_role("button", name="Keep").click()
    expect(part.get_by_role("link", name="By coach")).to_be_visible()
    part.get_by_role("link", name="Clear", exact=True).click()
    expect(part.locator("tbody tr")).to_have_count(8)
    part.get_by_role("link", name="By coach").click()
    expect(part.get_by_text("2 of 8 shown")).to_be_visible()
    part.get_by_role("link", name="Dept. date").click()
    expect(part.locator("th[aria-sort=descending]")).to_contain_text("Dept. date")
    assert page.url.endswith(f"/customers/{customer.number}/")


def test_a_value_tells_where_it_is_from_by_keyboard(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    customer = traveller(committed_cast, 0)
    page = opened(committed_cast, open_page, customer)
    button = page.get_by_role("button", name="Where Email is from")
    button.focus()
    expect(button).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    popover = page.locator("#value-history")
    expect(popover).to_contain_text("soren@example.com")
    expect(popover).to_contain_text("Ida Lund")
    expect(popover).to_contain_text("Created customer Søren Lyngby")
    page.keyboard.press("Escape")
    expect(popover).to_be_hidden()


def test_tq04_without_javascript_one_finds_opens_and_edits(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    customer = traveller(committed_cast)
    page = open_page(committed_cast.advisor, "/customers/?q=lyngby", javascript=False)
    page.get_by_role("link", name=str(customer.number), exact=True).click()
    page.locator("#old-bookings > summary").click()
    page.get_by_role("link", name="Open old bookings").click()
    expect(page.get_by_role("heading", name="Old bookings")).to_be_visible()
    page.get_by_role("link", name="Søren Lyngby").click()
    page.get_by_role("link", name="Filters").click()
    page.get_by_label("Transport").select_option("TP 123")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("4 of 8 shown")).to_be_visible()
    page.goto(f"/customers/{customer.number}/")
    page.get_by_label("Newsletter", exact=True).select_option("Yes")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("Customer updated.")).to_be_visible()
    assert present(customer).takes_newsletter is True


def test_kp18_the_household_is_ticked_once_the_customer_is_chosen(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    anna, emil = person(committed_cast, "Anna"), person(committed_cast, "Emil")
    household(committed_cast, (anna, "head"), (emil, "child"))
    page = open_page(committed_cast.advisor, "/bookings/new/")
    page.locator("#id_customer").press_sequentially("anna")
    page.get_by_role("radio", name="Anna Hansen").check()
    page.get_by_role("checkbox", name="Emil Hansen").check()
    page.get_by_label("Product name").fill("Dolphin watching")
    page.get_by_label("Departure date").fill(str(date(2026, 12, 24)))
    page.get_by_role("button", name="Create booking").click()
    expect(page.locator("#booking-passengers")).to_contain_text("Emil Hansen")
    with tenancy.scope(committed_cast.organization.id):
        assert BookingPassenger.objects.get().customer_id == emil.id
