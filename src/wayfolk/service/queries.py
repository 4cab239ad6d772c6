"""Finding cases, questionnaires and answers, and what they add up to.

Every function that takes an actor returns only what this actor may see.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, Sum

from wayfolk.customers.models import Customer
from wayfolk.kit.errors import NotAllowed, NotFound
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.service.models import (
    Answer,
    CaseAttachment,
    CaseComment,
    CaseQuerySet,
    CaseReason,
    CustomerFigures,
    HappinessSettings,
    Invitation,
    Question,
    QuestionKind,
    Questionnaire,
    Reason,
    Response,
    ServiceCase,
    Topic,
)
from wayfolk.service.rules import questionnaires as rules
from wayfolk.staff.models import Membership
from wayfolk.staff.rules import Actor

TEXTS_SHOWN = 50
NUMBER_DIGITS_MAX = 15


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list is narrowed to; None and "" do not narrow. `text`: a Case No or BKG. No.

    `status` may be "open": everything but closed.
    """

    text: str = ""
    status: str = ""
    kind: str = ""
    handler_id: UUID | None = None
    reason_id: UUID | None = None
    customer_id: UUID | None = None
    booking_id: UUID | None = None
    opened_from: date | None = None
    opened_to: date | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A customer's scores and counts; a score is None while nothing was answered."""

    overall: Decimal | None = None
    overall_count: int = 0
    representative: Decimal | None = None
    representative_count: int = 0
    complaints: int = 0
    open_cases: int = 0


@dataclass(frozen=True, slots=True)
class TopicResult:
    """The marks given on one topic."""

    topic: str
    label: str
    average: Decimal | None
    count: int


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What was answered to one question. `marks`: how often 1 to 5; `options`: how often each."""

    question: Question
    count: int
    average: Decimal | None
    marks: Sequence[tuple[int, int]]
    options: Sequence[tuple[str, int]]
    texts: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class Results:
    """All answers to a questionnaire, added up."""

    responses: int
    overall: Decimal | None
    overall_count: int
    representative: Decimal | None
    representative_count: int
    topics: Sequence[TopicResult]
    questions: Sequence[QuestionResult]


def may_see(by: Actor) -> bool:
    """Whether service cases exist for this actor at all: permission and module."""
    return by.may("service.view") and by.has_module("service")


def may_see_questionnaires(by: Actor) -> bool:
    return by.may("service.view") and by.has_module("questionnaires")


def may_see_scores(by: Actor) -> bool:
    return may_see_questionnaires(by) and by.may_see("customer.happiness")


def list_cases(filters: CaseFilters | None = None, *, by: Actor) -> CaseQuerySet:
    """Cases with customer, booking and handler, in no order: see `kit.paging`."""
    by.require_module("service")
    by.require("service.view")
    narrowed = filters or CaseFilters()
    exact = {
        "kind": narrowed.kind,
        "handler_id": narrowed.handler_id,
        "customer_id": narrowed.customer_id,
        "booking_id": narrowed.booking_id,
        "opened_on__gte": narrowed.opened_from,
        "opened_on__lte": narrowed.opened_to,
    }
    rows: CaseQuerySet = ServiceCase.objects.in_lines()
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if narrowed.status == "open":
        rows = rows.exclude(status="closed")
    elif narrowed.status:
        rows = rows.filter(status=narrowed.status)
    if narrowed.reason_id:
        having = CaseReason.objects.filter(reason_id=narrowed.reason_id).values("case_id")
        rows = rows.filter(id__in=having)
    return rows.filter(_numbered(narrowed.text)) if narrowed.text.strip() else rows


def _numbered(written: str) -> Q:
    """A Case No, or the BKG. No that cases are about; words find nothing."""
    number = written.strip().removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) <= NUMBER_DIGITS_MAX):
        return Q(pk__in=[])
    return Q(number=int(number)) | Q(booking__number=int(number))


def get_case_by_number(number: int, *, by: Actor) -> ServiceCase:
    """One case by its number; raises NotFound."""
    found = list_cases(by=by).select_related("closed_by").filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no service case {number}. It may have been taken back since.")
    return found


def reasons_of(case_ids: Collection[UUID]) -> dict[UUID, list[Reason]]:
    """The reasons of each case, in the order of the list: one query."""
    found: dict[UUID, list[Reason]] = {case_id: [] for case_id in case_ids}
    rows = CaseReason.objects.filter(case_id__in=list(case_ids)).select_related("reason")
    for row in rows.order_by("reason__position", "reason_id"):
        found[row.case_id].append(row.reason)
    return found


def list_comments(case_id: UUID, *, by: Actor) -> Sequence[CaseComment]:
    """What was noted on the case, oldest first."""
    by.require("service.view")
    return list(CaseComment.objects.filter(case_id=case_id).order_by("created_at", "id"))


def list_attachments(case_id: UUID, *, by: Actor) -> Sequence[CaseAttachment]:
    """The files of the case without their bytes."""
    by.require("service.view")
    return list(CaseAttachment.objects.filter(case_id=case_id).order_by("created_at", "id"))


def get_attachment(case_id: UUID, attachment_id: UUID, *, by: Actor) -> CaseAttachment:
    """One file of the case with its bytes; raises NotFound."""
    by.require_module("service")
    by.require("service.view")
    rows = CaseAttachment.objects.filter(case_id=case_id, id=attachment_id)
    found: CaseAttachment | None = rows.select_related("file").first()
    if found is None:
        raise NotFound("There is no such attachment. It may have been removed since.")
    return found


def list_reasons(*, only_active: bool = False) -> Sequence[Reason]:
    """The organisation's reasons in their order."""
    rows = Reason.objects.order_by("position", "id")
    return list(rows.filter(is_active=True) if only_active else rows)


