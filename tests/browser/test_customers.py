"""Finding, creating, editing, deleting customers in the browser; with and without JavaScript."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Accessible, Gallery, OpenPage, Screenshot
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy

pytestmark = pytest.mark.browser


def add(cast: Cast, given_name: str, family_name: str, **contacts: str) -> Customer:
    with tenancy.scope(cast.organization.id):
        return operations.create_customer(
            CustomerData(
                {"given_name": given_name, "family_name": family_name},
                {("primary", kind): value for kind, value in contacts.items()},
            ),
            by=cast.advisor,
        )


def present(customer: Customer) -> Customer:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.get(id=customer.id)


def notices(page: Page) -> Locator:
    return page.get_by_role("region", name="Notices")


def test_the_pages_are_accessible(committed_cast: Cast, gallery: Gallery) -> None:
    customer = add(committed_cast, "Søren", "Lyngby", email="soren@example.com", phone="12345678")
    add(committed_cast, "A" * 120, "B" * 120)
    for name, path in {
        "list": "/customers/",
        "nobody": "/customers/?q=zzzz",
        "new": "/customers/new",
        "page": f"/customers/{customer.number}/",
        "delete": f"/customers/{customer.number}/delete",
    }.items():
        gallery.look(gallery.open(committed_cast.manager, path), f"customers-{name}")


def test_tq04_find_open_update_and_take_back(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot
) -> None:
    customer = add(committed_cast, "Søren", "Lyngby", email="soren@example.com")
    add(committed_cast, "Zoltan", "Nagy")
    page = open_page(committed_cast.advisor, "/customers/")
    page.get_by_placeholder("Name, email, phone or number").press_sequentially("soren lyn")
    expect(page.locator("#customers tbody tr")).to_have_count(1)
    page.locator("[data-row-link]").click()
    page.locator("#id_primary_phone").fill("+45 12 34 56 78")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    screenshot(page, "customers-unsaved-1440-light")
    page.get_by_role("button", name="Update").click()
    expect(notices(page).get_by_text("Customer updated.")).to_be_visible()
    expect(page.locator("#id_primary_phone")).to_have_value("+45 12 34 56 78")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("#id_primary_phone")).to_have_value("")
    assert present(customer).version == 3


def test_tq10_leaving_with_unsaved_changes_warns(committed_cast: Cast, open_page: OpenPage) -> None:
    """D-01."""
    customer = add(committed_cast, "Søren", "Lyngby")
    page = open_page(committed_cast.advisor, f"/customers/{customer.number}/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("First name").fill("Sven")
    page.goto("/customers/")
    assert asked == ["beforeunload"]
    assert present(customer).given_name == "Søren"


def test_two_people_edit_the_same_field(
    committed_cast: Cast, open_page: OpenPage, screenshot: Screenshot, assert_accessible: Accessible
) -> None:
    customer = add(committed_cast, "Søren", "Lyngby")
    page = open_page(committed_cast.advisor, f"/customers/{customer.number}/")
    with tenancy.scope(customer.organization_id):
        operations.update_customer(
            customer.id, CustomerData({"given_name": "Theirs"}), by=committed_cast.manager
        )
    page.get_by_label("First name").fill("Yours")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("Which value stays?")).to_be_visible()
    screenshot(page, "customers-conflict-1440-light")
    assert_accessible(page)
    page.get_by_label("Theirs").check()
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_label("First name")).to_have_value("Theirs")


def test_deleting_and_restoring(committed_cast: Cast, open_page: OpenPage) -> None:
    customer = add(committed_cast, "Søren", "Lyngby")
    page = open_page(committed_cast.manager, f"/customers/{customer.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_text("Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete customer").click()
    expect(notices(page).get_by_text("Deleted Søren Lyngby.")).to_be_visible()
    assert present(customer).deleted_at is not None
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("link", name="Søren Lyngby")).to_be_visible()
    assert present(customer).deleted_at is None


def test_find_open_and_edit_without_javascript(committed_cast: Cast, open_page: OpenPage) -> None:
    customer = add(committed_cast, "Søren", "Lyngby")
    page = open_page(committed_cast.advisor, "/customers/", javascript=False)
    page.get_by_placeholder("Name, email, phone or number").fill("lyngby")
    page.keyboard.press("Enter")
    page.locator("[data-row-link]").click()
    page.get_by_label("First name").fill("Sven")
    page.get_by_role("button", name="Update").click()
    expect(notices(page).get_by_text("Customer updated.")).to_be_visible()
    assert present(customer).given_name == "Sven"


def test_creating_with_the_keyboard_alone(committed_cast: Cast, open_page: OpenPage) -> None:
    page = open_page(committed_cast.advisor, "/customers/")
    page.keyboard.press("c")
    page.get_by_label("First name").wait_for()
    page.keyboard.type("Ann")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ann")).to_be_visible()
