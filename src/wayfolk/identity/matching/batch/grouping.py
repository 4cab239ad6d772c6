"""Which records are one person: pairs joined into groups, none of which contradicts itself."""

from collections.abc import Collection, Sequence

from wayfolk.identity.matching.batch.scoring import Scored

LARGEST = 20  # records of a group; more are rather a shared value than one person


def group(
    pairs: Sequence[Scored],
    births: Sequence[str],
    *,
    largest: int = LARGEST,
    sources: Sequence[int] = (),
) -> dict[int, int]:
    """Number of a record -> number of the first of its group, of those who have company.

    pairs: heaviest first, those that shall be joined. Two groups in which there are different
    dates of birth stay two unless most of their records are pairs across: father and son would
    become one over a record without a date. sources: of each record where it comes from, if nobody
    is in one source twice; a group has at most one of each then.
    """
    members: dict[int, list[int]] = {}
    first: dict[int, int] = {}
    joined = {(pair.low, pair.high) for pair in pairs}
    for pair in pairs:
        mine = members.setdefault(first.setdefault(pair.low, pair.low), [pair.low])
        its = members.setdefault(first.setdefault(pair.high, pair.high), [pair.high])
        if mine is its or len(mine) + len(its) > largest:
            continue
        if sources and {sources[each] for each in mine} & {sources[each] for each in its}:
            continue
        if _contradict(mine, its, births, joined):
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
    """Whether two of them were born on different days, and at most half of them are pairs."""
    across = [(min(one, other), max(one, other)) for one in mine for other in its]
    if 2 * sum(pair in joined for pair in across) > len(across):
        return False
    return any(
        pair not in joined and _are_far_apart(births[pair[0]], births[pair[1]]) for pair in across
    )


def _are_far_apart(one: str, other: str) -> bool:
    """Days that no slip and no other order of day and month makes one."""
    if not one or not other or sorted(one) == sorted(other):
        return False
    return sum(a == b for a, b in zip(one, other, strict=True)) < 5
