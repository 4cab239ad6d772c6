"""Account types and shared contacts in a real browser (KP-02, KP-04 to KP-06)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Gallery, OpenPage
from tests.households.making import household, person
from tests.partners import making
from tests.world import Cast
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.partners.operations import contacts

pytestmark = pytest.mark.browser


def world(cast: Cast) -> Customer:
    """A family with one email, an agency with a desk, a guest behind a relay."""
    by = cast.manager
    anna = person(cast, "Anna", email="hansen.family@example.com", phone="+45 86 12 34 56")
    bent = person(cast, "Bent", email="hansen.family@example.com", phone="+45 86 12 34 56")
    household(cast, (anna, "head"), (bent, "partner"))
    owner = making.partner(by, "Nordic Horizons Travel")
    mette = person(cast, "Mette", "Dahl", email="desk@nordic.example")
    with tenancy.scope(by.organization_id):
        desk = CustomerData({}, {("primary", "email"): "desk@nordic.example"})
        operations.update_customer(owner.customer_id, desk, by=by)
        contacts.add_contact(owner.id, mette.id, role="reservations", by=by)
    person(cast, "Tom", "Okafor", email="tokafor.123456@guest.booking.com")
    return anna


def test_switching_the_form_keeps_what_was_typed_and_makes_a_partner(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    page = open_page(committed_cast.manager, "/customers/new")
    page.get_by_label("First name").fill("Fjord")
    page.get_by_label("Email").first.fill("desk@fjord.example")
    page.get_by_label("Notes").fill("Met at the fair")
    page.get_by_role("button", name="Company").click()
    expect(page.get_by_label("Company name")).to_have_value("Fjord")
    expect(page.get_by_label("Email").first).to_have_value("desk@fjord.example")
    expect(page.get_by_label("First name")).to_have_count(0)
    page.get_by_role("button", name="Person").click()
    expect(page.get_by_label("First name")).to_have_value("Fjord")
    expect(page.get_by_label("Notes")).to_have_value("Met at the fair")
    page.get_by_role("button", name="Company").click()
    page.get_by_label("Company name").fill("Fjord & Fell")
    page.get_by_label("Level").select_option("agency")
    page.get_by_label("Country of the business ID").select_option("DK")
    page.get_by_label("Kind of business ID").select_option("cvr")
    page.get_by_label("Business ID", exact=True).fill("13585627")
    page.get_by_label("Business ID", exact=True).press("Enter")
    expect(page.locator("#main")).to_contain_text("check digits do not fit")
    page.get_by_label("Business ID", exact=True).fill("13585628")
    page.get_by_role("button", name="Create company").click()
    expect(page.locator("h1")).to_contain_text("Fjord & Fell")
    expect(page.locator("#trade")).to_contain_text("Agency")


def test_without_javascript_the_switch_is_a_page(committed_cast: Cast, open_page: OpenPage) -> None:
    page = open_page(committed_cast.manager, "/customers/new", javascript=False)
    page.get_by_label("First name").fill("Fjord")
    page.get_by_role("button", name="Company").click()
    expect(page.get_by_label("Company name")).to_have_value("Fjord")
    page.get_by_role("button", name="Create company").click()
    expect(page.locator("h1")).to_contain_text("Fjord")


def test_a_person_becomes_a_company_and_undo_brings_them_back(
    committed_cast: Cast, open_page: OpenPage
) -> None:
    anna = world(committed_cast)
    nina = person(committed_cast, "Nina", "Holm")
    page = open_page(committed_cast.advisor, f"/customers/{anna.number}/")
    expect(page.locator("#mark-primary_email")).to_contain_text("shared in household Hansen")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Convert to a company…").click()
    expect(page.locator("#dialog")).to_contain_text("Move them out first")
    page.goto(f"/customers/{nina.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Convert to a company…").click()
    page.locator("#dialog").get_by_label("Company name").fill("Holm Travel")
    page.locator("#dialog").get_by_role("button", name="Convert").click()
    expect(page.locator("h1")).to_contain_text("Holm Travel")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("h1")).to_contain_text("Nina Holm")
    page.goto(f"/customers/{anna.number}/")
    page.locator("#mark-primary_email").click()
    expect(page.locator("#main")).to_contain_text("Bent Hansen")


def test_the_pages_look_right(committed_cast: Cast, gallery: Gallery) -> None:
    anna = world(committed_cast)
    nina = person(committed_cast, "Nina", "Holm")
    page = gallery.open(committed_cast.manager, "/customers/new?kind=company")
    gallery.look(page, "accounts-new-company")
    page.goto("/customers/new")
    gallery.look(page, "accounts-new-person")
    page.goto("/customers/?sort=number")
    gallery.look(page, "accounts-list")
    page.goto(f"/customers/{anna.number}/")
    expect(page.locator("#mark-primary_email")).to_contain_text("shared in household Hansen")
    gallery.look(page, "accounts-customer")
    page.goto(f"/customers/{anna.number}/contacts/")
    gallery.look(page, "accounts-contacts")
    page.locator("#main td a[href*='/contacts/']").first.click()
    gallery.look(page, "accounts-users")
    page.goto(f"/customers/{anna.number}/convert")
    gallery.look(page, "accounts-forbidden")
    page.goto(f"/customers/{nina.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="Convert to a company…").click()
    expect(page.locator("#dialog")).to_contain_text("Moved")
    gallery.look(page, "accounts-convert")
    admin = gallery.open(committed_cast.administrator, "/settings/contacts/")
    gallery.look(admin, "accounts-settings")
