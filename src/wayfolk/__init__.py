"""Wayfolk: the customer system of a travel company.

Packages stand in one order (docs/architecture.md) and import downwards only.
"""

__version__ = "0.1.0"
