"""Records that were merged and deliberately taken apart are two people: remembered as such."""

from itertools import combinations

from wayfolk.identity.matching import queue
from wayfolk.identity.matching.pairs import Proposal, store_verdicts
from wayfolk.identity.merging.finding import absorbed_of
from wayfolk.identity.models import DuplicatePair, Merge, Verdict
from wayfolk.staff.rules import system_actor


def remember_apart(merge: Merge) -> None:
    """Within the change set that takes the merge back, so that doing it again forgets this too."""
    everybody = system_actor(merge.organization_id, "Matching")
    ids = sorted({merge.survivor_id, *absorbed_of(merge)})
    compared = queue.compare(list(combinations(ids, 2)), by=everybody)
    keys = {
        (each.low, each.high): Proposal(
            each.low, each.high, each.score.total, each.score.levels
        ).evidence_key
        for each in compared
    }
    # What was proposed is judged on the evidence that it was proposed with.
    for pair in DuplicatePair.objects.filter(low_id__in=ids, high_id__in=ids):
        if (pair.low_id, pair.high_id) in keys:
            keys[pair.low_id, pair.high_id] = pair.evidence_key
    store_verdicts(Verdict.NOT_SAME, keys)