def used_reasons() -> set[UUID]:
    """Reasons that cases have: they can be switched off, not removed."""
    return set(CaseReason.objects.values_list("reason_id", flat=True).distinct())


def list_handlers(*, by: Actor) -> Sequence[Membership]:
    """Who can handle a case, by name."""
    by.require("service.view")
    return list(Membership.objects.filter(is_active=True).order_by("name", "id"))


def figures_of(customer: Customer, *, by: Actor) -> Figures:
    """Scores and counts of a customer in one query; what the actor may not see is empty."""
    kept = CustomerFigures.objects.filter(id=customer.id).first()
    if kept is None:
        return Figures()
    cases = {"complaints": kept.complaints, "open_cases": kept.open_cases} if may_see(by) else {}
    if not may_see_scores(by):
        return Figures(**cases)
    return Figures(
        overall=rules.mean(kept.overall_sum, kept.overall_count),
        overall_count=kept.overall_count,
        representative=rules.mean(kept.representative_sum, kept.representative_count),
        representative_count=kept.representative_count,
        **cases,
    )


def list_questionnaires(*, by: Actor) -> TenantQuerySet[Questionnaire]:
    """All questionnaires by name, with how often each was answered."""
    by.require_module("questionnaires")
    by.require("service.view")
    rows: TenantQuerySet[Questionnaire] = Questionnaire.objects.order_by("name", "id")
    return rows


def counts_of(questionnaires: Collection[Questionnaire]) -> Mapping[UUID, tuple[int, int]]:
    """Questionnaire -> (asked, answered): two queries."""
    ids = [each.id for each in questionnaires]
    asked, answered = (
        dict(
            model.objects.filter(questionnaire_id__in=ids)
            .values_list("questionnaire_id")
            .annotate(n=Count("id"))
        )
        for model in (Invitation, Response)
    )
    return {row_id: (asked.get(row_id, 0), answered.get(row_id, 0)) for row_id in ids}


def get_questionnaire(questionnaire_id: UUID, *, by: Actor) -> Questionnaire:
    """Raises NotFound."""
    found = list_questionnaires(by=by).filter(id=questionnaire_id).first()
    if found is None:
        raise NotFound("There is no such questionnaire. It may have been removed since.")
    return found


def list_questions(questionnaire_id: UUID, *, with_former: bool = False) -> Sequence[Question]:
    """Its questions in their order; with those that are asked no more, if wanted."""
    rows = Question.objects.filter(questionnaire_id=questionnaire_id)
    rows = rows if with_former else rows.filter(is_asked=True)
    return list(rows.order_by("position", "id"))


