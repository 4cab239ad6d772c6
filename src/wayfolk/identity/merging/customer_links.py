"""What a merge does with the rows of customers themselves."""

from wayfolk.customers.models import ExternalId
from wayfolk.identity.merging.moving import Links, StayingLinks
from wayfolk.identity.merging.reach import ADDRESSES, POINTS
from wayfolk.identity.models import CustomerAlias, Merge, PairVerdict

_CHAIN = "earlier merges lead on through it"
_JUDGED = "they were about this record as it was"

LINKS = (
    POINTS,
    ADDRESSES,
    Links(ExternalId, "customer", label="ids in other systems"),
    StayingLinks(CustomerAlias, "customer", label="former numbers", why=_CHAIN),
    StayingLinks(CustomerAlias, "survivor", label="records merged before", why=_CHAIN),
    StayingLinks(Merge, "survivor", label="merges", why=_CHAIN),
    StayingLinks(PairVerdict, "low", label="verdicts on duplicates", why=_JUDGED),
    StayingLinks(PairVerdict, "high", label="verdicts on duplicates", why=_JUDGED),
)
