"""What a merge of customers does with offers and catalog orders."""

from wayfolk.identity.merging.moving import Links
from wayfolk.sales.models import CatalogOrder, Offer

LINKS = (
    Links(Offer, "customer", evidence=("offeree_email", "offeree_phone", "offeree_name")),
    Links(CatalogOrder, "customer", label="catalog orders", evidence=("recipient",)),
)
