"""Service cases: opening, changing, closing (TQ-46 to TQ-49)."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.api.conftest import restrict, switch_off
from tests.service import making
from tests.world import Cast
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import ContactPoint
from wayfolk.identity.search.queries import find_customers
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed
from wayfolk.organization import actors
from wayfolk.service import queries
from wayfolk.service.models import (
    CaseAttachment,
    CaseComment,
    CaseReason,
    ServiceCase,
    StoredFile,
)
from wayfolk.service.operations import attachments, cases, notes, reasons
from wayfolk.service.operations.attachments import TooManyAttachments
from wayfolk.service.operations.cases import CasesOpen, StaleCase
from wayfolk.service.operations.reasons import ReasonInUse
from wayfolk.service.rules.cases import CaseData
from wayfolk.staff.rules import Actor


def again(actor: Actor) -> Actor:
    """The actor with the rights that they have by now."""
    with tenancy.scope(actor.organization_id):
        found = actors.find_actor(user_id=actor.user_id)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.fixture
def in_scope(cast: Cast) -> Any:
    with tenancy.scope(cast.organization.id):
        yield


def test_tq46_a_case_is_opened_from_a_booking_number_and_takes_its_customer(
    cast: Cast, in_scope: None
) -> None:
    booking = making.booking(cast.advisor)
    case = making.case(cast.advisor, booking)
    assert (case.customer_id, case.booking_id) == (booking.customer_id, booking.id)
    assert (case.kind, case.status) == ("complaint", "new")
    with pytest.raises(InvalidValues) as refused:
        cases.create_case(
            CaseData({"reason_ids": [making.reason(cast.advisor).id]}),
            by=cast.advisor,
            booking_number=987_654_321,
        )
    assert "There is no booking 987654321" in refused.value.errors["booking"]


def test_tq46_a_case_about_nobody_is_refused_and_so_is_the_wrong_customer(
    cast: Cast, in_scope: None
) -> None:
    other = making.customer(cast.advisor, "Bo")
    with pytest.raises(InvalidValues) as refused:
        making.case(cast.advisor)
    assert "booking" in refused.value.errors
    with pytest.raises(InvalidValues) as refused:
        making.case(cast.advisor, making.booking(cast.advisor), owner=other)
    assert "Leave the customer out" in refused.value.errors["customer_id"]


def test_tq47_email_and_phone_change_on_the_case_alone(cast: Cast, in_scope: None) -> None:
    booking = making.booking(cast.advisor)
    case = making.case(cast.advisor, booking)
    assert (case.email, case.phone) == ("ann@example.org", "+351 21 123 4567")
    data = CaseData({"email": "lawyer@example.org", "phone": "+351 22 000 000"})
    cases.update_case(case.id, data, by=cast.advisor, version=case.version)
    stored = ServiceCase.objects.get(id=case.id)
    assert (stored.email, stored.phone) == ("lawyer@example.org", "+351 22 000 000")
    kept = ContactPoint.objects.filter(customer_id=case.customer_id)
    assert set(kept.values_list("value", flat=True)) == {"ann@example.org", "+351 21 123 4567"}


def test_tq48_today_and_the_present_user_are_the_defaults_and_a_reason_is_needed(
    cast: Cast, in_scope: None
) -> None:
    owner = making.customer(cast.advisor)
    case = making.case(cast.advisor, owner=owner, reasons=("Excursion", "Other"))
    assert case.opened_on == clock.today(cast.advisor.time_zone)
    assert case.handler_id == cast.advisor.author_id
    assert [each.name for each in queries.reasons_of([case.id])[case.id]] == ["Excursion", "Other"]
    for chosen in ([], None):
        given = {} if chosen is None else {"reason_ids": chosen}
        with pytest.raises(InvalidValues) as refused:
            cases.create_case(CaseData(given), by=cast.advisor, customer_id=owner.id)
        assert refused.value.errors == {"reason_ids": "Choose at least one reason."}


def test_tq48_closing_notes_day_and_user_and_reopening_clears_them(
    cast: Cast, in_scope: None
) -> None:
    case = making.case(cast.advisor, making.booking(cast.advisor))
    closed = cases.set_status(case.id, "closed", by=cast.manager)
    assert closed.closed_on == clock.today(cast.manager.time_zone)
    assert closed.closed_by_id == cast.manager.author_id
    reopened = cases.set_status(case.id, "waiting_court", by=cast.manager)
    assert (reopened.closed_on, reopened.closed_by_id) == (None, None)
    making.undo_latest(cast.manager)
    stored = ServiceCase.objects.get(id=case.id)
    assert (stored.status, stored.closed_by_id) == ("closed", cast.manager.author_id)


def test_tq48_a_compensation_is_whole_or_not_at_all(cast: Cast, in_scope: None) -> None:
    booking = making.booking(cast.advisor)
    case = making.case(
        cast.advisor,
        booking,
        compensation_kind="refund",
        compensation_minor=12_500,
        compensation_currency="EUR",
    )
    assert str(case.compensation) == "EUR 125.00"
    for given, name in (
        ({"compensation_minor": 100, "compensation_currency": "EUR"}, "compensation_kind"),
        ({"compensation_kind": "refund"}, "compensation_minor"),
        (
            {
                "compensation_kind": "refund",
                "compensation_minor": 1,
                "compensation_currency": "EURO",
            },
            "compensation_currency",
        ),
        (
            {
                "compensation_kind": "refund",
                "compensation_minor": -1,
                "compensation_currency": "EUR",
            },
            "compensation_minor",
        ),
    ):
        with pytest.raises(InvalidValues) as refused:
            making.case(cast.advisor, booking, **given)
        assert name in refused.value.errors


def test_bad_values_are_refused_in_words_and_nothing_changes(cast: Cast, in_scope: None) -> None:
    booking = making.booking(cast.advisor)
    with pytest.raises(InvalidValues) as refused:
        making.case(cast.advisor, booking, kind="rant", status="lost", email="x", phone="call me")
    assert set(refused.value.errors) == {"kind", "status", "email", "phone"}
    assert not ServiceCase.objects.exists()


def test_somebody_who_saved_meanwhile_is_not_overwritten(cast: Cast, in_scope: None) -> None:
    case = making.case(cast.advisor, making.booking(cast.advisor))
    seen = case.version
    cases.update_case(case.id, CaseData({"description": "Noise"}), by=cast.manager, version=seen)
    with pytest.raises(StaleCase):
        cases.update_case(case.id, CaseData({"kind": "request"}), by=cast.advisor, version=seen)


def test_rights_module_permission_and_field(cast: Cast, in_scope: None) -> None:
    booking = making.booking(cast.advisor)
    with pytest.raises(NotAllowed):
        making.case(cast.viewer, booking)
    restrict(cast.advisor, service_compensation="view", customer_email="view")
    limited = again(cast.advisor)
    case = making.case(limited, booking)
    with pytest.raises(NotAllowed) as refused:
        cases.update_case(
            case.id, CaseData({"compensation_minor": 5, "email": "b@example.org"}), by=limited
        )
    assert refused.value.details["fields"] == ["compensation", "email"]
    switch_off(cast.advisor, "service")
    with pytest.raises(NotAllowed):
        making.case(again(cast.advisor), booking)


def test_undo_takes_a_whole_case_back_and_redo_brings_it_again(cast: Cast, in_scope: None) -> None:
    case = making.case(cast.manager, making.booking(cast.manager), reasons=("Excursion", "Other"))
    undone = making.undo_latest(cast.manager)
    assert not ServiceCase.objects.exists()
    assert not CaseReason.objects.exists()
    assert undone
    making.undo_latest(cast.manager)
    assert ServiceCase.objects.get().number == case.number
    assert CaseReason.objects.count() == 2


def test_tq48_comments_keep_author_and_time(cast: Cast, in_scope: None) -> None:
    case = making.case(cast.advisor, making.booking(cast.advisor))
    comment = notes.add_comment(case.id, "Called the hotel.\nNobody knew.", by=cast.manager)
    assert (comment.author_name, comment.author_id) == (cast.manager.name, cast.manager.author_id)
    assert comment.text == "Called the hotel.\nNobody knew."
    with pytest.raises(InvalidValues):
        notes.add_comment(case.id, " \u200b ", by=cast.manager)
    making.undo_latest(cast.manager)
    assert not CaseComment.objects.exists()


def test_tq48_attachments_are_kept_once_and_come_back_by_undo(cast: Cast, in_scope: None) -> None:
    case = making.case(cast.manager, making.booking(cast.manager))
    for name in ("Letter.pdf", "../../etc/Copy of letter.pdf"):
        attachments.add_attachment(case.id, io.BytesIO(making.PDF), name=name, by=cast.manager)
    first, second = queries.list_attachments(case.id, by=cast.viewer)
    assert (first.name, second.name) == ("Letter.pdf", "Copy of letter.pdf")
    assert first.file_id == second.file_id
    attachments.remove_attachment(first.id, by=cast.manager)
    making.undo_latest(cast.manager)
    found = queries.get_attachment(case.id, first.id, by=cast.viewer)
    assert bytes(found.file.content) == making.PDF


def test_an_attachment_that_lies_about_its_type_is_refused_with_both(
    cast: Cast, in_scope: None
) -> None:
    case = making.case(cast.manager, making.booking(cast.manager))
    with pytest.raises(InvalidValue) as refused:
        attachments.add_attachment(
            case.id, io.BytesIO(b"MZ\x90\0" + b"\0" * 64), name="invoice.pdf", by=cast.manager
        )
    assert "says that it is a PDF document" in refused.value.message
    assert "a Windows program" in refused.value.message
    assert not CaseAttachment.objects.exists()


def test_a_case_holds_twenty_attachments(
    cast: Cast, in_scope: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wayfolk.service.rules.attachments.COUNT_MAX", 2)
    case = making.case(cast.manager, making.booking(cast.manager))
    for n in range(2):
        attachments.add_attachment(
            case.id, io.BytesIO(making.PDF + b"%d" % n), name=f"{n}.pdf", by=cast.manager
        )
    with pytest.raises(TooManyAttachments):
        attachments.add_attachment(case.id, io.BytesIO(making.PNG), name="x.png", by=cast.manager)


def test_reasons_are_kept_by_administrators_alone_and_removed_only_unused(
    cast: Cast, in_scope: None
) -> None:
    """TQ-48."""
    with pytest.raises(NotAllowed):
        reasons.add_reason("Noise", by=cast.manager)
    noise = reasons.add_reason("  Noise ", by=cast.administrator)
    with pytest.raises(InvalidValues):
        reasons.add_reason("noise", by=cast.administrator)
    reasons.move_reason(noise.id, -1, by=cast.administrator)
    assert [each.name for each in queries.list_reasons()][-2] == "Noise"
    case = making.case(cast.advisor, making.booking(cast.advisor), reasons=("Noise",))
    with pytest.raises(ReasonInUse):
        reasons.remove_reason(noise.id, by=cast.administrator)
    reasons.set_active(noise.id, False, by=cast.administrator)
    kept = CaseData({"reason_ids": [noise.id, making.reason(cast.advisor).id]})
    cases.update_case(case.id, kept, by=cast.advisor)  # it may stay
    with pytest.raises(InvalidValues):
        making.case(cast.advisor, making.booking(cast.advisor), reasons=("Noise",))
    fresh = reasons.add_reason("Lost", by=cast.administrator)
    reasons.remove_reason(fresh.id, by=cast.administrator)
    making.undo_latest(cast.administrator)
    assert "Lost" in {each.name for each in queries.list_reasons()}


def test_who_has_open_cases_is_not_deleted(cast: Cast, in_scope: None) -> None:
    case = making.case(cast.manager, making.booking(cast.manager))
    with pytest.raises(CasesOpen) as refused:
        customer_operations.delete_customer(case.customer_id, by=cast.manager)
    assert str(case.number) in refused.value.message
    cases.set_status(case.id, "closed", by=cast.manager)
    customer_operations.delete_customer(case.customer_id, by=cast.manager)


def test_the_search_finds_a_customer_by_the_number_of_a_case(cast: Cast, in_scope: None) -> None:
    case = making.case(cast.manager, making.booking(cast.manager))
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id FROM service_customers_of('x', %s)", [case.number])
        assert cursor.fetchall() == [(case.customer_id,)]
    hits = find_customers(str(case.number), by=cast.manager).hits
    assert case.customer_id in {hit.customer_id for hit in hits}


def test_another_organisation_sees_nothing(cast: Cast) -> None:
    case = making.case(cast.manager, making.booking(cast.manager))
    with tenancy.scope(cast.outsider.organization_id):
        assert not queries.list_cases(by=cast.outsider).filter(id=case.id).exists()


def test_tq48_bytes_stay_while_an_attachment_or_an_undo_needs_them(
    cast: Cast, in_scope: None
) -> None:
    """What was removed comes back by undo however late, so its bytes are not lost."""
    case = making.case(cast.manager, making.booking(cast.manager))
    for name, content in (("kept.pdf", making.PDF), ("removed.png", making.PNG)):
        attachments.add_attachment(case.id, io.BytesIO(content), name=name, by=cast.manager)
    removed = CaseAttachment.objects.get(name="removed.png")
    attachments.remove_attachment(removed.id, by=cast.manager)
    lost = StoredFile.objects.create(digest="0" * 64, size=1, content=b"x")
    number, later = cast.organization.id, clock.now() + timedelta(days=2)
    assert attachments.remove_unreachable(number) == 0
    assert attachments.remove_unreachable(number, now=later) == 1
    assert not StoredFile.objects.filter(id=lost.id).exists()
    making.undo_latest(cast.manager)
    assert bytes(CaseAttachment.objects.get(name="removed.png").file.content) == making.PNG
