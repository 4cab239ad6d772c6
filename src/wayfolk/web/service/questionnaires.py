"""Questionnaires: the list, building one, its results, and whom it was sent to."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayfolk.kit import clock, paging
from wayfolk.kit.errors import InvalidValues, NotFound, Refusal
from wayfolk.service import queries
from wayfolk.service.models import Invitation, Question, Questionnaire
from wayfolk.service.operations import happiness
from wayfolk.service.operations import questionnaires as operations
from wayfolk.service.rules import questionnaires as rules
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.service.questionnaire_forms import (
    AnswerForm,
    HappinessForm,
    QuestionForm,
    QuestionnaireForm,
)
from wayfolk.web.settings import answers

_MODULE = "questionnaires"
_ADMINISTER = "organization.administer"
STATES = {
    rules.PLANNED: ("Planned", "neutral"),
    rules.SENT: ("Sent", "info"),
    rules.OPENED: ("Opened", "warning"),
    rules.ANSWERED: ("Answered", "success"),
    rules.EXPIRED: ("Expired", "neutral"),
}
INVITATIONS_SHOWN = 25


@require_GET
@signed_in("service.view", module=_MODULE)
def index(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    found = list(queries.list_questionnaires(by=by))
    counts = queries.counts_of(found)
    context = {
        "rows": [(each, *counts[each.id]) for each in found],
        "may_build": by.may(_ADMINISTER),
        "sees_cases": queries.may_see(by),
    }
    return render(request, "questionnaires/list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module=_MODULE)
def create(request: HttpRequest) -> HttpResponse:
    by = actor_of(request)
    form = QuestionnaireForm(request.POST if request.method == "POST" else None)

    def make(names: set[str]) -> Questionnaire:
        return operations.create_questionnaire(form.data_of(names), by=by)

    made = saving.create_from(form, make) if request.method == "POST" else None
    if made is None:
        context = {"form": form, "record": None, "noun": "questionnaire"}
        context["back_url"] = reverse("questionnaires:list")
        status = 422 if form.is_bound else 200
        return render(request, "questionnaires/form.html", context, status=status)
    toasts.add(request, f"Created {made.name}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, _url(made.id))


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module=_MODULE)
def edit(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    found = queries.get_questionnaire(row_id, by=by)
    context: dict[str, Any] = {"record": found, "back_url": _url(row_id), "version": found.version}
    if request.method == "GET":
        context["form"] = QuestionnaireForm(questionnaire=found)
        return render(request, "questionnaires/form.html", context)
    form = QuestionnaireForm(request.POST, questionnaire=found)

    def update(names: set[str], seen: int) -> Questionnaire:
        return operations.update_questionnaire(row_id, form.data_of(names), by=by, version=seen)

    def reload() -> tuple[Questionnaire, QuestionnaireForm]:
        present = queries.get_questionnaire(row_id, by=by)
        return present, QuestionnaireForm(questionnaire=present)

    outcome = saving.save_form(
        form, version=saving.posted_version(request), update=update, reload=reload
    )
    if outcome.record is None:
        context |= {"form": form, "version": outcome.version, "question": outcome.question}
        return render(request, "questionnaires/form.html", context, status=outcome.status)
    saving.tell_updated(request, found.name)
    return htmx.redirect(request, _url(row_id))


@require_POST
@signed_in(_ADMINISTER, module=_MODULE)
def remove(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    try:
        removed = operations.remove_questionnaire(row_id, by=by)
    except NotFound:
        raise
    except Refusal as refused:
        toasts.add(request, refused.message, level="error")
        return htmx.redirect(request, _url(row_id))
    toasts.add(request, f"Removed {removed.name}.", undo_url=toasts.undo_url())
    return htmx.redirect(request, reverse("questionnaires:list"))


@require_GET
@signed_in("service.view", module=_MODULE)
def detail(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """The questions to build, how it looks, and whom it went to."""
    by = actor_of(request)
    return render(request, "questionnaires/detail.html", _page(request, row_id, by))


def _page(request: HttpRequest, row_id: UUID, by: Actor) -> dict[str, Any]:
    found = queries.get_questionnaire(row_id, by=by)
    questions = queries.list_questions(row_id)
    page = paging.page_of(
        queries.list_invitations(by=by, questionnaire_id=row_id),
        order="-due_on",
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=INVITATIONS_SHOWN,
    )
    return {
        "questionnaire": found,
        "questions": questions,
        "preview": AnswerForm(questions=questions),
        "invitations": [invitation_row(each) for each in page.rows],
        "previous_url": lists.neighbour(request.GET, "before", page.previous_cursor),
        "next_url": lists.neighbour(request.GET, "after", page.next_cursor),
        "may_build": by.may(_ADMINISTER),
        "sees_scores": queries.may_see_scores(by),
    }


def invitation_row(invitation: Invitation) -> dict[str, Any]:
    """An invitation with its state in words."""
    state = rules.state_of(invitation, clock.now())
    label, tone = STATES[state]
    return {"row": invitation, "state": state, "label": label, "tone": tone}


@require_GET
@signed_in("service.view", module=_MODULE)
def results(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Averages per topic, counts and free texts."""
    by = actor_of(request)
    found = queries.get_questionnaire(row_id, by=by)
    overall, representative, _ = queries.labels()
    context = {
        "questionnaire": found,
        "results": queries.results_of(found, by=by),
        "overall_label": overall,
        "representative_label": representative,
    }
    return render(request, "questionnaires/results.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module=_MODULE)
def add_question(request: HttpRequest, row_id: UUID) -> HttpResponse:
    by = actor_of(request)
    found = queries.get_questionnaire(row_id, by=by)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    return _question_dialog(
        request, found, form, lambda: operations.add_question(row_id, form.question_data(), by=by)
    )


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module=_MODULE)
def edit_question(request: HttpRequest, row_id: UUID, question_id: UUID) -> HttpResponse:
    by = actor_of(request)
    found = queries.get_questionnaire(row_id, by=by)
    question = _question(row_id, question_id)
    form = QuestionForm(request.POST if request.method == "POST" else None, question=question)
    return _question_dialog(
        request,
        found,
        form,
        lambda: operations.update_question(question_id, form.question_data(), by=by),
        question=question,
    )


