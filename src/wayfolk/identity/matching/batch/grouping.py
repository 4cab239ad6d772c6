"""Which records are one person: pairs joined into groups, none of which contradicts itself."""

from collections.abc import Collection, Sequence

from wayfolk.identity.matching.batch.scoring import Scored

LARGEST = 20  # records of a group; more are rather a shared value than one person


def group(
    pairs: Sequence[Scored], births: Sequence[str], *, largest: int = LARGEST
) -> dict[int, int]:
    """Number of a record -> number of the first of its group, of those who have company.

    pairs: heaviest first, those that shall be joined. Two groups in which there are different
    dates of birth stay two, unless those two records are such a pair themselves: father and son
    would become one over a record without a date.
    """
    members: dict[int, list[int]] = {}
    first: dict[int, int] = {}
    joined = {(pair.low, pair.high) for pair in pairs}
    for pair in pairs:
        mine = members.setdefault(first.setdefault(pair.low, pair.low), [pair.low])
        its = members.setdefault(first.setdefault(pair.high, pair.high), [pair.high])
        if mine is its or len(mine) + len(its) > largest:
            continue
        if len(mine) + len(its) > 2 and _contradict(mine, its, births, joined):
            continue
        for each in its:
            first[each] = first[mine[0]]
        mine.extend(its)
    return {each: head for each, head in first.items() if len(members[head]) > 1}


def _contradict(
    mine: Sequence[int],
    its: Sequence[int],
    births: Sequence[str],
    joined: Collection[tuple[int, int]],
) -> bool:
    """Whether two of them were born on different days and are no pair."""
    return any(
        _are_far_apart(births[one], births[other])
        and (min(one, other), max(one, other)) not in joined
        for one in mine
        for other in its
    )


def _are_far_apart(one: str, other: str) -> bool:
    """Days that no slip and no other order of day and month makes one."""
    if not one or not other or sorted(one) == sorted(other):
        return False
    return sum(a == b for a, b in zip(one, other, strict=True)) < 5
