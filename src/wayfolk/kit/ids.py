"""Identifiers: time-ordered UUIDs (version 7), made by the application."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A UUIDv7: sorts by creation time, so that b-trees grow at their right edge."""
    return UUID(int=uuid_utils.uuid7().int)


def new_text() -> str:
    """A new id as text, for whoever makes them by the million."""
    return str(uuid_utils.uuid7())
