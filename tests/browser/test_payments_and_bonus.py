"""Payments, bonus and extras in a real browser (KP-39, TQ-09, TQ-18, TQ-20)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bookings import making
from tests.bookings.test_payments import balance, pay
from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.loyalty.test_benefits import extra, package
from tests.loyalty.test_points import balance as points_of
from tests.loyalty.test_points import grant, redeem
from tests.world import Cast
from wayfolk.bookings.payments import operations
from wayfolk.bookings.payments.rules import Due
from wayfolk.kit import clock, tenancy
from wayfolk.kit.money import Money

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


class Guest:
    """A customer with a booking that is late, points, a package and an extra."""

    def __init__(self, cast: Cast) -> None:
        by = cast.advisor
        self.customer = making.customer(by, "Karin", "Lindqvist")
        self.booking = making.booking(by, self.customer, total_minor=148_000)
        today = clock.today(by.time_zone)
        with tenancy.scope(by.organization_id):
            dues = {"deposit": Due(today - timedelta(days=9), 40_000), "final": Due(today, None)}
            operations.set_dues(self.booking.id, dues, by=by)
        self.payment = pay(by, self.booking, 28_000, reference="SEPA 2231", method="transfer")
        pay(by, self.booking, 5_000, is_pending=True, method="voucher")
        grant(by, self.customer, 500, expires_on=today + timedelta(days=90))
        redeem(by, self.customer, 120)
        self.package = package(by, self.customer, points=200, valid_to=today + timedelta(days=9))
        self.extra = extra(
            by, self.customer, description="Lisbon airport", quantity=3,
            valid_to=today + timedelta(days=9),
        )  # fmt: skip


@pytest.fixture
def guest(committed_cast: Cast) -> Guest:
    return Guest(committed_cast)


def test_a_late_booking_is_paid_overpaid_and_refunded(
    committed_cast: Cast, guest: Guest, open_page: OpenPage, assert_accessible: Check
) -> None:
    by = committed_cast.advisor
    page = open_page(by, f"/bookings/{guest.booking.number}/")
    section = page.locator("#booking-payments")
    expect(section).to_contain_text("Payment is late")
    expect(section).to_contain_text("EUR 120.00 should have been there")
    section.get_by_role("link", name="Record payment").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Amount")).to_have_value("1200.00")
    dialog.locator("select[name=method]").select_option("Card")
    dialog.get_by_label("Reference").fill("4111 1111 1111 1111")
    dialog.get_by_role("button", name="Record payment").click()
    expect(dialog.get_by_role("alert")).to_contain_text("looks like a card number")
    assert_accessible(page)
    dialog.get_by_label("Reference").fill("Receipt 7")
    dialog.get_by_label("Amount").fill("1300")
    dialog.get_by_role("button", name="Record payment").click()
    expect(section).to_contain_text("Overpaid")
    section.get_by_role("link", name="Refund").click()
    dialog.get_by_label("Amount").fill("100")
    dialog.locator("select[name=method]").select_option("Card")
    dialog.get_by_role("button", name="Refund").click()
    expect(section).not_to_contain_text("Overpaid")
    assert balance(by, guest.booking) == Money(0, "EUR")


def test_points_are_granted_and_redeemed_on_the_customers_page(
    committed_cast: Cast, guest: Guest, open_page: OpenPage, assert_accessible: Check
) -> None:
    by = committed_cast.advisor
    page = open_page(by, f"/customers/{guest.customer.number}/")
    section = page.locator("#bonus")
    section.locator("summary").click()
    expect(section).to_contain_text("Points ledger")
    section.get_by_role("link", name="Redeem").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Points").fill("900")
    dialog.get_by_label("For what").fill("Suite")
    dialog.get_by_role("button", name="Redeem").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has 380 points")
    assert_accessible(page)
    dialog.get_by_label("Points").fill("80")
    dialog.get_by_role("button", name="Redeem").click()
    expect(page.locator(".wf-toast-text")).to_contain_text("80 points redeemed")
    expect(section).to_contain_text("300")
    section.get_by_role("button", name="Actions for the package of Bonus club").click()
    section.get_by_role("button", name="Use now").click()
    expect(section).to_contain_text("Former packages")
    assert points_of(by, guest.customer) == 500
    extras = page.locator("#extras")
    extras.locator("summary").click()
    extras.get_by_role("button", name="Actions for the extra Lounge").click()
    extras.get_by_role("button", name="Use one now").click()
    expect(extras).to_contain_text("2 of 3 left")
    assert_accessible(page)


def test_a_payment_is_recorded_without_javascript(
    committed_cast: Cast, guest: Guest, open_page: OpenPage
) -> None:
    by = committed_cast.advisor
    page = open_page(by, f"/bookings/{guest.booking.number}/", javascript=False)
    page.get_by_role("link", name="Record payment").click()
    page.get_by_label("Amount").fill("1200")
    page.locator("#id_method").select_option("Cash")
    page.get_by_role("button", name="Record payment").click()
    expect(page.locator("#booking-payments")).to_contain_text("EUR 1,200.00")
    assert balance(by, guest.booking) == Money(0, "EUR")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_kept_as_a_picture(
    committed_cast: Cast,
    guest: Guest,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    customer, booking = guest.customer.number, guest.booking.number
    addresses = {
        "payments-booking": f"/bookings/{booking}/",
        "payments-new": f"/payments/of-booking/{booking}/new/",
        "payments-dues": f"/payments/of-booking/{booking}/dues/",
        "payments-edit": f"/payments/{guest.payment.id}/",
        "payments-customer": f"/payments/of-customer/{customer}/",
        "payments-late": "/payments/",
        "bonus-customer": f"/bonus/of-customer/{customer}/",
        "bonus-grant": f"/bonus/of-customer/{customer}/points/grant/",
        "bonus-transfer": f"/bonus/of-customer/{customer}/points/transfer/",
        "bonus-package": f"/bonus/of-customer/{customer}/packages/new/",
        "bonus-ending": "/bonus/",
        "extras-customer": f"/extras/of-customer/{customer}/",
        "extras-edit": f"/extras/{guest.extra.id}/",
        "bonus-settings": "/settings/bonus/",
    }
    page = open_page(committed_cast.administrator, width=width, theme=theme)
    for name, address in addresses.items():
        page.goto(address)
        screenshot(page, f"{name}-{width}-{theme}")
        assert_accessible(page)
        overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(overflow), f"{address} scrolls sideways at {width}"
