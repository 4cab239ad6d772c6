"""Questionnaires after the trip and the scores that follow from them (TQ-52, decision 9)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.bookings import making as bookings
from tests.service import making
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.audit.change_sets import change_set
from wayfolk.bookings.models import Booking
from wayfolk.bookings.operations import update_booking
from wayfolk.bookings.rules import BookingData
from wayfolk.communications.models import Communication, PrivateLink
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Status
from wayfolk.kit import clock, tenancy
from wayfolk.kit.database_errors import find_refusal
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.organization.actors import get_system_actor
from wayfolk.service import queries, tasks
from wayfolk.service.models import Answer, Invitation, Question, Questionnaire, Response
from wayfolk.service.operations import answering, happiness, inviting, questionnaires
from wayfolk.service.operations.answering import LinkOver
from wayfolk.service.operations.inviting import CannotAsk
from wayfolk.service.operations.questionnaires import QuestionAnswered, QuestionnaireInUse
from wayfolk.service.rules import questionnaires as rules
from wayfolk.service.rules.questionnaires import QuestionData, QuestionnaireData


@pytest.fixture
def in_scope(cast: Cast) -> Any:
    with tenancy.scope(cast.organization.id):
        yield


def token_in(booking: Booking) -> str:
    """The link that the guest of the booking was sent last."""
    link = PrivateLink.objects.filter(communication__about=booking.id).order_by("-id")[0]
    return str(link.value).rpartition("/")[2]


def marks(booking: Booking) -> tuple[Decimal | None, Decimal | None]:
    stored = Booking.objects.get(id=booking.id)
    return stored.customer_mark, stored.representative_mark


def test_tq52_answers_feed_both_marks_of_the_booking_and_undo_takes_them_back(
    cast: Cast, in_scope: None
) -> None:
    """D-09."""
    asked, _ = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    assert marks(booking) == (None, None)
    making.answers(cast.manager, asked, booking, 5, 4, 4)
    assert marks(booking) == (Decimal("4.33"), Decimal("4.00"))
    making.answers(cast.manager, asked, booking, 1, None, None, text="Loud")
    assert marks(booking) == (Decimal("3.50"), Decimal("4.00"))
    undone = making.undo_latest(cast.manager)
    assert marks(booking) == (Decimal("4.33"), Decimal("4.00"))
    making.undo_latest(cast.manager)
    assert undone
    assert marks(booking) == (Decimal("3.50"), Decimal("4.00"))


def test_tq52_three_kinds_of_questions_are_checked_and_told_by_question(
    cast: Cast, in_scope: None
) -> None:
    asked, questions = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    scale, choices, text = questions[0], questions[3], questions[4]
    wrong = {str(scale.id): "6", str(choices.id): ["Pool", "Casino"], str(text.id): "x" * 5_001}
    with pytest.raises(InvalidValues) as refused:
        answering.enter_answers(asked.id, booking.id, wrong, by=cast.manager)
    assert set(refused.value.errors) == set(wrong)
    with pytest.raises(InvalidValues):
        answering.enter_answers(asked.id, booking.id, {str(scale.id): ""}, by=cast.manager)
    making.answers(cast.manager, asked, booking, 3, choices=["Spa", "Pool"], text=" Fine ")
    kept = {each.question_id: each for each in Answer.objects.all()}
    assert kept[scale.id].score == 3
    assert kept[choices.id].chosen == ["Pool", "Spa"]
    assert kept[text.id].text == "Fine"
    assert not Response.objects.exclude(booking_id=booking.id).exists()


def test_answers_are_never_changed_not_even_by_raw_sql(cast: Cast, in_scope: None) -> None:
    asked, _ = making.questionnaire(cast)
    making.answers(cast.manager, asked, making.booking(cast.manager), 2)
    with (
        pytest.raises(DatabaseError) as raised,
        change_set(by=cast.manager, operation="t", summary="T"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE service_answer SET score = 5 WHERE organization_id = %s",
            [cast.organization.id],
        )
    refusal = find_refusal(raised.value)
    assert refusal is not None
    assert refusal.code == "answers_stay"


def test_tq52_guests_are_asked_a_set_number_of_days_after_the_trip(
    cast: Cast, in_scope: None
) -> None:
    today = clock.today(cast.manager.time_zone)
    asked, _ = making.questionnaire(cast, days=3, counted_from="return", is_active=True)
    due, late, early, old, cancelled, nobody = (
        making.booking(
            cast.manager,
            making.customer(cast.manager, email=email),
            departs_on=today - timedelta(days=back + 5),
            returns_on=today - timedelta(days=back),
            status=status,
        )
        for back, status, email in (
            (3, "confirmed", "a@example.org"),
            (9, "confirmed", "b@example.org"),
            (2, "confirmed", "c@example.org"),
            (11, "confirmed", "d@example.org"),
            (3, "cancelled", "e@example.org"),
            (4, "confirmed", ""),
        )
    )
    by = get_system_actor(cast.organization)
    assert tasks.ask(by) == 2
    invited = Invitation.objects.filter(questionnaire_id=asked.id)
    assert {row.booking_id for row in invited} == {due.id, late.id, nobody.id}
    assert "no email address" in invited.get(booking_id=nobody.id).not_sent_because
    assert tasks.ask(by) == 0
    assert early.id != old.id != cancelled.id


def test_tq52_who_may_not_be_written_to_stays_planned_with_the_reason(
    cast: Cast, in_scope: None
) -> None:
    asked, _ = making.questionnaire(cast, is_advertising=True)
    booking = making.booking(cast.manager)
    with pytest.raises(Exception, match="newsletter"):
        inviting.invite(asked.id, booking.id, by=cast.manager)
    customer_operations.set_status([booking.customer_id], Status.INACTIVE, by=cast.manager)
    today = clock.today(cast.manager.time_zone)
    with change_set(by=cast.manager, operation="t", summary="T"):
        Booking.objects.filter(id=booking.id).update(returns_on=today - timedelta(days=3))
    assert inviting.plan_due(asked, by=cast.manager) == []


def test_tq52_a_link_is_random_signed_and_works_once(cast: Cast, in_scope: None) -> None:
    asked, questions = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    invitation = inviting.invite(asked.id, booking.id, by=cast.manager)
    token = token_in(booking)
    assert inviting.organization_of(token) == cast.organization.id
    assert inviting.organization_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert "example" not in token
    guest = answering.guest_actor(cast.organization)
    sent = {str(questions[0].id): "4", str(questions[1].id): "5"}
    response = answering.answer_by_link(token, sent, by=guest)
    assert (response.customer_id, response.invitation_id) == (booking.customer_id, invitation.id)
    assert marks(booking) == (Decimal("4.50"), Decimal("5.00"))
    with pytest.raises(LinkOver, match="answered already"):
        answering.answer_by_link(token, sent, by=guest)
    with pytest.raises(NotFound):
        answering.answer_by_link("made-up", sent, by=guest)
    with pytest.raises(CannotAsk):
        inviting.send_invitation(invitation.id, by=cast.manager)


def test_tq52_a_link_expires_and_a_new_one_replaces_it(cast: Cast, in_scope: None) -> None:
    asked, questions = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    invitation = inviting.invite(asked.id, booking.id, by=cast.manager)
    first = token_in(booking)
    with change_set(by=cast.manager, operation="t", summary="T"):
        Invitation.objects.filter(id=invitation.id).update(expires_at=clock.now())
    guest = answering.guest_actor(cast.organization)
    with pytest.raises(LinkOver, match="time for answering"):
        answering.answer_by_link(first, {str(questions[0].id): "4"}, by=guest)
    assert rules.state_of(Invitation.objects.get(id=invitation.id), clock.now()) == "expired"
    inviting.send_invitation(invitation.id, by=cast.manager)
    assert inviting.find_invitation(first) is None
    answering.answer_by_link(token_in(booking), {str(questions[0].id): "4"}, by=guest)


def test_a_guest_may_answer_and_nothing_else(cast: Cast, in_scope: None) -> None:
    asked, questions = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    guest = answering.guest_actor(cast.organization)
    with pytest.raises(NotAllowed):
        answering.enter_answers(asked.id, booking.id, {str(questions[0].id): 1}, by=guest)
    with pytest.raises(NotAllowed):
        queries.list_responses(by=guest)
    with pytest.raises(NotAllowed):
        answering.answer_by_link("x", {}, by=cast.manager)


def test_questions_are_built_reordered_and_keep_the_meaning_of_their_answers(
    cast: Cast, in_scope: None
) -> None:
    by = cast.administrator
    asked, questions = making.questionnaire(cast)
    with pytest.raises(InvalidValues) as refused:
        questionnaires.add_question(asked.id, QuestionData({"text": "?", "kind": "choices"}), by=by)
    assert "options" in refused.value.errors
    questionnaires.move_question(questions[2].id, -1, by=by)
    order = [each.id for each in queries.list_questions(asked.id)]
    assert order[:3] == [questions[0].id, questions[2].id, questions[1].id]
    making.answers(cast.manager, asked, making.booking(cast.manager), 5, 5, 5)
    with pytest.raises(QuestionAnswered):
        questionnaires.update_question(questions[0].id, QuestionData({"topic": "hotel"}), by=by)
    questionnaires.update_question(questions[0].id, QuestionData({"text": "And?"}), by=by)
    questionnaires.remove_question(questions[0].id, by=by)
    assert not Question.objects.get(id=questions[0].id).is_asked
    questionnaires.remove_question(questions[4].id, by=by)
    assert not Question.objects.filter(id=questions[4].id).exists()
    making.undo_latest(by)
    assert Question.objects.filter(id=questions[4].id).exists()
    with pytest.raises(QuestionnaireInUse):
        questionnaires.remove_questionnaire(asked.id, by=by)
    with pytest.raises(NotAllowed):
        questionnaires.create_questionnaire(QuestionnaireData({"name": "N"}), by=cast.manager)


def test_results_are_averages_per_topic_counts_and_texts(cast: Cast, in_scope: None) -> None:
    """TQ-52."""
    asked, _ = making.questionnaire(cast)
    one, two = making.booking(cast.manager), making.booking(cast.manager)
    making.answers(cast.manager, asked, one, 5, 4, 3, choices=["Spa"], text="Lovely")
    making.answers(cast.manager, asked, two, 4, None, 1, choices=["Spa", "Bar"])
    found = queries.results_of(asked, by=cast.viewer)
    assert found.responses == 2
    assert (found.overall, found.overall_count) == (Decimal("3.40"), 5)
    assert (found.representative, found.representative_count) == (Decimal("4.00"), 1)
    assert {each.topic: each.average for each in found.topics} == {
        "trip": Decimal("4.50"),
        "guide": Decimal("4.00"),
        "hotel": Decimal("2.00"),
    }
    by_kind = {each.question.kind: each for each in found.questions}
    assert by_kind["choices"].options == [("Pool", 0), ("Spa", 2), ("Bar", 1)]
    assert [answer.text for answer in by_kind["text"].texts] == ["Lovely"]


def test_an_invitation_that_went_is_not_taken_back(cast: Cast, in_scope: None) -> None:
    """Its link would lead nowhere, and the next morning would ask a second time."""
    asked, _ = making.questionnaire(cast)
    inviting.invite(asked.id, making.booking(cast.manager).id, by=cast.manager)
    latest = bookings.last_change_set(cast.manager)
    assert latest.operation == "questionnaires.invite"
    with pytest.raises(NotAllowed):
        taking_back.take_back(latest.id, by=cast.administrator)


def test_a_booking_that_was_moved_asks_its_new_customer(cast: Cast, in_scope: None) -> None:
    by = cast.manager
    asked, _ = making.questionnaire(cast)
    booking, other = making.booking(by), making.customer(by, "Bo", email="bo@example.org")
    inviting.invite(asked.id, booking.id, by=by)
    update_booking(booking.id, BookingData({"customer_id": other.id}), by=by)
    assert inviting.invite(asked.id, booking.id, by=by).customer_id == other.id
    assert Communication.objects.order_by("-id")[0].address == "bo@example.org"


def test_d09_the_organisation_names_both_scores(cast: Cast, in_scope: None) -> None:
    assert queries.labels() == ("Happiness Overall", "Happiness Represent.", True)
    wished: dict[str, Any] = {
        "overall_label": "Guests",
        "representative_label": "Guides",
        "shows_representative": False,
        "link_days": 14,
    }
    with pytest.raises(NotAllowed):
        happiness.set_happiness(**wished, by=cast.manager)
    happiness.set_happiness(**wished, by=cast.administrator)
    assert queries.labels() == ("Guests", "Guides", False)
    making.undo_latest(cast.administrator)
    assert queries.labels() == ("Happiness Overall", "Happiness Represent.", True)
    assert not Questionnaire.objects.filter(name="none").exists()
