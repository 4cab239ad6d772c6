"""Tables: pairs that may be one person and what people decided of them; merges, and the aliases
under which absorbed customers live on.
"""

from wayfolk.identity.models.matching import DuplicatePair, PairState, PairVerdict, Verdict
from wayfolk.identity.models.merging import CustomerAlias, Merge

__all__ = ["CustomerAlias", "DuplicatePair", "Merge", "PairState", "PairVerdict", "Verdict"]
