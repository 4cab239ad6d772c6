"""The cast after their trips: service cases in every status, and what guests answered."""

import io
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from wayfolk.bookings.models import Booking
from wayfolk.service import queries
from wayfolk.service.models import Question, Questionnaire
from wayfolk.service.operations import answering, attachments, cases, notes, questionnaires
from wayfolk.service.rules.cases import CaseData
from wayfolk.service.rules.questionnaires import QuestionData, QuestionnaireData
from wayfolk.staff.rules import Actor

_LETTER = """From: Nour Haddad <nour.haddad@example.org>
To: service@azure-coast.example
Subject: Our river cruise
Content-Type: text/plain; charset=utf-8

Dear team,

the cabin was above the engine and we hardly slept for three nights.
Please let us know what you can do.

Nour Haddad
"""


class Cast(Protocol):
    """What of the stories' cast is needed here."""

    by: Actor
    office: Actor
    today: date

    def id(self, key: str) -> UUID: ...
    def day(self, offset: int) -> date: ...
    def booking(
        self, product: str, customer: str, *, booked: int, departs: int, price: int, **extra: Any
    ) -> UUID: ...


def tell(cast: Cast) -> None:
    """Trips that are over, what went wrong on them, and how they were liked."""
    trips = {
        key: Booking.objects.get(
            id=cast.booking(
                product, key, booked=-60, departs=-14, price=price, returns_on=cast.day(-7), **place
            )
        )
        for key, product, price, place in (
            ("haddad", "Douro river cruise, 7 nights", 389_000, {"resort": "Porto"}),
            ("karin", "Algarve coast walk", 142_000, {"resort": "Lagos", "hotel": "City Hotel"}),
            ("lee", "Lisbon food tour and stay", 88_000, {"resort": "Lisbon"}),
            ("grace", "Madeira levada week", 176_000, {"resort": "Funchal"}),
        )
    }
    _open_cases(cast, trips)
    _ask(cast, trips)


def _open_cases(cast: Cast, trips: dict[str, Booking]) -> None:
    reasons = {each.name: each.id for each in queries.list_reasons()}

    def case(key: str, status: str, *names: str, opened: int, **fields: Any) -> UUID:
        data = {
            "reason_ids": [reasons[name] for name in names],
            "opened_on": cast.day(opened),
            "status": status,
            **fields,
        }
        return cases.create_case(
            CaseData(data), by=cast.office, booking_number=trips[key].number
        ).id

    noise = case(
        "haddad", "in_progress", "Accommodation", opened=-6, handler_id=cast.by.author_id,
        description="Cabin above the engine for three nights; asks for money back.",
        compensation_kind="refund", compensation_minor=30_000, compensation_currency="EUR",
    )  # fmt: skip
    notes.add_comment(
        noise, "Called the ship's office: the cabin was known to be loud.", by=cast.by
    )
    notes.add_comment(noise, "Offered 300 euros. They will answer by Friday.", by=cast.office)
    letter = io.BytesIO(_LETTER.encode())
    attachments.add_attachment(noise, letter, name="Our river cruise.eml", by=cast.by)
    case(
        "karin", "new", "Guide or representative", "Excursion", opened=-1,
        description="The guide left early on the second day.",
    )  # fmt: skip
    closed = case("lee", "closed", "Lost property", opened=-12, kind="support",
                  description="A jacket left in the minibus.")  # fmt: skip
    notes.add_comment(closed, "Found, sent by post.", by=cast.by)
    court = case(
        "grace", "waiting_court", "Price and payment", opened=-40,
        description="Disputes the cancellation fee of last year's trip.",
    )  # fmt: skip
    notes.add_comment(court, "Statement sent to our lawyer. Hearing in spring.", by=cast.office)


def _ask(cast: Cast, trips: dict[str, Booking]) -> None:
    made = questionnaires.create_questionnaire(
        QuestionnaireData(
            {
                "name": "After the trip",
                "days": 3,
                "introduction": "Welcome back! Five short questions help us to plan better trips.",
            }
        ),
        by=cast.office,
    )
    for values in (
        {"text": "What did you enjoy most?", "kind": "choices", "topic": "excursions",
         "options": ["Walks", "Food and wine", "The sea", "Meeting people"]},
        {"text": "What should we do better?", "kind": "text"},
    ):  # fmt: skip
        questionnaires.add_question(made.id, QuestionData(values), by=cast.office)
    questions = list(queries.list_questions(made.id))
    for key, scores, liked, words in (
        ("haddad", (2, 4, 1), ["Food and wine"], "Quieter cabins, please."),
        ("karin", (4, 2, 4), ["Walks", "The sea"], "The guide was in a hurry."),
        ("lee", (5, 5, 4), ["Food and wine", "Meeting people"], ""),
        ("grace", (3, 5, 3), ["Walks"], "Clearer words about fees."),
    ):
        _answer(cast, made, questions, trips[key], scores, liked, words)


def _answer(
    cast: Cast,
    questionnaire: Questionnaire,
    questions: list[Question],
    booking: Booking,
    scores: tuple[int, ...],
    liked: list[str],
    words: str,
) -> None:
    given: list[Any] = [*scores, liked, words]
    sent = {str(question.id): value for question, value in zip(questions, given, strict=True)}
    answering.enter_answers(questionnaire.id, booking.id, sent, by=cast.by)
