"""Tables: pairs of records that may be one person, and what people decided about them."""

from wayfolk.identity.models.matching import DuplicatePair, PairState, PairVerdict, Verdict
from wayfolk.identity.models.settings import MatchingSettings

__all__ = ["DuplicatePair", "MatchingSettings", "PairState", "PairVerdict", "Verdict"]
