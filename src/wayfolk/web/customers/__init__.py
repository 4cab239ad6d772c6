"""The customers' pages: list, create, the customer page, status, delete and restore."""