def list_invitations(
    *, by: Actor, questionnaire_id: UUID | None = None, booking_id: UUID | None = None
) -> TenantQuerySet[Invitation]:
    """Invitations with guest and booking, in no order."""
    by.require_module("questionnaires")
    by.require("service.view")
    wanted = {"questionnaire_id": questionnaire_id, "booking_id": booking_id}
    rows: TenantQuerySet[Invitation] = Invitation.objects.select_related(
        "questionnaire", "customer", "booking"
    )
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def list_responses(
    *, by: Actor, questionnaire_id: UUID | None = None, booking_id: UUID | None = None
) -> TenantQuerySet[Response]:
    """Answered questionnaires, in no order. Raises NotAllowed where the scores are hidden."""
    require_scores(by)
    wanted = {"questionnaire_id": questionnaire_id, "booking_id": booking_id}
    rows: TenantQuerySet[Response] = Response.objects.select_related(
        "questionnaire", "customer", "booking"
    )
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def answers_of(response_ids: Collection[UUID], *, by: Actor) -> dict[UUID, list[Answer]]:
    """The answers of each response in the order of the questions: one query."""
    require_scores(by)
    found: dict[UUID, list[Answer]] = {row_id: [] for row_id in response_ids}
    rows = Answer.objects.filter(response_id__in=list(response_ids)).select_related("question")
    for answer in rows.order_by("question__position", "question_id"):
        found[answer.response_id].append(answer)
    return found


def require_scores(by: Actor) -> None:
    """Answers are what the scores are made of: who may not see these sees none."""
    by.require_module("questionnaires")
    by.require("service.view")
    if not by.may_see("customer.happiness"):
        raise NotAllowed(
            f"Your role “{by.role_name}” does not see happiness scores, so it sees no answers."
            " An administrator can change that under Settings, Roles."
        )


def results_of(questionnaire: Questionnaire, *, by: Actor) -> Results:
    """Averages per topic, counts and free texts: a fixed number of queries."""
    require_scores(by)
    rows = Answer.objects.filter(question__questionnaire_id=questionnaire.id)
    grouped = {
        topic: (total, count)
        for topic, total, count in rows.filter(score__isnull=False)
        .values_list("topic")
        .annotate(total=Sum("score"), count=Count("score"))
    }
    overall = (sum(t for t, _ in grouped.values()), sum(c for _, c in grouped.values()))
    ours = grouped.get(rules.GUIDE, (0, 0))
    return Results(
        responses=Response.objects.filter(questionnaire_id=questionnaire.id).count(),
        overall=rules.mean(*overall),
        overall_count=overall[1],
        representative=rules.mean(*ours),
        representative_count=ours[1],
        topics=[
            TopicResult(topic, str(Topic(topic).label), rules.mean(*grouped[topic]), count)
            for topic in Topic.values
            if (count := grouped.get(topic, (0, 0))[1])
        ],
        questions=_question_results(questionnaire, rows),
    )


def _question_results(
    questionnaire: Questionnaire, rows: TenantQuerySet[Answer]
) -> list[QuestionResult]:
    marks: dict[UUID, Counter[int]] = {}
    scored = rows.filter(score__isnull=False).values_list("question_id", "score")
    for question_id, score, count in scored.annotate(n=Count("id")):
        marks.setdefault(question_id, Counter())[score] = count
    options: dict[UUID, Counter[str]] = {}
    chosen = rows.exclude(chosen=[]).values_list("question_id", "chosen")
    for question_id, picked, count in chosen.annotate(n=Count("id")):
        options.setdefault(question_id, Counter()).update(dict.fromkeys(picked, count))
    texts: dict[UUID, list[Answer]] = {}
    latest = rows.exclude(text="").select_related("booking", "customer").order_by("-id")
    for answer in latest[:TEXTS_SHOWN]:
        texts.setdefault(answer.question_id, []).append(answer)
    return [
        _question_result(question, marks, options, texts)
        for question in list_questions(questionnaire.id, with_former=True)
    ]


def _question_result(
    question: Question,
    marks: Mapping[UUID, Counter[int]],
    options: Mapping[UUID, Counter[str]],
    texts: Mapping[UUID, list[Answer]],
) -> QuestionResult:
    given = marks.get(question.id, Counter())
    picked = options.get(question.id, Counter())
    total = sum(score * count for score, count in given.items())
    is_scale = question.kind == QuestionKind.SCALE
    return QuestionResult(
        question=question,
        count=sum(given.values()),
        average=rules.mean(total, sum(given.values())),
        marks=[(score, given[score]) for score in rules.SCORES] if is_scale else [],
        options=[(option, picked[option]) for option in question.options],
        texts=texts.get(question.id, []),
    )


def load_happiness() -> HappinessSettings:
    """The stored settings of the scores, or what holds while there are none."""
    return HappinessSettings.objects.first() or HappinessSettings()


def labels() -> tuple[str, str, bool]:
    """What the organisation calls both scores, and whether the second one is shown."""
    stored = load_happiness()
    return stored.overall_label, stored.representative_label, stored.shows_representative
