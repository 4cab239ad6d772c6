"""Tables: pairs of records that may be one person, and what people decided about them."""

from wayfolk.identity.models.matching import DuplicatePair, PairState, PairVerdict, Verdict

__all__ = ["DuplicatePair", "PairState", "PairVerdict", "Verdict"]
