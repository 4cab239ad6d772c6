"""What a merge of customers does with communications."""

from wayfolk.communications.models import BulkRecipient, Communication
from wayfolk.identity.merging.moving import Links, StayingLinks

LINKS = (
    Links(Communication, "customer", label="communications", evidence=("address",)),
    StayingLinks(
        BulkRecipient,
        "customer",
        label="places in sends to many",
        why="they tell to whom it was sent; what left is among the communications",
    ),
)
