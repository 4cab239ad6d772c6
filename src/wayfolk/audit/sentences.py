"""Rows of the change log in words, as far as the reader may see them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from wayfolk.audit import tables, wording
from wayfolk.audit.models import Change, Operation
from wayfolk.audit.wording import Reader, RecordKind
from wayfolk.kit.fields import TenantForeignKey

VALUE_MAX = 300
_VERBS = {Operation.INSERT: "Added", Operation.UPDATE: "Changed", Operation.DELETE: "Removed"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a row, before and after, as the reader would write it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row's part: "Changed" "customer Ann Lee", and the values.

    `subject` is the record it belongs to, None when that is gone; `is_part` says that the row
    is not that record itself.
    """

    seq: int
    change_set_id: UUID
    verb: str
    phrase: str
    fields: tuple[FieldChange, ...]
    is_part: bool
    subject: models.Model | None
    subject_id: UUID | None

    @property
    def title(self) -> str:
        return f"{self.verb} {self.phrase}"


class Telling:
    """Tells about a page of changes: loads what their words need, a query for each table."""

    def __init__(self, changes: Iterable[Change], by: Reader) -> None:
        self.by = by
        self.changes = [c for c in changes if wording.kind_of(c.table_name).is_open_to(by)]
        self._zone = ZoneInfo(by.time_zone)
        self._wanted: dict[type[models.Model], set[UUID]] = defaultdict(set)
        for change in self.changes:
            self._want(change)

    def rows(self) -> list[RowChange]:
        return [self._row(change) for change in self.changes]

    def phrases(self) -> list[str]:
        """What each change is about, in the order of `changes`."""
        kinds = [wording.kind_of(change.table_name) for change in self.changes]
        return [
            self._phrase(kind, self._found.get((kind.model, change.row_id)))
            for kind, change in zip(kinds, self.changes, strict=True)
        ]

    def image(self, table: str, row_id: UUID) -> dict[str, Any]:
        """The row's values as they are now, {} when it is gone."""
        return image_of(self._found.get((wording.kind_of(table).model, row_id)))

    def may_see(self, field_code: str) -> bool:
        return not field_code or self.by.may_see(field_code)

    def name_of(self, model: type[models.Model], row_id: UUID | None) -> str:
        """What the record is called, with its number where it has one."""
        found = self._found.get((model, row_id)) if row_id else None
        return str(found) if found is not None else f"a removed {model._meta.verbose_name}"

    def value_words(self, kind: RecordKind, column: str, value: Any, image: wording.Image) -> str:
        """A stored JSON value in words."""
        if value is None or value == "":
            return ""
        special = kind.words(column, value, self._completed(kind, image))
        if special is not None:
            return special
        field = field_of(kind.model, column)
        if isinstance(field, TenantForeignKey):
            return self.name_of(field.related_model, UUID(str(value)))
        return _plain_words(field, value, self._zone)

    def _completed(self, kind: RecordKind, image: wording.Image) -> wording.Image:
        if not kind.completed_by:
            return image
        reference: Any = kind.model._meta.get_field(kind.completed_by)
        owner_id = image.get(reference.column)
        owner = owner_id and self._found.get((reference.related_model, UUID(str(owner_id))))
        return {**image_of(owner or None), **image}

    @cached_property
    def _found(self) -> dict[tuple[type[models.Model], UUID | None], models.Model]:
        found: dict[tuple[type[models.Model], UUID | None], models.Model] = {}
        pending = {model: set(ids) for model, ids in self._wanted.items()}
        while pending:
            model, ids = pending.popitem()
            for row in model._default_manager.filter(pk__in=ids):
                found[model, row.pk] = row
                for target, target_id in _references(row):
                    is_new = (target, target_id) not in found
                    if model in self._row_models and is_new and target_id:
                        pending.setdefault(target, set()).add(target_id)
        return found

    @cached_property
    def _row_models(self) -> set[type[models.Model]]:
        """Models whose rows changed: the phrase of such a row may name what it points at."""
        return {wording.kind_of(change.table_name).model for change in self.changes}

    def _want(self, change: Change) -> None:
        kind = wording.kind_of(change.table_name)
        self._wanted[kind.model].add(change.row_id)
        if change.subject_id:
            self._wanted[tables.model_of(kind.subject_table)].add(change.subject_id)
        for image in (change.before or {}, change.after or {}):
            for field in kind.model._meta.concrete_fields:
                value = image.get(field.column)
                if isinstance(field, TenantForeignKey) and value:
                    self._wanted[field.related_model].add(UUID(str(value)))

    def _row(self, change: Change) -> RowChange:
        kind = wording.kind_of(change.table_name)
        row = self._found.get((kind.model, change.row_id)) or _from_image(kind, change)
        subject = self._found.get((tables.model_of(kind.subject_table), change.subject_id))
        return RowChange(
            seq=change.seq,
            change_set_id=change.change_set_id,
            verb=_verb(change),
            phrase=self._phrase(kind, row),
            fields=self._fields(kind, change, row),
            is_part=kind.is_part,
            subject=subject,
            subject_id=change.subject_id,
        )

    def _phrase(self, kind: RecordKind, row: models.Model | None) -> str:
        if row is None:
            return f"{kind.noun} that is gone since"
        return kind.phrase(row, self) if kind.phrase else f"{kind.noun} {row}"

    def _fields(
        self, kind: RecordKind, change: Change, row: models.Model | None
    ) -> tuple[FieldChange, ...]:
        """The changed values; those that the reader may not see are left out."""
        if change.operation != Operation.UPDATE:
            return ()
        before, after = change.before or {}, change.after or {}
        image = image_of(row) | before | after
        return tuple(
            FieldChange(
                label_of(kind, column, image),
                self.value_words(kind, column, before.get(column), image),
                self.value_words(kind, column, after.get(column), image),
            )
            for column in tables.columns_of(kind.table)
            if column in before
            and column not in kind.unshown
            and column != "deleted_at"
            and self.may_see(kind.code(column, image))
        )


