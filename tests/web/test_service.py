"""The pages of service cases (TQ-46 to TQ-49)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.api.conftest import restrict, switch_off
from tests.service import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.bookings.operations import update_booking
from wayfolk.bookings.rules import BookingData
from wayfolk.kit import clock, tenancy
from wayfolk.service import queries
from wayfolk.service.models import CaseAttachment, CaseComment, Reason, ServiceCase

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def client(cast: Cast) -> Client:
    return client_for(cast.manager)


def stored(cast: Cast) -> ServiceCase:
    with tenancy.scope(cast.organization.id):
        return ServiceCase.objects.select_related("customer", "booking").get()


def case_of(cast: Cast, **fields: Any) -> ServiceCase:
    return making.case(cast.manager, making.booking(cast.manager), **fields)


def test_tq46_a_case_is_opened_from_the_booking_page_with_its_data_read_only(
    cast: Cast, client: Client
) -> None:
    booking = making.booking(
        cast.manager, resort="Albufeira", hotel="Hotel Azul", adults=2, children=1
    )
    page = client.get(f"/bookings/{booking.number}/")
    assert f"/cases/new/?booking={booking.number}" in page.content.decode()
    form = client.get(f"/cases/new/?booking={booking.number}").content.decode()
    for shown in ("Albufeira, Hotel Azul", "2 adults, 1 child", "11 Jun 2026", "Ann Holm"):
        assert shown in form
    assert 'value="ann@example.org"' in form
    reason = making.reason(cast.manager)
    answer = client.post(
        f"/cases/new/?booking={booking.number}",
        {
            "booking": booking.number, "kind": "request", "status": "new", "reasons": [reason.id],
            "opened_on": "2026-06-20", "handler": cast.advisor.author_id,
            "email": "other@example.org", "phone": "", "description": "A cot, please",
            "compensation_kind": "", "compensation": "", "compensation_currency": "EUR",
        },
    )  # fmt: skip
    case = stored(cast)
    assert answer.status_code == 303
    assert answer["Location"] == f"/cases/{case.number}/"
    assert (case.booking_id, case.customer_id) == (booking.id, booking.customer_id)
    assert (case.kind, case.email, case.phone) == (
        "request", "other@example.org", "+351 21 123 4567",
    )  # fmt: skip
    assert case.handler_id == cast.advisor.author_id


def test_tq48_a_case_without_a_reason_comes_back_with_what_was_typed(
    cast: Cast, client: Client
) -> None:
    answer = client.post(
        "/cases/new/",
        {"booking": "77777777", "kind": "complaint", "status": "new", "opened_on": "2026-06-20",
         "description": "Broken lift"},
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose at least one reason." in page
    assert "Broken lift" in page


def test_tq48_files_are_for_a_case_that_is_stored(cast: Cast, client: Client) -> None:
    assert 'type="file"' not in client.get("/cases/new/").content.decode()
    case = case_of(cast)
    assert 'type="file"' in client.get(f"/cases/{case.number}/").content.decode()


@pytest.mark.parametrize("status", ["New", "In Progress", "Waiting Court", "Closed"])
def test_tq48_the_four_statuses(cast: Cast, client: Client, status: str) -> None:
    case = case_of(cast)
    code = status.lower().replace(" ", "_")
    client.post(f"/cases/{case.number}/status/", {"status": code})
    assert (stored(cast).status, stored(cast).get_status_display()) == (code, status)


def test_tq46_an_unknown_booking_is_told_at_its_field(cast: Cast, client: Client) -> None:
    answer = client.post(
        "/cases/new/",
        {"booking": "77777777", "kind": "complaint", "status": "new", "opened_on": "2026-06-20",
         "reasons": [making.reason(cast.manager).id]},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "There is no booking 77777777" in answer.content.decode()


def test_the_case_page_is_a_fixed_number_of_queries(
    cast: Cast, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = case_of(cast, compensation_kind="refund", compensation_minor=5_000,
                   compensation_currency="EUR")  # fmt: skip
    client.get(f"/cases/{case.number}/")
    for n in range(3):
        client.post(f"/cases/{case.number}/comments/", {"text": f"Comment {n}"})
    with django_assert_num_queries(24, exact=False):
        page = client.get(f"/cases/{case.number}/").content.decode()
    for shown in ("EUR 50.00", "Refund", "Comment 2", "Ann Holm", "Excursion", "Mats Berg"):
        assert shown in page


def test_tq49_a_case_stays_with_who_complained_when_its_booking_is_moved(
    cast: Cast, client: Client
) -> None:
    """TQ-46, TQ-49: Total Complaints stay where they were, and both pages say whose is whose."""
    by = cast.manager
    complained, other = making.customer(by), making.customer(by, "Zoe", email="zoe@example.org")
    booking = making.booking(by, complained)
    case = making.case(by, booking, kind="complaint")
    assert "another customer now" not in client.get(f"/cases/{case.number}/").content.decode()
    with tenancy.scope(by.organization_id):
        update_booking(booking.id, BookingData({"customer_id": other.id}), by=by)
        assert stored(cast).customer_id == complained.id
        assert queries.figures_of(complained, by=by).complaints == 1
        assert queries.figures_of(other, by=by).complaints == 0
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "The booking has another customer now" in page
    assert f"Booking {booking.number} is of Zoe Holm. The case stays with Ann Holm" in page
    section = client.get(f"/cases/of-booking/{booking.number}/").content.decode()
    assert "of Ann Holm, from before the booking was moved:" in section
    theirs = client.get(f"/cases/of-customer/{complained.number}/").content.decode()
    assert "of Zoe Holm now" in theirs
    assert client.get(f"/cases/of-customer/{other.number}/").context["rows"] == []
    switch_off(by, "bookings")
    assert "Zoe" not in client.get(f"/cases/{case.number}/").content.decode()


def test_tq48_closing_and_reopening_from_the_head(cast: Cast, client: Client) -> None:
    case = case_of(cast)
    client.post(f"/cases/{case.number}/status/", {"status": "closed"})
    today = clock.today(cast.manager.time_zone)
    assert stored(cast).closed_on == today
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "by Mats Berg" in page
    client.post(f"/cases/{case.number}/status/", {"status": "in_progress"})
    assert stored(cast).closed_on is None
    assert client.post(f"/cases/{case.number}/status/", {"status": "x"}).status_code == 422


def test_editing_asks_where_both_changed_the_same(cast: Cast, client: Client) -> None:
    case = case_of(cast)
    form = client.get(f"/cases/{case.number}/edit/")
    values = {
        f"{'initial-' if is_initial else ''}{bound.html_name}": bound.value() or ""
        for bound in form.context["form"]
        for is_initial in (True, False)
    }
    posted = {**values, "version": case.version}
    client.post(f"/cases/{case.number}/status/", {"status": "in_progress"})
    fine = client.post(f"/cases/{case.number}/edit/", {**posted, "description": "Noise"})
    assert fine.status_code == 303
    clash = client.post(f"/cases/{case.number}/edit/", {**posted, "status": "waiting_court"})
    assert clash.status_code == 409
    assert stored(cast).description == "Noise"
    assert stored(cast).status == "in_progress"


def test_an_empty_comment_is_refused_where_it_is_written(cast: Cast, client: Client) -> None:
    case = case_of(cast)
    answer = client.post(f"/cases/{case.number}/comments/", {"text": "  "})
    assert answer.status_code == 422
    assert "The comment is empty" in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        assert not CaseComment.objects.exists()


def test_tq48_a_file_is_attached_and_comes_back_as_an_attachment(
    cast: Cast, client: Client
) -> None:
    case = case_of(cast)
    sent = SimpleUploadedFile("Rechnung für Ann.pdf", making.PDF, content_type="text/html")
    assert client.post(f"/cases/{case.number}/attachments/", {"file": sent}).status_code == 303
    with tenancy.scope(cast.organization.id):
        kept = CaseAttachment.objects.get()
    answer = client.get(f"/cases/{case.number}/attachments/{kept.id}/")
    assert answer.content == making.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client_for(cast.outsider).get(answer.request["PATH_INFO"]).status_code == 404
    removed = client.post(f"/cases/{case.number}/attachments/{kept.id}/removal/")
    assert removed.status_code == 303
    assert client.get(f"/cases/{case.number}/attachments/{kept.id}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>", "a web page"),
        ("a.svg", b"<svg/>", "of no kind that a case takes"),
        ("a.pdf", b"", "is empty"),
    ],
)
def test_what_lies_about_its_type_is_refused_in_words(
    cast: Cast, client: Client, name: str, content: bytes, words: str
) -> None:
    case = case_of(cast)
    sent = SimpleUploadedFile(name, content)
    answer = client.post(f"/cases/{case.number}/attachments/", {"file": sent})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        assert not CaseAttachment.objects.exists()


def test_a_file_that_is_too_large_is_read_past_and_told(
    cast: Cast, client: Client, settings: Any
) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    case = case_of(cast)
    sent = SimpleUploadedFile("a.pdf", making.PDF + b"x" * 100_000)
    answer = client.post(f"/cases/{case.number}/attachments/", {"file": sent})
    assert answer.status_code == 422
    assert "too large" in answer.content.decode()


def test_the_list_filters_and_finds_by_number(cast: Cast, client: Client) -> None:
    first, second = case_of(cast), case_of(cast, kind="support", reasons=("Other",))
    client.post(f"/cases/{second.number}/status/", {"status": "closed"})

    def numbers(query: str) -> set[int]:
        return {row.number for row in client.get(f"/cases/?{query}").context["rows"]}

    assert numbers("") == {first.number, second.number}
    assert numbers("status=open") == {first.number}
    assert numbers("status=closed") == {second.number}
    assert numbers("kind=support") == {second.number}
    assert numbers(f"reason={making.reason(cast.manager, 'Other').id}") == {second.number}
    assert numbers(f"handler={cast.manager.author_id}") == {first.number, second.number}
    assert numbers(f"handler={cast.viewer.author_id}") == set()
    assert numbers("opened_from=2200-01-01") == set()
    assert numbers(f"q={first.number}") == {first.number}
    assert numbers("q=noise") == set()
    hidden = client.get("/cases/?kind=request").content.decode()
    assert "hides 2 cases" in hidden


def test_tq18_the_customer_page_has_a_section_of_cases(cast: Cast, client: Client) -> None:
    case = case_of(cast)
    number = stored(cast).customer.number
    page = client.get(f"/customers/{number}/").content.decode()
    assert f"/cases/of-customer/{number}/" in page
    section = client.get(f"/cases/of-customer/{number}/", headers=FRAGMENT).content.decode()
    assert f"/cases/{case.number}/" in section
    assert "<html" not in section
    assert f"/cases/new/?customer={number}" in section
    assert "<html" in client.get(f"/cases/of-customer/{number}/").content.decode()


def test_who_may_not_see_or_change_is_refused(cast: Cast) -> None:
    case = case_of(cast, compensation_kind="refund", compensation_minor=5_000,
                   compensation_currency="EUR")  # fmt: skip
    viewer = client_for(cast.viewer)
    page = viewer.get(f"/cases/{case.number}/").content.decode()
    assert "Add comment" not in page
    assert viewer.get("/cases/new/").status_code == 403
    restrict(cast.viewer, service_compensation="hidden", customer_email="hidden")
    page = viewer.get(f"/cases/{case.number}/").content.decode()
    assert "EUR 50.00" not in page
    assert "ann@example.org" not in page
    history = viewer.get(f"/cases/{case.number}/history/", headers=FRAGMENT).content.decode()
    assert "50.00" not in history
    switch_off(cast.manager, "service")
    assert viewer.get("/cases/").status_code == 403


def test_reasons_are_kept_in_the_settings_by_administrators(cast: Cast) -> None:
    assert client_for(cast.manager).get("/settings/reasons/").status_code == 403
    client = client_for(cast.administrator)
    assert "/settings/reasons/" in client.get("/settings/").content.decode()
    client.post("/settings/reasons/", {"name": "Noise"})
    with tenancy.scope(cast.organization.id):
        noise = Reason.objects.get(name="Noise")
    refused = client.post("/settings/reasons/", {"name": "noise"})
    assert refused.status_code == 422
    assert "already" in refused.content.decode()
    client.post(f"/settings/reasons/{noise.id}/position/", {"to": "up"})
    client.post(f"/settings/reasons/{noise.id}/switch/", {"is_active": "0"})
    client.post(f"/settings/reasons/{noise.id}/name/", {"name": "Noise at night"})
    with tenancy.scope(cast.organization.id):
        noise = Reason.objects.get(id=noise.id)
    assert (noise.name, noise.is_active) == ("Noise at night", False)
    client.post(f"/settings/reasons/{noise.id}/removal/")
    with tenancy.scope(cast.organization.id):
        assert not Reason.objects.filter(id=noise.id).exists()
