"""Taking back a merge in the middle of a chain, where a later merge united its rows with others.

The row that the first merge changed or moved is gone, and the later survivor's row carries what
came from it. So the later union is made anew without that, and a row whose owner is independent
again comes back. Only values that nobody has changed since are touched.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from wayfolk.audit import deriving, restoring
from wayfolk.audit.models import Change, ChangeSet, Operation
from wayfolk.identity.merging import aliases, finding, links
from wayfolk.identity.merging.finding import absorbed_of
from wayfolk.identity.merging.uniting import UnitedLinks
from wayfolk.identity.models import Merge

Image = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Edit:
    """Columns of one row that a merge gave other values."""

    before: Image
    after: Image

    def undone(self, image: Image) -> dict[str, Any]:
        """The row without the edit, where it still shows."""
        former = {
            column: self.before[column]
            for column, ours in self.after.items()
            if column in self.before and image.get(column) == ours
        }
        return {**image, **former}


def follow(merge: Merge, later: Sequence[Merge]) -> None:
    """Once the rows of `merge` are back. later: those of its chain that stand, oldest first."""
    for each in links.registered() if later else ():
        if isinstance(each, UnitedLinks):
            _Following(each, later).follow(_edits([merge.change_set_id], each))


def decide(merge: Merge) -> dict[str, str]:
    """Choices of an undo of `merge`: what `follow` wrote into its rows since is no conflict."""
    undos = list(_undone_below(merge).values_list("unmerged_by", flat=True))
    choices: dict[str, str] = {}
    for each in links.registered() if undos else ():
        if isinstance(each, UnitedLinks):
            table = each.model._meta.db_table
            kept = _edits([merge.change_set_id], each)
            since = _edits(undos, each)
            for row_id, image in restoring.present_rows(table, sorted(kept.keys() & since)).items():
                choices |= {
                    f"{table}:{row_id}:{column}": "restore"
                    for column, value in since[row_id].after.items()
                    if column in kept[row_id].after and image.get(column) == value
                }
    return choices


def correct_restored(merge: Merge) -> None:
    """Once the rows of `merge` are back: without what merges gave them that are no more.

    Those were taken back while the rows were gone.
    """
    undone = _undone_below(merge).order_by("-created_at")
    for earlier in undone:
        if ChangeSet.objects.get(id=earlier.unmerged_by).started_at < merge.created_at:
            continue
        later = finding.later_of(earlier)
        for each in links.registered():
            if isinstance(each, UnitedLinks):
                edits = _edits([earlier.change_set_id], each)
                _correct(each, edits, set(_deleted([merge], each)))
                _Following(each, later, brings_back=False).follow(edits)


def _undone_below(merge: Merge) -> Any:
    """Earlier merges, taken back since, of whoever is or was part of these records."""
    below = {merge.survivor_id, *absorbed_of(merge)}
    for side in tuple(below):
        below.update(aliases.absorbed_by(side))
    return Merge.objects.filter(
        survivor_id__in=below, created_at__lt=merge.created_at, unmerged_by__isnull=False
    )


def _correct(each: UnitedLinks, edits: Mapping[UUID, _Edit], restored: set[UUID]) -> None:
    table = each.model._meta.db_table
    ids = sorted(restored & edits.keys())
    for row_id, image in restoring.present_rows(table, ids).items() if ids else ():
        _write(each, row_id, image, edits[row_id].undone(image))


@dataclass
class _Following:
    """Of one kind of rows. `open`: rows that are gone and what is to be taken from them.

    brings_back: whether rows return whose owner is independent again; once, not ever after.
    """

    links: UnitedLinks
    later: Sequence[Merge]
    brings_back: bool = True
    open: dict[UUID, _Edit] = field(default_factory=dict)

    def follow(self, edits: Mapping[UUID, _Edit]) -> None:
        present = self._present(edits)
        self.open = {row_id: edit for row_id, edit in edits.items() if row_id not in present}
        for merge in self.later if self.open else ():
            gone = _deleted([merge], self.links)
            keys = {self._key(gone[row_id]) for row_id in gone.keys() & self.open.keys()}
            kept = _edits([merge.change_set_id], self.links) if keys else {}
            for key in keys:
                same = {i: image for i, image in gone.items() if self._key(image) == key}
                self._unite_anew(merge, key, same, kept)

    def _unite_anew(
        self,
        merge: Merge,
        key: tuple[Any, ...],
        gone: Mapping[UUID, Image],
        kept: Mapping[UUID, _Edit],
    ) -> None:
        """The rows of one key that `merge` united, without what is taken back."""
        sides = {str(each) for each in (merge.survivor_id, *absorbed_of(merge))}
        remaining = []
        for row_id, last in gone.items():
            open_edit = self.open.pop(row_id, None)
            now = open_edit.undone(last) if open_edit else last
            if now[self.links.column] in sides:
                remaining.append(now)
            elif self.brings_back:
                table = self.links.model._meta.db_table
                restoring.insert_images(table, [(row_id, json.dumps(now))])
        for row_id, edit in kept.items():
            image: Image | None = self._present([row_id]).get(row_id) or self._last(row_id)
            if image is not None and self._key(image) == key:
                self._keep(row_id, edit, image, remaining)

    def _keep(self, row_id: UUID, edit: _Edit, image: Image, remaining: Sequence[Image]) -> None:
        changed = edit.after.keys() & edit.before.keys() - {self.links.column}
        row = self._row({**image, **{column: edit.before[column] for column in changed}})
        for other in remaining:
            union = self.links.unite(row, self._row(other)) if self.links.unite else None
            for name, value in union.changes.items() if union else ():
                setattr(row, name, value)
        anew = _Edit(
            {column: _as_json(getattr(row, column)) for column in changed},
            {column: edit.after[column] for column in changed},
        )
        if self._present([row_id]):
            _write(self.links, row_id, image, anew.undone(image))
        else:
            self.open[row_id] = anew

    def _key(self, image: Image) -> tuple[Any, ...]:
        return tuple(image[name] for name in self.links.key)

    def _present(self, ids: Any) -> dict[UUID, dict[str, Any]]:
        return restoring.present_rows(self.links.model._meta.db_table, sorted(ids))

    def _last(self, row_id: UUID) -> Image | None:
        return _deleted(self.later, self.links).get(row_id)

    def _row(self, image: Image) -> Any:
        fields = [f for f in self.links.model._meta.concrete_fields if not f.generated]
        known = {f.attname: f.to_python(image[f.attname]) for f in fields if f.attname in image}
        return self.links.model(**known)


def _edits(change_sets: Sequence[UUID], each: UnitedLinks) -> dict[UUID, _Edit]:
    """Row -> what they changed in it."""
    befores: dict[UUID, dict[str, Any]] = {}
    afters: dict[UUID, dict[str, Any]] = {}
    for change in _changes(change_sets, each, Operation.UPDATE):
        befores[change.row_id] = {**change.before, **befores.get(change.row_id, {})}
        afters[change.row_id] = {**afters.get(change.row_id, {}), **change.after}
    return {row_id: _Edit(befores[row_id], afters[row_id]) for row_id in befores}


def _deleted(merges: Sequence[Merge], each: UnitedLinks) -> dict[UUID, dict[str, Any]]:
    """Row -> what it was when one of the merges united it with another."""
    change_sets = [merge.change_set_id for merge in merges]
    return {c.row_id: c.before for c in _changes(change_sets, each, Operation.DELETE)}


def _changes(change_sets: Sequence[UUID], each: UnitedLinks, operation: Operation) -> Any:
    return Change.objects.filter(
        change_set_id__in=change_sets,
        table_name=each.model._meta.db_table,
        operation=operation,
    ).order_by("seq")


def _write(each: UnitedLinks, row_id: UUID, image: Image, anew: Image) -> None:
    columns = sorted(name for name in anew if anew[name] != image.get(name))
    if columns:
        row = {"id": str(row_id), **{name: anew[name] for name in columns}}
        deriving.update_rows(each.model._meta.db_table, columns, [row])


def _as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
