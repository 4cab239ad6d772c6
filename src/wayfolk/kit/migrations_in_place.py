"""Migrating without making every related model anew for each index, constraint and trigger.

Django renders a model, and every model that refers to it, again after each operation of a
migration. For an operation that only adds or removes an index, a constraint or a trigger nothing
of a model changes but that one list among its options, and with hundreds of such operations the
rendering is nine tenths of the time that a new database takes. Here the list is replaced on the
model that stands.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.state import ProjectState

StateForwards = Callable[[Any, str, ProjectState], None]


@contextmanager
def options_in_place() -> Iterator[None]:
    """While it lasts, operations on options (Django's and pgtrigger's) keep the models."""
    originals = {
        operation: vars(operation)["state_forwards"]
        for operation in _subclasses(IndexOperation)
        if "state_forwards" in vars(operation)
    }
    try:
        for operation, original in originals.items():
            setattr(operation, "state_forwards", _keeping_models(original))  # noqa: B010
        yield
    finally:
        for operation, original in originals.items():
            setattr(operation, "state_forwards", original)  # noqa: B010


def _subclasses(base: type[Any]) -> Iterator[type[Any]]:
    each: type[Any]
    for each in base.__subclasses__():
        yield each
        yield from _subclasses(each)


def _keeping_models(original: StateForwards) -> StateForwards:
    """`original`, run while the state has no models, so that it has none to make anew."""

    def state_forwards(operation: Any, app_label: str, state: ProjectState) -> None:
        models = state.__dict__.pop("apps", None)
        original(operation, app_label, state)
        if models is not None:
            state.__dict__["apps"] = models
            options = state.models[app_label, operation.model_name_lower].options
            meta = models.get_model(app_label, operation.model_name)._meta
            setattr(meta, operation.option_name, list(options[operation.option_name]))

    return state_forwards
