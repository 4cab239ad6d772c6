"""Users, memberships, roles, permissions down to the field, tokens, and the Actor.

A user is a global identity; what one may do is decided per membership in an organisation.
"""
