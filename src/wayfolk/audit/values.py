"""Where one value of a record is from: the changes that gave it what it had."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from wayfolk.audit import history, wording
from wayfolk.audit.models import Change, ChangeSet, Operation
from wayfolk.audit.sentences import Telling
from wayfolk.audit.wording import Reader

STEPS_MAX = 6


@dataclass(frozen=True, slots=True)
class Step:
    """A value, since when, and by what; `change_set` is None where it is not for this reader."""

    value: str
    at: datetime
    change_set: ChangeSet | None


def steps_of(
    table: str, row_ids: Collection[UUID], column: str, present: Any, *, by: Reader
) -> list[Step]:
    """The latest STEPS_MAX values of a column, the present one first.

    `row_ids`: the row, and where a row goes and comes with its value also those that are gone.
    The caller has checked that the reader may see the value.
    """
    is_about = Q(operation__in=[Operation.INSERT, Operation.DELETE]) | Q(after__has_key=column)
    changes = Change.objects.filter(is_about, table_name=table, row_id__in=list(row_ids))
    found = list(changes.order_by("-seq")[:STEPS_MAX])
    ids = [change.change_set_id for change in found]
    visible = history.list_change_sets(history.Filters(), by=by).filter(id__in=ids)
    change_sets = {row.id: row for row in visible}
    teller, kind = Telling([], by), wording.kind_of(table)
    steps, value = [], present
    for change in found:
        if change.operation == Operation.DELETE:
            value = None
        words = teller.value_words(kind, column, value, change.before or {})
        steps.append(Step(words, change.at, change_sets.get(change.change_set_id)))
        value = (change.before or {}).get(column)
    return steps
