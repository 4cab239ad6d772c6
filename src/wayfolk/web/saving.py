"""Saving the form of a record that somebody else may have saved meanwhile.

What only one of the two changed stays as that one wants it, what both changed is asked. For
forms whose fields are shown with `show_hidden_initial`: the browser sends back the values that
the form was opened with, so that "changed by me" and "changed meanwhile" can be told apart.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest

from wayfolk.audit.queries import find_last_change_set
from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.errors import Conflict, InvalidValues, NotAllowed
from wayfolk.web import toasts

STALE = "stale"


Record = TypeVar("Record", bound=TenantModel)


@dataclass(frozen=True, slots=True)
class Clash:
    """One field that both changed, as components/conflict.html reads it."""

    name: str
    label: str
    original: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Question:
    """Who saved meanwhile, when, and the fields to decide."""

    other_name: str
    other_at: datetime
    fields: Sequence[Clash]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Record]):
    """`record` when saved; else the form carries the errors, or `question` asks.

    `version`: what the form shown again is to send along.
    """

    record: Record | None = None
    question: Question | None = None
    version: int = 0

    @property
    def status(self) -> int:
        """The answer's status when the form is shown again."""
        return 409 if self.question else 422


def save_form(
    form: forms.Form,
    *,
    version: int,
    update: Callable[[set[str], int], Record],
    reload: Callable[[], tuple[Record, forms.Form]],
    asked: Collection[str] = (),
) -> Outcome[Record]:
    """Store what this person changed in a bound form.

    `update(names, version)` stores the named fields and raises a Conflict with code "stale"
    when the record has another version by now; `reload()` gives the record as it is now and
    its unbound form. `asked`: fields that make the record another one: who left them alone is
    asked too when they changed meanwhile.
    """
    if not form.is_valid():
        return Outcome(version=version)
    names = _wanted_names(form) | {n for n in asked if form.data.get(f"keep-{n}") == "yours"}
    try:
        stored = _stored(form, lambda wanted: update(wanted, version), names)
        return Outcome(stored, version=version)
    except Conflict as conflict:
        if conflict.code != STALE:
            raise
    record, present = reload()
    found = _find_clashes(form, present, asked)
    clashes = [clash for clash in found if f"keep-{clash.name}" not in form.data]
    if clashes:
        question = _question(record.id, clashes, updated_at=record.updated_at)
        return Outcome(question=question, version=record.version)
    stored = _stored(form, lambda wanted: update(wanted, record.version), names)
    return Outcome(stored, version=record.version)


def create_from(form: forms.Form, create: Callable[[set[str]], Record]) -> Record | None:
    """The new record of `create(names)`; None where the form now carries the reasons why not."""
    return _stored(form, create, set(form.fields)) if form.is_valid() else None


def posted_version(request: HttpRequest) -> int:
    """The version that the form was opened with; one that cannot be read is never present."""
    version = request.POST.get("version", "")
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0


def tell_updated(request: HttpRequest, name: str) -> None:
    """The notice after an update: with its undo, or that there was nothing to store."""
    undo = toasts.undo_url()
    text = f"{name} updated." if undo else "Nothing had changed."
    toasts.add(request, text, level="success" if undo else "info", undo_url=undo)


def show_refusal(form: forms.Form, refused: InvalidValues, names: Mapping[str, str]) -> None:
    """Each message at its field; `names`: field of the record -> field of the form."""
    for stored_name, message in refused.errors.items():
        name = names.get(stored_name, stored_name)
        form.add_error(name if name in form.fields else None, message)


def _stored(
    form: forms.Form, store: Callable[[set[str]], Record], names: set[str]
) -> Record | None:
    try:
        return store(names)
    except InvalidValues as refused:
        show_refusal(form, refused, getattr(form, "shown_as", {}))
    except NotAllowed as refused:
        form.add_error(None, refused.message)
    return None


def _wanted_names(form: forms.Form) -> set[str]:
    """The changed fields, without those for which the other one's value was preferred."""
    return {name for name in form.changed_data if form.data.get(f"keep-{name}") != "theirs"}


def _find_clashes(form: forms.Form, present: forms.Form, asked: Collection[str]) -> list[Clash]:
    """Fields changed here (the `asked` ones in any case) and, to another value, in `present`."""
    clashes = []
    for name in dict.fromkeys([*form.changed_data, *asked]):
        key = form.add_initial_prefix(name)
        if key not in form.data or name not in present.fields:
            continue
        opened, mine = _plain(form.data[key]), _plain(form[name].value())
        now = _plain(present.get_initial_for_field(present.fields[name], name))
        if now not in {opened, mine}:
            words = [_in_words(form.fields[name], value) for value in (opened, now, mine)]
            clashes.append(Clash(name, str(form[name].label), *words))
    return clashes


def _question(record_id: UUID, clashes: Sequence[Clash], *, updated_at: datetime) -> Question:
    last = find_last_change_set(record_id)
    if last is None:
        return Question("Someone", updated_at, clashes)
    return Question(last.author_name, last.started_at, clashes)


def _plain(value: Any) -> str:
    """As the browser sends it: text, with its line breaks the same everywhere."""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _in_words(field: forms.Field, value: str) -> str:
    """A choice by its label, a record by its name, anything else as it is."""
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    in_words = getattr(field, "in_words", None)
    return str(in_words(value)) if in_words else value
