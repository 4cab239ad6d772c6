"""Dismissing suggested households. Suggestions themselves are asked for: see `queries`."""

from collections.abc import Collection
from itertools import combinations
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.households import rules
from wayfolk.households.models import DismissedPair
from wayfolk.households.operations import outcomes
from wayfolk.kit.errors import InvalidValues
from wayfolk.staff.rules import Actor

PEOPLE_MAX = 20


def dismiss_suggestion(customer_ids: Collection[UUID], *, by: Actor) -> int:
    """These people are no household: they are not suggested together again.

    Returns how many pairs were not dismissed before. Undo brings the suggestion back.
    """
    outcomes.require_editing(by)
    chosen = sorted(set(customer_ids))
    if not 2 <= len(chosen) <= PEOPLE_MAX:
        raise InvalidValues({"customers": f"Choose 2 to {PEOPLE_MAX} people."})
    with change_set(by=by, operation="households.dismiss_suggestion", summary="") as current:
        people = outcomes.lock_people(chosen)
        pairs = set(combinations(chosen, 2))
        known = DismissedPair.objects.filter(first_id__in=chosen, second_id__in=chosen)
        missing = sorted(pairs - set(known.values_list("first_id", "second_id")))
        DismissedPair.objects.bulk_create(
            [DismissedPair(first_id=first, second_id=second) for first, second in missing]
        )
        names = rules.named([people[person].name for person in chosen])
        current.summary = current.summary or f"{names} are not one household"
    return len(missing)
