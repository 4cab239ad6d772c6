"""Lists of words that administrators keep: added to, renamed, closed, removed while unused.

The steps are the same for every list; what they are called and refused with is the list's own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from wayfolk.audit.change_sets import OpenChangeSet, change_set
from wayfolk.audit.tenant import TenantModel
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor

Entry = TypeVar("Entry", bound=TenantModel)
STEPS = ("add", "rename", "close", "open", "remove")


@dataclass(frozen=True)
class EntryList(Generic[Entry]):
    """One list. The model has a name in `column`, a `position`, and a `switch` that is `closed`
    for entries that are no longer offered.

    `operations` and `summaries` are by STEPS; a summary has {name}, and {before} when renamed.
    `checked` cleans a name beside those that are there already, or refuses it. `require_unused`
    refuses the removal of an entry that something has chosen.
    """

    model: type[Entry]
    operations: Mapping[str, str]
    summaries: Mapping[str, str]
    missing: str
    require_rights: Callable[[Actor], None]
    checked: Callable[[str, Sequence[str]], str]
    require_unused: Callable[[Entry], None]
    column: str = "label"
    switch: str = "is_closed"
    closed: bool = True

    def add(self, name: str, *, by: Actor) -> Entry:
        """A new entry at the end."""
        with self._changing("add", by) as (current, entries):
            cleaned = self.checked(name, [self._name(each) for each in entries])
            position = max((self._position(each) for each in entries), default=0) + 1
            self._tell(current, "add", cleaned)
            values = {self.column: cleaned, "position": position}
            entry: Entry = self.model.objects.create(**values)
        return entry

    def rename(self, entry_id: UUID, name: str, *, by: Actor) -> Entry:
        """Another name; whatever has chosen the entry shows the new one."""
        with self._changing("rename", by) as (current, entries):
            entry = self.find(entry_id, entries)
            before = self._name(entry)
            others = [self._name(each) for each in entries if each.id != entry_id]
            cleaned = self.checked(name, others)
            if cleaned != before:
                self._tell(current, "rename", cleaned, before)
                setattr(entry, self.column, cleaned)
                entry.save_changes(self.column)
        return entry

    def set_closed(self, entry_id: UUID, is_closed: bool, *, by: Actor) -> Entry:
        """Stop offering an entry, or offer it again; whatever has chosen it keeps it."""
        step = "close" if is_closed else "open"
        with self._changing(step, by) as (current, entries):
            entry = self.find(entry_id, entries)
            wanted = self.closed if is_closed else not self.closed
            if getattr(entry, self.switch) != wanted:
                self._tell(current, step, self._name(entry))
                setattr(entry, self.switch, wanted)
                entry.save_changes(self.switch)
        return entry

    def remove(self, entry_id: UUID, *, by: Actor) -> Entry:
        """Remove an entry that nothing has chosen."""
        with self._changing("remove", by) as (current, entries):
            entry = self.find(entry_id, entries)
            self.require_unused(entry)
            self._tell(current, "remove", self._name(entry))
            self.model.objects.filter(id=entry_id).delete()
        return entry

    def find(self, entry_id: UUID, entries: Sequence[Entry]) -> Entry:
        found = next((entry for entry in entries if entry.id == entry_id), None)
        if found is None:
            raise NotFound(self.missing)
        return found

    @contextmanager
    def _changing(self, step: str, by: Actor) -> Iterator[tuple[OpenChangeSet, list[Entry]]]:
        """One change set with all entries locked, in their order."""
        self.require_rights(by)
        with change_set(by=by, operation=self.operations[step], summary="") as current:
            yield current, sorted(self.model.objects.all().locked(), key=self._position)

    def _tell(self, current: OpenChangeSet, step: str, name: str, before: str = "") -> None:
        words = self.summaries[step].format(name=name, before=before)
        current.summary = current.summary or words

    def _name(self, entry: Entry) -> str:
        return str(getattr(entry, self.column))

    def _position(self, entry: Any) -> int:
        return int(entry.position)
