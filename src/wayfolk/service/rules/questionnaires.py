"""What questionnaires, their questions and answers must be (TQ-52), and the scores of answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from wayfolk.kit import text
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValues

SCALE, CHOICES, TEXT = "scale", "choices", "text"
KINDS = (SCALE, CHOICES, TEXT)
GUIDE = "guide"
TOPICS = (GUIDE, "hotel", "transfer", "excursions", "booking", "trip")
SCORES = range(1, 6)
NAME_MAX, QUESTION_MAX, OPTION_MAX, TEXT_MAX, INTRODUCTION_MAX = 120, 300, 80, 5_000, 2_000
OPTIONS_MAX, QUESTIONS_MAX, DAYS_MAX = 12, 30, 365
# A day on which nothing ran is caught up with; what lies further back is not asked any more.
CATCH_UP_DAYS = 7
PLANNED, SENT, OPENED, ANSWERED, EXPIRED = "planned", "sent", "opened", "answered", "expired"
STATES = (PLANNED, SENT, OPENED, ANSWERED, EXPIRED)


@dataclass(frozen=True)
class QuestionnaireData:
    """Name, days, counted_from, introduction, is_active, is_advertising; absent: as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionData:
    """Text, kind, topic, options; absent: as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)


class Asked(Protocol):
    """A question as the rules look at it."""

    text: str
    kind: str
    options: list[str]


class Times(Protocol):
    """The times of an invitation."""

    sent_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Given:
    """One answer, checked: a score, some options, or a text."""

    score: int | None = None
    chosen: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self.score is None and not self.chosen and not self.text


def checked_questionnaire(data: QuestionnaireData) -> dict[str, Any]:
    """The values cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    fields = dict(data.fields)
    if "name" in fields:
        fields["name"] = checks.line("name", fields["name"], NAME_MAX, label="name")
        if not fields["name"]:
            checks.fault("name", "The name is missing.")
    if "introduction" in fields:
        fields["introduction"] = checks.line(
            "introduction",
            fields["introduction"],
            INTRODUCTION_MAX,
            label="introduction",
            multiline=True,
        )
    if "days" in fields and not 0 <= fields["days"] <= DAYS_MAX:
        checks.fault("days", f"{fields['days']} is no number of days. Use 0 to {DAYS_MAX}.")
    if "counted_from" in fields:
        checks.choice(
            "counted_from", fields["counted_from"], ("arrival", "return"), label="day to count from"
        )
    checks.finish()
    return fields


def checked_question(data: QuestionData) -> dict[str, Any]:
    """The values cleaned, or InvalidValues naming each fault."""
    checks = Checks()
    fields = dict(data.fields)
    fields["text"] = checks.line("text", fields.get("text", ""), QUESTION_MAX, label="question")
    if not fields["text"]:
        checks.fault("text", "The question is missing. Write what is asked.")
    checks.choice("kind", fields.get("kind", SCALE), KINDS, label="kind of question")
    checks.choice("topic", fields.get("topic", "trip"), TOPICS, label="topic")
    fields["options"] = _options(checks, fields)
    checks.finish()
    return fields


def _options(checks: Checks, fields: Mapping[str, Any]) -> list[str]:
    if fields.get("kind") != CHOICES:
        return []
    given = [cleaned for each in fields.get("options") or () if (cleaned := text.clean(each))]
    options = list(dict.fromkeys(given))
    if not 2 <= len(options) <= OPTIONS_MAX:
        checks.fault("options", f"Give 2 to {OPTIONS_MAX} answers to choose from, one on a line.")
    long = next((each for each in options if len(each) > OPTION_MAX), "")
    if long:
        checks.fault("options", f"“{long[:40]}…” is too long: at most {OPTION_MAX} characters.")
    return options


def checked_answers(questions: Mapping[str, Asked], sent: Mapping[str, Any]) -> dict[str, Given]:
    """Key of the question -> answer, without the empty ones; raises InvalidValues.

    `sent`: a score (1 to 5), a list of options or a text for each key.
    """
    checks = Checks()
    unknown = sorted(set(sent) - set(questions))
    for key in unknown:
        checks.fault(key, "There is no such question in this questionnaire.")
    given = {
        key: _given(checks, key, questions[key], value)
        for key, value in sent.items()
        if key in questions
    }
    checks.finish()
    answered = {key: answer for key, answer in given.items() if not answer.is_empty}
    if not answered:
        raise InvalidValues({"": "Nothing was answered yet. Answer at least one question."})
    return answered


def _given(checks: Checks, key: str, question: Asked, value: Any) -> Given:
    if value in (None, "", [], ()):
        return Given()
    if question.kind == SCALE:
        return Given(score=_score(checks, key, value))
    if question.kind == CHOICES:
        chosen = [value] if isinstance(value, str) else list(value)
        strange = next((each for each in chosen if each not in question.options), None)
        if strange is not None:
            checks.fault(key, f"“{str(strange)[:40]}” is none of the answers to choose from.")
        return Given(chosen=tuple(each for each in question.options if each in chosen))
    return Given(text=checks.line(key, str(value), TEXT_MAX, label="answer", multiline=True))


def _score(checks: Checks, key: str, value: Any) -> int | None:
    written = str(value).strip()
    if written.isascii() and written.isdigit() and len(written) == 1 and int(written) in SCORES:
        return int(written)
    checks.fault(key, f"“{written[:20]}” is no mark. Choose 1 to 5.")
    return None


def mean(total: int, count: int) -> Decimal | None:
    """The average of `count` marks to two decimals, half up; None of none."""
    if not count:
        return None
    return (Decimal(total) / count).quantize(Decimal("0.01"), ROUND_HALF_UP)


def marks_of(answers: Iterable[tuple[str, int | None]]) -> tuple[Decimal | None, Decimal | None]:
    """(overall, representative) of answers given as (topic, score); decision 9."""
    scored = [(topic, score) for topic, score in answers if score is not None]
    ours = [score for topic, score in scored if topic == GUIDE]
    return mean(sum(score for _, score in scored), len(scored)), mean(sum(ours), len(ours))


def state_of(times: Times, now: datetime) -> str:
    """Where an invitation stands; it follows from its times."""
    if times.answered_at:
        return ANSWERED
    if times.sent_at is None:
        return PLANNED
    if times.expires_at and times.expires_at <= now:
        return EXPIRED
    return OPENED if times.opened_at else SENT


def due_period(today: date, days: int) -> tuple[date, date]:
    """First and last day of travel whose guests are asked today."""
    last = today - timedelta(days=days)
    return last - timedelta(days=CATCH_UP_DAYS), last


def moved(ids: Sequence[Any], row_id: Any, places: int) -> list[Any]:
    """`ids` with one of them `places` further down (negative: up)."""
    order = list(ids)
    if row_id not in order:
        return order
    start = order.index(row_id)
    order.insert(max(0, min(len(order) - 1, start + places)), order.pop(start))
    return order
