"""What the views of the settings have in common: refusals into forms, toasts with undo."""

from django import forms
from django.http import HttpRequest

from wayfolk.kit.errors import InvalidValues, Refusal
from wayfolk.web import toasts


def put_into(form: forms.Form, refused: Refusal) -> None:
    """The refusal as errors of the form: beside its field where the form has that field."""
    faults = refused.errors if isinstance(refused, InvalidValues) else {}
    for name, message in (faults or {refused.field: refused.message}).items():
        form.add_error(name if name in form.fields else None, message)


def tell_done(request: HttpRequest, text: str) -> None:
    """A toast for the change just made, with Undo."""
    toasts.add(request, text, undo_url=toasts.undo_url())
