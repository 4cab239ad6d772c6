"""Tables: pairs that may be one person and what people decided of them; merges, and the aliases
under which absorbed customers live on; how duplicates are found, and searches for them.
"""

from wayfolk.identity.models.matching import DuplicatePair, PairState, PairVerdict, Verdict
from wayfolk.identity.models.merging import CustomerAlias, Merge
from wayfolk.identity.models.searching import DuplicateSearch, SearchState
from wayfolk.identity.models.settings import MatchingSettings

__all__ = [
    "CustomerAlias",
    "DuplicatePair",
    "DuplicateSearch",
    "MatchingSettings",
    "Merge",
    "PairState",
    "PairVerdict",
    "SearchState",
    "Verdict",
]
