"""Merging field by field and taking apart again in the browser (TQ-40, TQ-42, KP-34)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making as bookings
from tests.browser.conftest import NARROW, OpenPage
from tests.segments import making
from tests.world import Cast
from wayfolk.customers.models import Customer

pytestmark = pytest.mark.browser
Check = Callable[[Page], None]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Παπαδοπούλου"


@pytest.fixture
def holms(committed_cast: Cast) -> tuple[Customer, Customer]:
    by = committed_cast.manager
    return (
        making.customer(by, given_name="Anna", family_name="Holm", email="anna@example.com"),
        making.customer(by, given_name="Ana", family_name=LONG, email="ana@example.com"),
    )


def test_tq40_merged_from_the_customer_page_and_taken_back(
    committed_cast: Cast,
    holms: tuple[Customer, Customer],
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    anna, _ = holms
    page = open_page(committed_cast.manager, f"/customers/{anna.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Merge with…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("Name, email, phone or number").fill("ana@example.com")
    dialog.get_by_role("radio", name="Ana Wolfe").check()
    assert_accessible(page)
    dialog.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Merge records")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("radio", name=f"Email of Ana {LONG}").check()
    page.get_by_role("button", name="Merge 1 into Anna Holm").click()
    expect(page.locator(".wf-toast").get_by_text("Merged 1 record into this one")).to_be_visible()
    expect(page.get_by_label("Email", exact=True).first).to_have_value("ana@example.com")
    page.locator(".wf-toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".wf-toast").get_by_text("Taken back")).to_be_visible()
    expect(page.get_by_label("Email", exact=True).first).to_have_value("anna@example.com")


def test_kp34_ticked_in_the_list_and_unmerged_later_with_a_booking(
    committed_cast: Cast,
    holms: tuple[Customer, Customer],
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    anna, ana = holms
    page = open_page(committed_cast.manager, "/customers/")
    for customer in holms:
        page.get_by_role("checkbox", name=customer.name).check()
    page.get_by_role("button", name="Merge…").click()
    expect(page.get_by_role("heading", name="Merge records")).to_be_visible()
    page.get_by_role("button", name="Merge 1 into Anna Holm").click()
    expect(page.get_by_role("link", name="1 record merged into this one")).to_be_visible()
    bookings.booking(committed_cast.advisor, anna)
    page.get_by_role("link", name="1 record merged into this one").click()
    expect(page.get_by_role("heading", name="Merged records")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Unmerge…").click()
    expect(page.get_by_role("heading", name="Unmerge", exact=True)).to_be_visible()
    assert_accessible(page)
    page.get_by_role("radio", name=f"belongs to Ana {LONG}").check()
    page.get_by_role("button", name="Unmerge").click()
    expect(page.locator(".wf-toast").get_by_text("are separate records again")).to_be_visible()
    page.goto(page.url.replace(f"/customers/{anna.number}/", f"/customers/{ana.number}/"))
    expect(page.get_by_role("heading", name=f"Ana {LONG}").first).to_be_visible()
    expect(page.locator("#bookings .wf-section-count")).to_have_text("1")


def test_the_plan_of_a_merge_fits_a_phone(
    committed_cast: Cast,
    holms: tuple[Customer, Customer],
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    anna, ana = holms
    address = f"/merges/new?main={anna.number}&with={ana.number}"
    page = open_page(committed_cast.manager, address, width=NARROW)
    expect(page.get_by_role("radio", name=f"Email of Ana {LONG}")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    assert_accessible(page)
