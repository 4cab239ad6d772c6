"""Tables: merges of customers, and where those who were absorbed live on."""

from wayfolk.identity.models.merging import CustomerAlias, Merge

__all__ = ["CustomerAlias", "Merge"]
