"""How history speaks of rows: each domain declares its tables and areas once.

A table that nobody declared is shown to administrators of the organisation only. Declared in
`<domain>/wording.py`, whose `declare()` is called once every application is loaded.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from wayfolk.audit import tables
from wayfolk.audit.tenant import TenantModel

ADMINISTER = "organization.administer"
NEVER = "never"  # a permission that no role has: what it guards is not taken back


class Reader(Protocol):
    """Whoever reads history; staff.Actor is one."""

    @property
    def organization_id(self) -> int: ...
    @property
    def author_kind(self) -> str: ...
    @property
    def author_id(self) -> UUID | None: ...
    @property
    def name(self) -> str: ...
    @property
    def time_zone(self) -> str: ...
    def may(self, permission: str) -> bool: ...
    def has_module(self, code: str) -> bool: ...
    def may_see(self, field_code: str) -> bool: ...
    def may_edit(self, field_code: str) -> bool: ...


class Teller(Protocol):
    """What a phrase may ask: names of other records, and what the reader may see."""

    def name_of(self, model: type[models.Model], row_id: UUID | None) -> str: ...
    def may_see(self, field_code: str) -> bool: ...


Image = Mapping[str, Any]
Phrase = Callable[[Any, Teller], str]


def _no_code(_column: str, _image: Image) -> str:
    return ""


def _no_label(_column: str, _image: Image) -> str:
    return ""


def _default_words(_column: str, _value: Any, _image: Image) -> str | None:
    return None


@dataclass(frozen=True)
class RecordKind:
    """How history speaks of the rows of one table.

    `view` and `edit` are the permissions to read of them and to take changes of them back.
    `phrase` names a row in a sentence ("customer Ann Lee"). `code` gives the controlled field
    that a column shows, "" for none (`codes`: all that it may give); `words` a value's words
    where the field's type is not enough, `label` a column's where the field's name is not.
    Columns in `unshown` never appear. Those in `computed` follow from the others: whoever may
    take the others back takes them back, too, though their field be not theirs to edit.
    `completed_by` names a reference: `words` finds that record's columns in its image, too.
    """

    table: str
    view: str
    edit: str
    module: str = ""
    phrase: Phrase | None = None
    code: Callable[[str, Image], str] = _no_code
    codes: Collection[str] = ()
    words: Callable[[str, Any, Image], str | None] = _default_words
    unshown: Collection[str] = ()
    computed: Collection[str] = ()
    completed_by: str = ""
    label: Callable[[str, Image], str] = _no_label

    @property
    def model(self) -> type[TenantModel]:
        return tables.model_of(self.table)

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def is_part(self) -> bool:
        """Whether its rows belong to another record, whose page shows their history."""
        return self.model.change_log_subject is not None

    @property
    def subject_table(self) -> str:
        """The table of the record that the rows belong to (their own if to none)."""
        if not self.is_part:
            return self.table
        reference = self.model._meta.get_field(str(self.model.change_log_subject))
        return str(reference.related_model._meta.db_table)  # type: ignore[union-attr]

    def is_open_to(self, by: Reader) -> bool:
        return by.may(self.view) and (not self.module or by.has_module(self.module))


@dataclass(frozen=True)
class Area:
    """The part of the product that an operation belongs to: the word before its first dot."""

    code: str
    label: str
    view: str
    edit: str
    module: str = ""

    def is_open_to(self, by: Reader) -> bool:
        return by.may(self.view) and (not self.module or by.has_module(self.module))


_kinds: dict[str, RecordKind] = {}
_areas: dict[str, Area] = {}
_operations: dict[str, str] = {}
_field_covering: set[str] = set()


def declare_table(kind: RecordKind) -> None:
    _kinds[kind.table] = kind


def declare_area(area: Area) -> None:
    _areas[area.code] = area


def declare_operation(operation: str, *, undo_permission: str, covers_fields: bool = False) -> None:
    """An operation that takes another permission to be taken back than its tables do.

    `covers_fields`: it wrote by rule what its author may not edit, and so may its undo.
    """
    _operations[operation] = undo_permission
    if covers_fields:
        _field_covering.add(operation)


def kind_of(table: str) -> RecordKind:
    return _kinds.get(table) or RecordKind(table, view=ADMINISTER, edit=ADMINISTER)


def areas() -> list[Area]:
    return list(_areas.values())


def area_of(operation: str) -> Area:
    code = operation.partition(".")[0]
    return _areas.get(code) or Area(code, code.capitalize(), view=ADMINISTER, edit=ADMINISTER)


def undo_permission_of(operation: str) -> str:
    """The operation's own permission, "" where those of its tables decide."""
    return _operations.get(operation.removesuffix(".undo"), "")


def covers_fields(operation: str) -> bool:
    return operation.removesuffix(".undo") in _field_covering
