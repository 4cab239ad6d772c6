"""Settings: the organisation, its modules, people, roles, tokens, and one's own account."""
