"""Events for other systems, written in the transaction of what they tell of."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wayfolk.audit.models import OutboxEvent


def put(topic: str, payload: Mapping[str, Any], *, change_set_id: UUID) -> None:
    """`payload`: ids and numbers, no personal data; whoever reads it asks for the rest."""
    OutboxEvent.objects.create(topic=topic, payload=dict(payload), change_set_id=change_set_id)
