"""The dialogs of a household have one shape: a few fields, one action, back to its page."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wayfolk.households.models import Household
from wayfolk.households.operations.outcomes import Outcome
from wayfolk.kit.errors import InvalidValues, NotAllowed, Refusal
from wayfolk.web import htmx, record_picker, toasts
from wayfolk.web.households import presenters
from wayfolk.web.households.forms import show_refusal


@dataclass(frozen=True, slots=True)
class Words:
    """What a dialog says; `done` is the notice afterwards."""

    title: str
    submit: str
    done: str
    intro: str = ""
    icon: str = ""
    tone: str = "primary"


def answer(
    request: HttpRequest,
    household: Household,
    form: forms.Form,
    words: Words,
    operation: Callable[[], Outcome | object],
) -> HttpResponse:
    """Show the dialog, or carry out what was sent; what is refused is shown at its field."""
    is_sent = request.method == "POST"
    if is_sent and record_picker.is_searching(request.POST):
        form.errors.clear()  # nothing was sent to be saved yet
        return _show(request, household, form, words)
    if is_sent and form.is_valid():
        try:
            outcome = operation()
        except NotAllowed:
            raise
        except InvalidValues as refused:
            show_refusal(form, refused)
        except Refusal as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        else:
            if isinstance(outcome, Outcome):
                presenters.announce(request, outcome, words.done)
            else:
                toasts.add(request, words.done, undo_url=toasts.undo_url())
            return htmx.redirect(request, presenters.page_url(household))
    return _show(request, household, form, words, status=422 if is_sent else 200)


def _show(
    request: HttpRequest, household: Household, form: forms.Form, words: Words, *, status: int = 200
) -> HttpResponse:
    context = {
        "household": household,
        "form": form,
        "words": words,
        "dialog_title": words.title,
        "action": request.get_full_path(),
        "back_url": presenters.page_url(household),
    }
    return render(request, "households/dialog.html", context, status=status)
