"""Records that were merged and deliberately taken apart are two people: remembered as such."""

from itertools import combinations

from wayfolk.identity.matching import queue
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.identity.merging.finding import absorbed_of
from wayfolk.identity.models import DuplicatePair, Merge, PairVerdict, Verdict
from wayfolk.staff.rules import system_actor


def remember_apart(merge: Merge) -> None:
    """Within the change set that takes the merge back, so that doing it again forgets this too."""
    everybody = system_actor(merge.organization_id, "Matching")
    ids = sorted({merge.survivor_id, *absorbed_of(merge)})
    between = list(combinations(ids, 2))
    found = DuplicatePair.objects.filter(low_id__in=ids, high_id__in=ids)
    keys = {(pair.low_id, pair.high_id): pair.evidence_key for pair in found}
    for each in queue.compare(between, by=everybody):
        seen = Proposal(each.low, each.high, each.score.total, each.score.levels)
        PairVerdict.objects.filter(low_id=each.low, high_id=each.high).delete()
        PairVerdict.objects.create(
            low_id=each.low,
            high_id=each.high,
            verdict=Verdict.NOT_SAME,
            evidence_key=keys.get((each.low, each.high), seen.evidence_key),
        )
