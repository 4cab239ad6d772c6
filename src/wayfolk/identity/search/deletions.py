"""Words near a misspelled word: what is left when letters are taken out. Plain Python.

Two words within n edits of one another share something of what is left of both after at most
n deletions. Only the first PREFIX letters take part, which keeps long words cheap; whoever
shares something is measured in full afterwards.
"""

from itertools import combinations

from wayfolk.identity.search.keys import hashed

PREFIX = 7
TWO_FROM = 5  # letters from which on two edits are looked for


def _without(text: str, count: int) -> set[str]:
    keep = len(text) - count
    if keep < 1:
        return set()
    return {"".join(kept) for kept in combinations(text, keep)}


def stored(organization_id: int, word: str) -> list[int]:
    """Under which keys a word of the vocabulary stands; none for what is no word of a name."""
    if not word[0].isalnum():
        return []
    head = word[:PREFIX]
    near = {head} | _without(head, 1)
    keys = {hashed(organization_id, "1", left) for left in near}
    if len(word) >= TWO_FROM:
        keys |= {hashed(organization_id, "2", left) for left in _without(head, 2) - near}
    return sorted(keys)


def sought(organization_id: int, word: str, edits: int) -> list[int]:
    """The keys under which words within `edits` (1 or 2) of `word` stand."""
    head = word[:PREFIX]
    left = {head} | _without(head, 1)
    if edits == 1:
        return [hashed(organization_id, "1", text) for text in left]
    left |= _without(head, 2)
    return [hashed(organization_id, level, text) for text in left for level in "12"]
