"""Writing questionnaires: their questions are added, changed, ordered and taken off."""

from collections.abc import Sequence
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.kit.errors import Conflict, InvalidValues, NotFound, Refusal
from wayfolk.service.models import Answer, Invitation, Question, Questionnaire, Response
from wayfolk.service.rules import questionnaires as rules
from wayfolk.service.rules.questionnaires import QuestionData, QuestionnaireData
from wayfolk.staff.rules import Actor

MODULE = "questionnaires"
# A new questionnaire starts with these: (text, topic).
STARTERS = (
    ("How was the trip as a whole?", "trip"),
    ("How was our representative on the spot?", "guide"),
    ("How was the hotel?", "hotel"),
)


class StaleQuestionnaire(Conflict):
    """Somebody saved the questionnaire meanwhile; `details` has `version` and `expected`."""

    code = "stale"


class QuestionAnswered(Refusal):
    """Answers were given to the question: it keeps its meaning."""

    code = "question_answered"


class QuestionnaireInUse(Refusal):
    """Guests were asked already: it can be switched off, not removed."""

    code = "questionnaire_in_use"


def create_questionnaire(data: QuestionnaireData, *, by: Actor) -> Questionnaire:
    """A new questionnaire with three questions to begin with, not sent by itself yet."""
    _require_rights(by)
    fields = rules.checked_questionnaire(data)
    if not fields.get("name"):
        raise InvalidValues({"name": "The name is missing."})
    with change_set(by=by, operation="questionnaires.create", summary="") as current:
        _require_new(fields["name"])
        questionnaire: Questionnaire = Questionnaire.objects.create(**fields)
        Question.objects.bulk_create(
            Question(questionnaire=questionnaire, text=text, topic=topic, position=position)
            for position, (text, topic) in enumerate(STARTERS, 1)
        )
        current.summary = current.summary or f"Created questionnaire {questionnaire.name}"
    return questionnaire


def update_questionnaire(
    questionnaire_id: UUID, data: QuestionnaireData, *, by: Actor, version: int | None = None
) -> Questionnaire:
    """Change its name, when it is sent, and whether. Raises StaleQuestionnaire, InvalidValues."""
    _require_rights(by)
    fields = rules.checked_questionnaire(data)
    with change_set(by=by, operation="questionnaires.update", summary="") as current:
        questionnaire = _lock(questionnaire_id)
        if version is not None and questionnaire.version != version:
            raise StaleQuestionnaire(
                f"{questionnaire.name} was changed by someone else while you were editing.",
                details={"version": questionnaire.version, "expected": version},
            )
        changed = {n: v for n, v in fields.items() if getattr(questionnaire, n) != v}
        if "name" in changed:
            _require_new(changed["name"], but=questionnaire_id)
        if changed.get("is_active"):
            _require_questions(questionnaire)
        for name, value in changed.items():
            setattr(questionnaire, name, value)
        current.summary = current.summary or f"Updated questionnaire {questionnaire.name}"
        if changed:
            questionnaire.save_changes(*changed)
    return questionnaire


def remove_questionnaire(questionnaire_id: UUID, *, by: Actor) -> Questionnaire:
    """Remove one that nobody was asked with; raises QuestionnaireInUse."""
    _require_rights(by)
    with change_set(by=by, operation="questionnaires.remove", summary="") as current:
        questionnaire = _lock(questionnaire_id)
        asked = (
            model.objects.filter(questionnaire_id=questionnaire_id).exists()
            for model in (Invitation, Response)
        )
        if any(asked):
            raise QuestionnaireInUse(
                f"Guests were asked with “{questionnaire.name}”. Switch it off instead: its"
                " answers stay."
            )
        current.summary = f"Removed questionnaire {questionnaire.name}"
        Question.objects.filter(questionnaire_id=questionnaire_id).delete()
        Questionnaire.objects.filter(id=questionnaire_id).delete()
    return questionnaire


