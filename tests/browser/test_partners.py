"""Trade partners in a real browser: terms, a sale, a statement (KP-05, KP-08, KP-09)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.partners import making as trade
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.kit import tenancy
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.partners.operations import contacts, ids

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]
PERIOD = "?first=2026-05-01&last=2026-05-31&of=booked"


class Trade:
    """Three levels with terms on two of them, contacts, ids and bookings."""

    def __init__(self, cast: Cast) -> None:
        by = cast.manager
        self.consortium, self.agency, self.agent = trade.line(by)
        trade.term(by, self.consortium, "8")
        trade.term(by, self.consortium, "12", product="cruise")
        self.person = trade.person(by)
        with tenancy.scope(by.organization_id):
            ids.add_business_id(
                self.agency.id, country="DK", scheme="cvr", number="13585628", by=by
            )
            contacts.add_contact(
                self.agency.id, self.person.id, role="sales", from_on=date(2025, 3, 1), by=by
            )
        self.bookings = [
            making.booking(by, partner_id=through.id, product=product, total_minor=total)
            for through, product, total in (
                (self.agency, "Douro wine walk, 5 days", 198_000),
                (self.agent, "Cruise Norway, seven nights on the fjords", 412_050),
                (self.agent, "Transfer Porto airport", 7_800),
            )
        ]


@pytest.fixture
def trading(committed_cast: Cast) -> Trade:
    return Trade(committed_cast)


def booking_number(trading: Trade, cast: Cast, place: int) -> Booking:
    with tenancy.scope(cast.organization.id):
        return Booking.objects.get(id=trading.bookings[place].id)


def test_an_agency_gets_a_term_of_its_own_and_the_statement_follows_on_request(
    committed_cast: Cast, trading: Trade, open_page: OpenPage, assert_accessible: Check
) -> None:
    by = committed_cast.manager
    page = open_page(by, f"/partners/{trading.agency.number}/")
    terms = page.locator("#partner-effective")
    expect(terms).to_contain_text("Northern Alliance")
    page.get_by_role("link", name="New term").click()
    page.get_by_label("Percentage", exact=True).fill("10")
    page.get_by_label("Valid from").fill("2026-01-01")
    assert_accessible(page)
    page.get_by_role("button", name="Create term").click()
    expect(terms).to_contain_text("Own term")
    expect(terms).to_contain_text("Overridden by Nordic Horizons")
    page.get_by_role("link", name="Statement").click()
    page.get_by_label("From").fill("2026-05-01")
    page.get_by_label("To (included)").fill("2026-05-31")
    page.locator("#id_of").select_option("Booking date")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name="Total EUR")).to_contain_text("EUR 659.10")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Compute commissions anew").click()
    expect(page.locator(".wf-toast-text")).to_contain_text("3 commissions changed")
    expect(page.get_by_role("row", name="Total EUR")).to_contain_text("EUR 617.85")
    assert_accessible(page)
    with tenancy.scope(by.organization_id):
        assert CommissionTerm.objects.filter(rate=Decimal(10)).count() == 1


def test_a_partner_is_made_and_placed_without_javascript(
    committed_cast: Cast, trading: Trade, open_page: OpenPage
) -> None:
    by = committed_cast.manager
    trade.company(by, "Fjord & Fell")
    page = open_page(by, "/partners/new/", javascript=False)
    page.locator("#id_customer").fill("fjord")
    page.get_by_role("button", name="Find").first.click()
    page.get_by_role("radio", name="Fjord & Fell").check()
    page.get_by_label("Level").select_option("Agency")
    page.locator("#id_parent").fill("northern")
    page.get_by_role("button", name="Find").last.click()
    page.get_by_role("radio", name="Northern Alliance").check()
    page.get_by_role("button", name="Create trade partner").click()
    expect(page.get_by_role("heading", name="Fjord & Fell")).to_be_visible()
    with tenancy.scope(by.organization_id):
        made = Partner.objects.get(sort_key="fjord fell")
    assert made.parent_id == trading.consortium.id


def test_contacts_and_ids_are_added_in_dialogs(
    committed_cast: Cast, trading: Trade, open_page: OpenPage, assert_accessible: Check
) -> None:
    page = open_page(committed_cast.manager, f"/partners/{trading.agent.number}/")
    page.get_by_role("link", name="Add a business id").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Country").select_option("Denmark")
    dialog.get_by_label("Kind").select_option("CVR")
    dialog.get_by_label("Number").fill("13585627")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("alert")).to_contain_text("check digits do not fit")
    assert_accessible(page)
    dialog.get_by_label("Number").fill("88146328")
    dialog.get_by_role("button", name="Add").click()
    expect(page.locator("dd").filter(has_text="88146328")).to_be_visible()
    page.goto(f"/partners/{trading.agent.number}/")
    page.get_by_role("link", name="Add a contact").click()
    dialog.get_by_label("Person").press_sequentially("dahl")
    dialog.get_by_role("radio", name="Mette Dahl").check()
    dialog.get_by_role("button", name="Add").click()
    expect(page.locator("#partner-contacts")).to_contain_text("Mette Dahl")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_kept_as_a_picture(
    committed_cast: Cast,
    trading: Trade,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    agency = trading.agency.number
    sold = booking_number(trading, committed_cast, 1)
    addresses = {
        "partners-list": "/partners/",
        "partners-record": f"/partners/{agency}/",
        "partners-agent": f"/partners/{trading.agent.number}/",
        "partners-new": "/partners/new/",
        "partners-edit": f"/partners/{agency}/edit/",
        "partners-term": f"/partners/{agency}/terms/new/",
        "partners-contact": f"/partners/{agency}/contacts/new/",
        "partners-statement": f"/partners/{trading.consortium.number}/statement/{PERIOD}",
        "partners-none": "/partners/?level=agency&status=inactive",
        "partners-company": f"/customers/{agency}/",
        "partners-person": f"/customers/{trading.person.number}/",
        "partners-booking": f"/bookings/{sold.number}/",
        "partners-booking-edit": f"/bookings/{sold.number}/edit/",
    }
    page = open_page(committed_cast.manager, width=width, theme=theme)
    for name, address in addresses.items():
        page.goto(address)
        screenshot(page, f"{name}-{width}-{theme}")
        assert_accessible(page)
        overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(overflow), f"{address} scrolls sideways at {width}"
