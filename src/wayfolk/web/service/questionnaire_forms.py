"""Forms of questionnaires, of their questions, and the form that a guest fills in."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from wayfolk.kit.errors import InvalidValues
from wayfolk.service.models import CountedFrom, Question, QuestionKind, Questionnaire, Topic
from wayfolk.service.rules import questionnaires as rules
from wayfolk.service.rules.questionnaires import QuestionData, QuestionnaireData

MARKS = [("1", "1 poor"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5 excellent")]
_NAMES = ("name", "days", "counted_from", "introduction", "is_active", "is_advertising")


class QuestionnaireForm(forms.Form):
    """When it is sent, and to whom."""

    name = forms.CharField(error_messages={"required": "The name is missing."})
    days = forms.IntegerField(
        label="Days",
        widget=forms.NumberInput(attrs={"min": 0, "max": rules.DAYS_MAX, "inputmode": "numeric"}),
        error_messages={
            "required": "Say how many days, 0 for the same day.",
            "invalid": f"That is not a number. Use 0 to {rules.DAYS_MAX}.",
        },
    )
    counted_from = forms.ChoiceField(label="Counted", choices=CountedFrom.choices)
    introduction = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Stands above the link in the email and above the questions.",
    )
    is_active = forms.BooleanField(
        label="Send by itself",
        required=False,
        help_text="Every morning to whoever is due. Without it, it is sent from a booking's page.",
    )
    is_advertising = forms.BooleanField(
        label="Only to those who take the newsletter", required=False
    )

    def __init__(
        self, data: QueryDict | None = None, *, questionnaire: Questionnaire | None = None
    ) -> None:
        present = questionnaire or Questionnaire()
        super().__init__(data, initial={name: getattr(present, name) for name in _NAMES})
        if questionnaire is None:
            del self.fields["is_active"]
        for field in self.fields.values():
            field.show_hidden_initial = questionnaire is not None

    def data_of(self, names: set[str]) -> QuestionnaireData:
        return QuestionnaireData({n: v for n, v in self.cleaned_data.items() if n in names})


class QuestionForm(forms.Form):
    """What is asked, and how it is answered."""

    text = forms.CharField(label="Question", error_messages={"required": "Write what is asked."})
    kind = forms.ChoiceField(label="Answered by", choices=QuestionKind.choices)
    topic = forms.ChoiceField(
        choices=Topic.choices, help_text="Marks on the guide count for the representatives' score."
    )
    options = forms.CharField(
        label="Answers to choose from",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on a line; only for “Several of a list”.",
    )

    def __init__(self, data: QueryDict | None = None, *, question: Question | None = None) -> None:
        present = question or Question()
        initial = {name: getattr(present, name) for name in ("text", "kind", "topic")}
        super().__init__(data, initial={**initial, "options": "\n".join(present.options)})

    def question_data(self) -> QuestionData:
        """The values as the domain takes them."""
        values = dict(self.cleaned_data)
        return QuestionData({**values, "options": values["options"].splitlines()})


class HappinessForm(forms.Form):
    """What the two scores are called (decision 9)."""

    overall_label = forms.CharField(
        label="Name of the overall score",
        help_text="The average of all marks from 1 to 5.",
        error_messages={"required": "The name is missing."},
    )
    representative_label = forms.CharField(
        label="Name of the representatives' score",
        help_text="The average of the marks on guides and representatives.",
        error_messages={"required": "The name is missing."},
    )
    shows_representative = forms.BooleanField(
        label="Show the representatives' score on the customer page", required=False
    )
    link_days = forms.IntegerField(
        label="Days that a link to the questions holds",
        widget=forms.NumberInput(attrs={"min": 1, "max": 365, "inputmode": "numeric"}),
        error_messages={"required": "Say how many days.", "invalid": "That is not a number."},
    )


class AnswerForm(forms.Form):
    """The questions of a questionnaire to be answered; none of them has to be."""

    def __init__(self, data: QueryDict | None = None, *, questions: Sequence[Question]) -> None:
        super().__init__(data)
        self.questions = questions
        for question in questions:
            self.fields[_name(question.id)] = _field(question)

    @property
    def rows(self) -> list[tuple[forms.BoundField, str]]:
        """Each question with the class that lays it out: marks stand side by side."""
        return [
            (self[_name(q.id)], "wf-marks" if q.kind == QuestionKind.SCALE else "")
            for q in self.questions
        ]

    def sent(self) -> Mapping[str, Any]:
        """Id of the question -> what was chosen or written."""
        return {str(q.id): self.cleaned_data[_name(q.id)] for q in self.questions}

    def show_refusal(self, refused: InvalidValues) -> None:
        """Each message at its question."""
        for key, message in refused.errors.items():
            name = f"q-{key}"
            self.add_error(name if name in self.fields else None, message)


def _name(question_id: UUID) -> str:
    return f"q-{question_id}"


def _field(question: Question) -> forms.Field:
    if question.kind == QuestionKind.SCALE:
        return forms.ChoiceField(
            label=question.text,
            required=False,
            choices=MARKS,
            widget=forms.RadioSelect,
            error_messages={"invalid_choice": "Choose a mark from 1 to 5."},
        )
    if question.kind == QuestionKind.CHOICES:
        return forms.MultipleChoiceField(
            label=question.text,
            required=False,
            choices=[(option, option) for option in question.options],
            widget=forms.CheckboxSelectMultiple,
        )
    return forms.CharField(
        label=question.text,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.TEXT_MAX}),
    )
