"""Service cases with comments and attachments, reasons; questionnaires, answers, figures."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from wayfolk.api.schemas.bookings import AMOUNT_MAX
from wayfolk.api.schemas.brands import BrandCode
from wayfolk.api.schemas.fields import (
    Body,
    CustomerReference,
    Day,
    Filters,
    Number,
    Paged,
    Text,
    Version,
)

Kind = Literal["complaint", "request", "support"]
Status = Literal["new", "in_progress", "closed", "waiting_court"]
Compensation = Literal["", "refund", "voucher", "discount", "goodwill", "other"]
QuestionKind = Literal["scale", "choices", "text"]
Topic = Literal["guide", "hotel", "transfer", "excursions", "booking", "trip"]
State = Literal["planned", "sent", "opened", "answered", "expired"]
Id = Annotated[UUID, Field(strict=False)]
Mark = Annotated[str, Field(description="An average of 1 to 5 with two decimals.")]


class Reason(BaseModel):
    id: UUID
    name: str
    is_active: bool


class Reasons(BaseModel):
    items: list[Reason]


class NewReason(Body):
    name: str


class ReasonChanges(Body):
    """Fields that are absent stay as they are."""

    name: str = ""
    is_active: bool = True


class CaseFields(BaseModel):
    """Fields that can be read and written; email and phone are the case's own."""

    kind: Kind = "complaint"
    status: Status = "new"
    email: Text
    phone: Text
    description: Text
    compensation_kind: Compensation = ""
    compensation_minor: Annotated[int, Field(ge=0, le=AMOUNT_MAX)] | None = None
    compensation_currency: Text


class _Written(Body, CaseFields):
    opened_on: Day | None = None
    handler_id: UUID | None = Field(default=None, strict=False)
    reason_ids: list[Id] = Field(default_factory=list, max_length=20)


class NewCase(_Written):
    """About a booking, whose customer it takes, or about a customer; a reason is needed."""

    brand: BrandCode | None = Field(
        default=None, description="Short code: the booking must be of this brand."
    )
    booking: Number | None = Field(default=None, description="BKG. No.")
    customer: Number | None = Field(default=None, description="Customer No, without a booking.")


class CaseChanges(_Written):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class Case(CaseFields):
    """A case. What the role hides (email, phone, compensation) is absent."""

    number: int
    version: int
    customer: CustomerReference
    booking: int | None = Field(description="BKG. No.")
    reasons: list[Reason]
    opened_on: Day
    handler_id: UUID | None
    handler: str
    closed_on: Day | None
    closed_by: str
    created_at: datetime
    updated_at: datetime


class Comment(BaseModel):
    id: UUID
    author: str
    at: datetime
    text: str


class NewComment(Body):
    text: str


class Comments(BaseModel):
    items: list[Comment]


class Attachment(BaseModel):
    id: UUID
    name: str
    content_type: str = Field(description="As its content says.")
    size: int = Field(description="Bytes.")
    added_by: str
    created_at: datetime


class Attachments(BaseModel):
    items: list[Attachment]


class CaseList(Paged):
    items: list[Case]


class CaseFilters(Filters):
    """Of service cases, the latest first."""

    q: str | None = Field(default=None, max_length=40, description="A Case No or BKG. No.")
    status: Literal["open", "new", "in_progress", "closed", "waiting_court"] | None = None
    kind: Kind | None = None
    handler_id: UUID | None = None
    reason_id: UUID | None = None
    customer: int | None = Field(default=None, ge=1, description="Customer No.")
    booking: int | None = Field(default=None, ge=1, description="BKG. No.")
    opened_from: Day | None = None
    opened_to: Day | None = None


class QuestionFields(BaseModel):
    text: Text
    kind: QuestionKind = "scale"
    topic: Topic = "trip"
    options: list[str] = Field(default_factory=list, description="Of kind choices alone.")


class NewQuestion(Body, QuestionFields):
    """The question itself is needed."""


class QuestionChanges(Body, QuestionFields):
    """Absent: as it is. Once answered, only the wording changes."""

    position: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="Its place among the questions, from 1."
    )


class Question(QuestionFields):
    id: UUID


class QuestionnaireFields(BaseModel):
    name: Text
    days: Annotated[int, Field(ge=0, le=365)] = 3
    counted_from: Literal["arrival", "return"] = "return"
    introduction: Text
    is_active: bool = Field(default=False, description="Sent by itself, every morning.")
    is_advertising: bool = False


class NewQuestionnaire(Body, QuestionnaireFields):
    """A name is needed; it starts with three questions."""


class QuestionnaireChanges(Body, QuestionnaireFields):
    """Fields that are absent stay as they are."""

    version: Version | None = None


class Questionnaire(QuestionnaireFields):
    id: UUID
    version: int
    questions: list[Question]


class Questionnaires(BaseModel):
    items: list[Questionnaire]


class Invitation(BaseModel):
    id: UUID
    questionnaire_id: UUID
    booking: int
    customer: CustomerReference
    state: State
    due_on: Day
    sent_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime | None
    not_sent_because: str


class Invitations(Paged):
    items: list[Invitation]


class NewInvitation(Body):
    booking: Number = Field(description="BKG. No; its customer is asked.")


class GivenAnswer(Body):
    """To one question: a score, some options, or a text."""

    question_id: Id
    score: Annotated[int, Field(ge=1, le=5)] | None = None
    chosen: list[str] = Field(default_factory=list)
    text: Text


class NewResponse(Body):
    """What the guest of a booking said."""

    booking: Number
    answers: list[GivenAnswer] = Field(min_length=1, max_length=30)


class Answer(BaseModel):
    question_id: UUID
    question: str
    topic: Topic
    score: int | None
    chosen: list[str]
    text: str


class Response(BaseModel):
    id: UUID
    booking: int
    customer: CustomerReference
    answered_at: datetime
    entered_by: str = Field(description="Empty: the guest answered.")
    answers: list[Answer]


class Responses(Paged):
    items: list[Response]


class TopicResult(BaseModel):
    topic: Topic
    average: Mark | None
    count: int


class QuestionResult(BaseModel):
    question_id: UUID
    question: str
    count: int
    average: Mark | None
    marks: dict[str, int]
    options: dict[str, int]


class Results(BaseModel):
    """Averages and counts over all answers."""

    responses: int
    overall: Mark | None
    overall_count: int
    representative: Mark | None
    representative_count: int
    topics: list[TopicResult]
    questions: list[QuestionResult]


class Figures(BaseModel):
    """A customer's scores and counts; what the role hides is absent."""

    overall: Mark | None = None
    overall_count: int = 0
    representative: Mark | None = None
    representative_count: int = 0
    complaints: int = 0
    open_cases: int = 0


class Happiness(Body):
    """What the two scores are called, and for how many days a link holds."""

    overall_label: str
    representative_label: str
    shows_representative: bool
    link_days: Annotated[int, Field(ge=1, le=365)]


def mark_text(value: Decimal | None) -> Any:
    """A mark as the API writes it: "4.33"."""
    return None if value is None else f"{value:.2f}"
