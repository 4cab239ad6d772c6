"""What a merge of customers does with points: ledgers are put together, balances add up."""

from wayfolk.identity.merging.moving import Links
from wayfolk.loyalty.models import BonusPackage, CustomerExtra, PointsEntry

LINKS = (
    Links(PointsEntry, "customer"),
    Links(BonusPackage, "customer", label="bonus packages"),
    Links(CustomerExtra, "customer", label="customer extras"),
)