def add_question(questionnaire_id: UUID, data: QuestionData, *, by: Actor) -> Question:
    """A new question at the end. Raises NotFound, InvalidValues."""
    _require_rights(by)
    fields = rules.checked_question(data)
    with change_set(by=by, operation="questionnaires.add_question", summary="") as current:
        questionnaire = _lock(questionnaire_id)
        present = _questions(questionnaire_id)
        if len(present) >= rules.QUESTIONS_MAX:
            raise InvalidValues(
                {"text": f"A questionnaire has at most {rules.QUESTIONS_MAX} questions."}
            )
        current.summary = current.summary or f"Added a question to {questionnaire.name}"
        position = max((each.position for each in present), default=0) + 1
        question: Question = Question.objects.create(
            questionnaire=questionnaire, position=position, **fields
        )
    return question


def update_question(question_id: UUID, data: QuestionData, *, by: Actor) -> Question:
    """Another wording; kind, topic and options only while nobody has answered it."""
    _require_rights(by)
    with change_set(by=by, operation="questionnaires.update_question", summary="") as current:
        question = _lock_question(question_id)
        names = ("text", "kind", "topic", "options")
        present = {name: getattr(question, name) for name in names}
        fields = rules.checked_question(QuestionData({**present, **data.fields}))
        changed = {n: v for n, v in fields.items() if present[n] != v}
        if set(changed) - {"text"} and Answer.objects.filter(question_id=question_id).exists():
            raise QuestionAnswered(
                f"“{question.text}” was answered already, so only its wording can change. Take it"
                " off and add another question instead."
            )
        for name, value in changed.items():
            setattr(question, name, value)
        current.summary = current.summary or f"Changed the question “{question.text}”"
        if changed:
            question.save_changes(*changed)
    return question


def remove_question(question_id: UUID, *, by: Actor) -> Question:
    """Take a question off; one that was answered is kept for its results and asked no more."""
    _require_rights(by)
    with change_set(by=by, operation="questionnaires.remove_question", summary="") as current:
        question = _lock_question(question_id)
        others = [each for each in _questions(question.questionnaire_id) if each.id != question_id]
        if question.questionnaire.is_active and not others:
            raise InvalidValues(
                {"": "It is sent to guests and needs a question. Switch it off first."}
            )
        current.summary = current.summary or f"Took off the question “{question.text}”"
        if Answer.objects.filter(question_id=question_id).exists():
            question.is_asked = False
            question.save_changes("is_asked")
        else:
            Question.objects.filter(id=question_id).delete()
    return question


def move_question(question_id: UUID, places: int, *, by: Actor) -> Question:
    """Up (-1) or down (1); at the ends nothing happens."""
    _require_rights(by)
    with change_set(by=by, operation="questionnaires.order", summary="") as current:
        question = _lock_question(question_id)
        rows = {each.id: each for each in _questions(question.questionnaire_id)}
        current.summary = f"Reordered the questions of {question.questionnaire.name}"
        order = rules.moved(list(rows), question_id, places)
        for position, row_id in enumerate(order, 1):
            if rows[row_id].position != position:
                rows[row_id].position = position
                rows[row_id].save_changes("position")
    return question


def _require_rights(by: Actor) -> None:
    by.require_module(MODULE)
    by.require("organization.administer")


def _lock(questionnaire_id: UUID) -> Questionnaire:
    found: Questionnaire | None = Questionnaire.objects.filter(id=questionnaire_id).locked().first()
    if found is None:
        raise NotFound("There is no such questionnaire. It may have been removed meanwhile.")
    return found


def _lock_question(question_id: UUID) -> Question:
    found = Question.objects.filter(id=question_id, is_asked=True).first()
    if found is None:
        raise NotFound("There is no such question. It may have been taken off meanwhile.")
    _lock(found.questionnaire_id)
    question: Question = Question.objects.select_related("questionnaire").get(id=question_id)
    return question


def _questions(questionnaire_id: UUID) -> Sequence[Question]:
    rows = Question.objects.filter(questionnaire_id=questionnaire_id, is_asked=True)
    return list(rows.order_by("position", "id"))


def _require_new(name: str, *, but: UUID | None = None) -> None:
    if Questionnaire.objects.filter(name__iexact=name).exclude(id=but).exists():
        raise InvalidValues({"name": f"There is a questionnaire “{name}” already."})


def _require_questions(questionnaire: Questionnaire) -> None:
    if not _questions(questionnaire.id):
        raise InvalidValues({"is_active": "Add a question first: there is nothing to ask yet."})
