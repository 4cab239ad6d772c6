"""Writing to customers in a real browser: composer, timeline, one text to many (TQ-35, KP-39)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.communications import servers
from tests.communications.making import make_customer, use_mail
from tests.world import Cast
from wayfolk.communications.models import BulkSend, Communication
from wayfolk.communications.operations import bulk_running, delivering, noting, unsubscribing
from wayfolk.communications.rules.notes import NoteData
from wayfolk.kit import tenancy

pytestmark = pytest.mark.browser

Screenshot = Callable[[Page, str], Path]
Check = Callable[[Page], None]


@pytest.fixture
def mail() -> Iterator[servers.MailServer]:
    with servers.mail_server() as server:
        yield server


def test_an_email_and_a_call_from_the_customer_page(
    committed_cast: Cast,
    mail: servers.MailServer,
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    by = committed_cast.manager
    use_mail(mail, committed_cast.administrator)
    anna = make_customer(by, mobile="912 345 678")
    timeline = f"/communications/customers/{anna.number}/"
    page = open_page(by, f"/customers/{anna.number}/")
    page.locator("#communications summary").first.click()
    section = page.locator("#timeline")
    section.get_by_role("link", name="Email", exact=True).first.click()
    page.get_by_label("Subject").fill("Your trip")
    page.get_by_label("Text").fill("Dear Anna, all is booked.")
    assert_accessible(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".wf-toast-text")).to_contain_text("is on its way")
    with tenancy.scope(by.organization_id):
        message = Communication.objects.get(customer_id=anna.id)
    assert delivering.deliver(by.organization_id, message.id) == "sent"
    page.goto(timeline)
    section.get_by_role("link", name="SMS").first.click()
    page.get_by_label("Text").fill("x" * 161)
    expect(page.get_by_text("161 characters, 2 SMS")).to_be_visible()
    page.goto(
        page.url.partition("/communications/")[0] + f"/communications/customers/{anna.number}/"
    )
    section.get_by_role("link", name="Note a call").click()
    page.get_by_label("They called").check()
    page.get_by_label("Summary").fill("Asked for a pool")
    page.get_by_label("Minutes").fill("7")
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.locator(".wf-toast-text")).to_contain_text("Call noted on Anna")
    page.goto(timeline)
    page.get_by_text("Your trip").click()
    expect(section).to_contain_text("anna@example.com")
    expect(section).to_contain_text("Sent")
    assert_accessible(page)


def test_one_text_to_the_ticked_ones(
    committed_cast: Cast,
    mail: servers.MailServer,
    open_page: OpenPage,
    assert_accessible: Check,
) -> None:
    by = committed_cast.manager
    use_mail(mail, committed_cast.administrator)
    make_customer(by, "Anna", newsletter=True)
    make_customer(by, "Ben", email="ben@example.com")
    page = open_page(by, "/customers/")
    page.get_by_role("checkbox", name="Tick all customers shown").check()
    page.get_by_role("button", name="Send email").click()
    page.get_by_label("Subject").fill("News for {first_name}")
    page.get_by_label("Text").fill("Dear {first_name},\nspring is here.")
    assert_accessible(page)
    page.get_by_role("button", name="See who gets it").click()
    expect(page.get_by_text("1 of 2 get it")).to_be_visible()
    expect(page.get_by_text("They were never asked about the newsletter")).to_be_visible()
    assert mail.raw == []
    assert_accessible(page)
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_role("button", name="Cancel the rest")).to_be_visible()
    with tenancy.scope(by.organization_id):
        send = BulkSend.objects.get()
    bulk_running.carry_out(send.id, by=by)
    expect(page.get_by_text("Finished")).to_be_visible()
    assert mail.recipients == ["anna@example.com"]


def test_declining_the_newsletter_needs_no_scripts(
    committed_cast: Cast, open_page: OpenPage, assert_accessible: Check
) -> None:
    anna = make_customer(committed_cast.advisor, newsletter=True)
    link = unsubscribing.link_for("", committed_cast.organization.id, anna.id)
    page = open_page(committed_cast.advisor, link)
    assert_accessible(page)
    page.get_by_role("button", name="No more newsletters").click()
    expect(page.get_by_role("heading", name="Done")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page_is_accessible_and_kept_as_a_picture(
    committed_cast: Cast,
    mail: servers.MailServer,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Check,
    width: int,
    theme: str,
) -> None:
    by = committed_cast.administrator
    use_mail(mail, by)
    anna = make_customer(by, mobile="912 345 678", newsletter=True)
    noting.add_note(anna.id, NoteData("call", "Asked for a pool", minutes=7), by=by)
    addresses = {
        "communications-timeline": f"/communications/customers/{anna.number}/",
        "communications-email": f"/communications/customers/{anna.number}/email/",
        "communications-sms": f"/communications/customers/{anna.number}/sms/",
        "communications-call": f"/communications/customers/{anna.number}/call/",
        "communications-many": "/communications/many/",
        "communications-many-new": f"/communications/many/new/?number={anna.number}",
        "communications-settings": "/settings/messages/",
        "communications-caught": "/communications/caught/",
    }
    page = open_page(by, width=width, theme=theme)
    for name, address in addresses.items():
        page.goto(address)
        screenshot(page, f"{name}-{width}-{theme}")
        assert_accessible(page)
        overflow = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(overflow), f"{address} scrolls sideways at {width}"
