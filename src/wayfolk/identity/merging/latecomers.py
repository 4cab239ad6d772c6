"""Rows that were being written for an absorbed customer at the moment of the merge.

The merge cannot see what another transaction has not committed yet. It goes on afterwards, as
part of the same change set, so that the undo of the merge takes these rows back as well.
"""

from datetime import timedelta
from uuid import UUID

from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.identity.merging import aliases, executing, finding, links, planning, reach
from wayfolk.identity.models import Merge
from wayfolk.kit import clock, tenancy
from wayfolk.staff.rules import Actor

LOOKED_BACK = timedelta(days=1)  # longer than any transaction lasts


def gather_all(*, by: Actor) -> int:
    """For every recent merge of the organisation; how many merges got rows."""
    with tenancy.scope(by.organization_id):
        recent = Merge.objects.filter(
            created_at__gt=clock.now() - LOOKED_BACK, unmerged_by=None
        ).order_by("created_at")
        ids = list(recent.values_list("id", flat=True))
    return sum(gather(merge_id, by=by) for merge_id in ids)


def gather(merge_id: UUID, *, by: Actor) -> bool:
    """Bring to the survivor what reached an absorbed record since; whether there was anything.

    Ways to reach them stay apart as the merge left them.
    """
    with tenancy.scope(by.organization_id):
        merge: Merge = Merge.objects.get(id=merge_id)
        summary = ChangeSet.objects.get(id=merge.change_set_id).summary
        with change_set(
            by=by,
            operation=executing.OPERATION,
            summary=summary,
            continues=merge.change_set_id,
        ):
            locked: Merge = Merge.objects.locked().get(id=merge_id)
            survivor_id = aliases.resolve(locked.survivor_id)
            if locked.unmerged_by is not None:
                return False
            if not Customer.objects.present().filter(id=survivor_id).exists():
                return False
            absorbed = finding.absorbed_of(locked)
            parties = planning.parties_of(survivor_id, absorbed, by=by, is_locking=True)
            found = [
                each
                for each in links.registered()
                if not isinstance(each, reach.ReachLinks)
                and any(relation.moved for relation in each.relations(parties))
            ]
            for each in found:
                each.move(parties)
            return bool(found)