@require_POST
@signed_in(_ADMINISTER, module=_MODULE)
def move_question(request: HttpRequest, row_id: UUID, question_id: UUID) -> HttpResponse:
    """One place up or down."""
    _question(row_id, question_id)
    places = -1 if request.POST.get("to") == "up" else 1
    operations.move_question(question_id, places, by=actor_of(request))
    return htmx.redirect(request, _url(row_id))


@require_POST
@signed_in(_ADMINISTER, module=_MODULE)
def remove_question(request: HttpRequest, row_id: UUID, question_id: UUID) -> HttpResponse:
    _question(row_id, question_id)
    try:
        operations.remove_question(question_id, by=actor_of(request))
    except InvalidValues as refused:
        toasts.add(request, refused.message, level="error")
    else:
        toasts.add(request, "The question is taken off.", undo_url=toasts.undo_url())
    return htmx.redirect(request, _url(row_id))


@require_http_methods(["GET", "POST"])
@signed_in(_ADMINISTER, module=_MODULE)
def set_happiness(request: HttpRequest) -> HttpResponse:
    """What the two scores are called."""
    by = actor_of(request)
    stored = queries.load_happiness()
    names = ("overall_label", "representative_label", "shows_representative", "link_days")
    if request.method == "POST":
        form = HappinessForm(request.POST)
        if form.is_valid():
            try:
                happiness.set_happiness(**form.cleaned_data, by=by)
            except InvalidValues as refused:
                answers.put_into(form, refused)
            else:
                answers.tell_done(request, "Saved the happiness scores.")
                return htmx.redirect(request, reverse("questionnaires:happiness"))
    else:
        form = HappinessForm(initial={name: getattr(stored, name) for name in names})
    status = 422 if form.errors else 200
    return render(request, "questionnaires/happiness.html", {"form": form}, status=status)


def _question(row_id: UUID, question_id: UUID) -> Question:
    for question in queries.list_questions(row_id):
        if question.id == question_id:
            return question
    raise NotFound("There is no such question. It may have been taken off meanwhile.")


def _question_dialog(
    request: HttpRequest,
    questionnaire: Questionnaire,
    form: QuestionForm,
    store: Callable[[], Question],
    *,
    question: Question | None = None,
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            store()
        except InvalidValues as refused:
            answers.put_into(form, refused)
        except operations.QuestionAnswered as refused:
            form.add_error(None, refused.message)
        else:
            text = "The question is changed." if question else "The question is added."
            toasts.add(request, text, undo_url=toasts.undo_url())
            return htmx.redirect(request, _url(questionnaire.id))
    context = {
        "form": form,
        "question": question,
        "questionnaire": questionnaire,
        "dialog_title": "Change the question" if question else "Add a question",
    }
    status = 422 if form.errors else 200
    return render(request, "questionnaires/question.html", context, status=status)


def _url(row_id: UUID) -> str:
    return reverse("questionnaires:detail", args=[row_id])
