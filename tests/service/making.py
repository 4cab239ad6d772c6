"""Cases, questionnaires and answers for tests, each in the actor's own organisation."""

import io
import itertools
import zipfile
from datetime import date
from typing import Any
from uuid import UUID

from tests.bookings import making as bookings
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.audit.undoing import undo_change_set
from wayfolk.bookings.models import Booking
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy
from wayfolk.service import queries
from wayfolk.service.models import Question, Questionnaire, Reason, Response, ServiceCase
from wayfolk.service.operations import answering, cases, questionnaires
from wayfolk.service.rules.cases import CaseData
from wayfolk.service.rules.questionnaires import QuestionData, QuestionnaireData
from wayfolk.staff.rules import Actor

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 40
_names = itertools.count(1)


def customer(by: Actor, given_name: str = "Ann", *, email: str = "ann@example.org") -> Customer:
    with tenancy.scope(by.organization_id):
        contacts = {("primary", "email"): email, ("primary", "phone"): "+351 21 123 4567"}
        data = CustomerData({"given_name": given_name, "family_name": "Holm"}, contacts=contacts)
        return customer_operations.create_customer(data, by=by)


def booking(by: Actor, owner: Customer | None = None, **fields: Any) -> Booking:
    return bookings.booking(by, owner or customer(by), **fields)


def reason(by: Actor, name: str = "Excursion") -> Reason:
    with tenancy.scope(by.organization_id):
        return next(each for each in queries.list_reasons() if each.name == name)


def case(
    by: Actor,
    about: Booking | None = None,
    *,
    owner: Customer | None = None,
    reasons: tuple[str, ...] = ("Excursion",),
    **fields: Any,
) -> ServiceCase:
    ids = [reason(by, name).id for name in reasons]
    with tenancy.scope(by.organization_id):
        return cases.create_case(
            CaseData({"reason_ids": ids, **fields}),
            by=by,
            customer_id=owner.id if owner else None,
            booking_number=about.number if about else None,
        )


def questionnaire(cast: Cast, **fields: Any) -> tuple[Questionnaire, list[Question]]:
    """Trip, guide and hotel on a scale, then one of a list and one of text."""
    return questionnaire_of(cast.administrator, **fields)


def questionnaire_of(by: Actor, **fields: Any) -> tuple[Questionnaire, list[Question]]:
    """The same, made by somebody who administers."""
    with tenancy.scope(by.organization_id):
        data = QuestionnaireData({"name": f"After the trip {next(_names)}", **fields})
        made = questionnaires.create_questionnaire(data, by=by)
        for values in (
            {"text": "What did you use?", "kind": "choices", "options": ["Pool", "Spa", "Bar"]},
            {"text": "Anything else?", "kind": "text"},
        ):
            questionnaires.add_question(made.id, QuestionData(values), by=by)
        return made, list(queries.list_questions(made.id))


def answers(
    by: Actor, asked: Questionnaire, about: Booking, *scores: int | None, **more: Any
) -> Response:
    """`scores` in the order of the questions on a scale: trip, guide, hotel."""
    with tenancy.scope(by.organization_id):
        questions = queries.list_questions(asked.id)
        scales = [each for each in questions if each.kind == "scale"]
        sent = {str(q.id): score for q, score in zip(scales, scores, strict=False)}
        sent |= {str(q.id): more[q.kind] for q in questions if q.kind in more}
        return answering.enter_answers(asked.id, about.id, sent, by=by)


def undo_latest(by: Actor) -> UUID:
    """Take the latest change set back; returns the undo's own id."""
    with tenancy.scope(by.organization_id):
        latest = ChangeSet.objects.order_by("-id").first()
        assert latest is not None
        return undo_change_set(latest.id, by=by).change_set_id


def office_file(*parts: str) -> bytes:
    """An Office Open XML archive that holds these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("[Content_Types].xml", *parts):
            archive.writestr(name, "<x/>")
    return stream.getvalue()


TODAY = date(2026, 6, 20)
