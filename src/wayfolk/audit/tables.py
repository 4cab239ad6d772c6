"""What the undo engine knows of tenant tables, read from the models."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from uuid import UUID

from django.apps import apps

from wayfolk.audit.change_log import logged_columns
from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.fields import TenantForeignKey

Derive = Callable[[Collection[UUID]], None]
FindSettled = Callable[[Collection[UUID]], set[UUID]]
_derivations: dict[str, Derive] = {}
_settled: dict[str, tuple[frozenset[str], FindSettled]] = {}


class Passage(StrEnum):
    """What a reference to another record than a change set left means for its undo."""

    SUCCEEDED = "succeeded"  # what was left lives on in it: as if nobody had changed the row
    SETTLED = "settled"  # another undo gave the row back already: it stays where it is
    UNRELATED = "unrelated"


JudgePassage = Callable[[UUID, UUID, UUID], Passage]
_passages: dict[str, JudgePassage] = {}


@dataclass(frozen=True)
class Reference:
    """`table`.`column` points at `target`."""

    table: str
    column: str
    target: str
    noun: str


def tenant_models() -> list[type[TenantModel]]:
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


@cache
def model_of(table: str) -> type[TenantModel]:
    """The model of a tenant table; KeyError for any other name."""
    return {model._meta.db_table: model for model in tenant_models()}[table]


@cache
def columns_of(table: str) -> tuple[str, ...]:
    model = model_of(table)
    return tuple(logged_columns(model, model.change_log_ignored))


@cache
def references() -> tuple[Reference, ...]:
    """Every composite foreign key by which a row of one tenant table needs one of another."""
    return tuple(
        Reference(
            table=model._meta.db_table,
            column=field.column,
            target=field.related_model._meta.db_table,
            noun=str(model._meta.verbose_name_plural),
        )
        for model in tenant_models()
        if not model.is_derived
        for field in model._meta.concrete_fields
        if isinstance(field, TenantForeignKey)
    )


def on_restored(table: str, derive: Derive) -> None:
    """After an undo touched rows of `table`, `derive` is given the subjects of those rows.

    For domains that store derived columns (folded text, totals). Called inside the undo's
    transaction, a few thousand ids at a time and in their order; registered from the
    domain's app configuration.
    """
    _derivations[table] = derive


def on_settled(table: str, columns: Collection[str], find: FindSettled) -> None:
    """Triggers keep `columns` for the rows that `find` gives of those with these ids.

    There an undo that meets another value than it left meets no conflict: whatever they are kept
    from is put back by itself.
    """
    _settled[table] = (frozenset(columns), find)


def settled_columns(table: str, row_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Row -> the columns that triggers keep for it just now; without the other rows."""
    if table not in _settled:
        return {}
    columns, find = _settled[table]
    return dict.fromkeys(find(row_ids), columns)


def on_passage(table: str, judge: JudgePassage) -> None:
    """Rows of `table` can be succeeded by others of it (a merge), and references move along.

    `judge(former, ours, now)` is asked of a reference that held `former`, was left pointing at
    `ours` and points at `now`, inside the undo's transaction.
    """
    _passages[table] = judge


@cache
def passing_columns(table: str) -> dict[str, str]:
    """The columns of `table` that refer to records which can be succeeded, and their table."""
    return {
        reference.column: reference.target
        for reference in references()
        if reference.table == table and reference.target in _passages
    }


def judge_passage(target: str, former: UUID, ours: UUID, now: UUID) -> Passage:
    return _passages[target](former, ours, now)


def derivations() -> dict[Derive, list[str]]:
    """Each function with the tables after whose changes it is to run."""
    found: dict[Derive, list[str]] = {}
    for table, derive in _derivations.items():
        found.setdefault(derive, []).append(table)
    return found
