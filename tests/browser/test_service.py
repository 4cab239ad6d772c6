"""Service cases and questionnaires in a real browser (TQ-46 to TQ-49, TQ-52)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Gallery, OpenPage
from tests.service import making
from tests.service.test_questionnaires import token_in
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.kit import tenancy
from wayfolk.service.models import Invitation, ServiceCase
from wayfolk.service.operations import inviting

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]


def file_called(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_case_from_the_booking_to_its_end(
    committed_cast: Cast, open_page: OpenPage, assert_accessible: Check, tmp_path: Path
) -> None:
    by = committed_cast.manager
    booking = making.booking(by, resort="Albufeira")
    page = open_page(by, f"/bookings/{booking.number}/")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("link", name="New service case").click()
    expect(page.get_by_text("Albufeira")).to_be_visible()
    page.get_by_role("button", name="Create case").click()
    expect(page.get_by_text("Choose at least one reason.").first).to_be_visible()
    page.get_by_label("Accommodation").check()
    page.get_by_label("Description").fill("No hot water for two days.")
    assert_accessible(page)
    page.get_by_role("button", name="Create case").click()
    expect(page.get_by_role("heading", name="Ann Holm")).to_be_visible()
    page.get_by_label("Comment", exact=False).first.fill("Called the hotel.")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator("#case-comments")).to_contain_text("Called the hotel.")
    lie = file_called(tmp_path, "letter.pdf", making.PNG)
    page.locator("#id_file").set_input_files(lie)
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.locator("#case-attachments")).to_contain_text("its content is a PNG picture")
    assert_accessible(page)
    page.locator("#id_file").set_input_files(file_called(tmp_path, "true.pdf", making.PDF))
    page.get_by_role("button", name="Attach", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="true.pdf").click()
    assert download.value.path().read_bytes() == making.PDF
    page.get_by_role("button", name="Close case").click()
    expect(page.locator(".wf-page-header")).to_contain_text("Closed")
    page.get_by_role("button", name="Undo").last.click()
    expect(page.locator(".wf-page-header")).to_contain_text("New")
    with tenancy.scope(by.organization_id):
        assert ServiceCase.objects.get().closed_on is None


def test_a_guest_answers_without_javascript_and_the_booking_has_its_marks(
    committed_cast: Cast, open_page: OpenPage, assert_accessible: Check
) -> None:
    by = committed_cast.manager
    asked, _ = making.questionnaire(committed_cast, introduction="Welcome back!")
    booking = making.booking(by)
    page = open_page(by, f"/bookings/{booking.number}/")
    page.locator("#booking-questionnaires summary").click()
    page.locator("#booking-questionnaires").get_by_role("button", name="Send").click()
    expect(page.locator(".wf-toast-text")).to_contain_text("Sent to Ann Holm")
    with tenancy.scope(by.organization_id):
        token = token_in(booking)
    guest = open_page(None, f"/answers/{token}", javascript=False)
    expect(guest.get_by_text("Welcome back!")).to_be_visible()
    guest.get_by_role("group", name="How was the trip as a whole?").get_by_label("4").check()
    guest.get_by_role("group", name="representative").get_by_label("5 excellent").check()
    guest.get_by_label("Spa").check()
    guest.get_by_label("Anything else?").fill("We come again.")
    guest.get_by_role("button", name="Send the answers").click()
    expect(guest.get_by_role("heading", name="Thank you")).to_be_visible()
    page.goto(page.url.partition("#")[0])
    expect(page.get_by_text("4.50 / 5.00")).to_be_visible()
    assert_accessible(page)
    with tenancy.scope(by.organization_id):
        assert Invitation.objects.get(questionnaire_id=asked.id).answered_at is not None


def test_every_page_is_accessible_in_both_themes(committed_cast: Cast, gallery: Gallery) -> None:
    by = committed_cast.manager
    asked, _ = making.questionnaire(committed_cast, is_active=True)
    booking = making.booking(by)
    case = making.case(by, booking, description="Noise")
    making.answers(by, asked, booking, 5, 4, 3, choices=["Spa"], text="Fine")
    waiting = making.booking(by)
    with tenancy.scope(by.organization_id):
        inviting.invite(asked.id, waiting.id, by=by)
        link = f"/answers/{token_in(waiting)}"
        number = Booking.objects.select_related("customer").get(id=booking.id).customer.number
    paths = {
        "cases": "/cases/",
        "case": f"/cases/{case.number}/",
        "case-edit": f"/cases/{case.number}/edit/",
        "case-new": f"/cases/new/?booking={booking.number}",
        "cases-of-customer": f"/cases/of-customer/{number}/",
        "reasons": "/settings/reasons/",
        "questionnaires": "/questionnaires/",
        "questionnaire": f"/questionnaires/{asked.id}/",
        "results": f"/questionnaires/{asked.id}/results/",
        "enter": f"/questionnaires/{asked.id}/bookings/{booking.number}/answers/",
        "of-booking": f"/questionnaires/of-booking/{booking.number}/",
        "happiness": "/questionnaires/happiness/",
        "answer": link,
    }
    page = gallery.open(committed_cast.administrator)
    for name, path in paths.items():
        page.goto(path)
        gallery.look(page, f"service-{name}")