def image_of(row: models.Model | None) -> dict[str, Any]:
    """A row's values by column, for questions that a change's image leaves open."""
    if row is None:
        return {}
    return {str(field.column): getattr(row, field.attname) for field in row._meta.concrete_fields}


def label_of(kind: RecordKind, column: str, image: wording.Image) -> str:
    """The name of a column as a form would show it."""
    label = kind.label(column, image)
    label = label or str(getattr(field_of(kind.model, column), "verbose_name", column))
    return label[:1].upper() + label[1:]


def field_of(model: type[models.Model], column: str) -> Any:
    """The field with this column; None for a column of an older version of the program."""
    name = column.removesuffix("_id")
    for candidate in (column, name):
        try:
            return model._meta.get_field(candidate)
        except FieldDoesNotExist:
            continue
    return None


def _verb(change: Change) -> str:
    if change.operation == Operation.UPDATE and "deleted_at" in (change.after or {}):
        return "Deleted" if (change.after or {})["deleted_at"] else "Restored"
    return _VERBS[Operation(change.operation)]


def _references(row: models.Model) -> list[tuple[type[models.Model], UUID | None]]:
    return [
        (field.related_model, getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if isinstance(field, TenantForeignKey)
    ]


def _from_image(kind: RecordKind, change: Change) -> models.Model | None:
    """A row that is gone, as its own deletion in these changes remembers it."""
    if change.operation != Operation.DELETE or not change.before:
        return None
    known = {field.column: field for field in kind.model._meta.concrete_fields}
    values = {
        known[column].attname: known[column].to_python(value)
        for column, value in change.before.items()
        if column in known
    }
    return kind.model(**values)


def _plain_words(field: Any, value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return f"{datetime.fromisoformat(str(value)).astimezone(zone):%-d %b %Y %H:%M}"
    if isinstance(field, models.DateField):
        return f"{date.fromisoformat(str(value)):%-d %b %Y}"
    text = str(value)
    return text if len(text) <= VALUE_MAX else f"{text[:VALUE_MAX]}…"
