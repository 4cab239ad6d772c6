"""Actors with field rules."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from wayfolk.staff.rules import Actor, FieldAccess


@pytest.fixture
def restricted() -> Callable[..., Actor]:
    """The same person with a role that hides or locks fields."""

    def restrict(by: Actor, **access: FieldAccess) -> Actor:
        return replace(by, field_access={**by.field_access, **access})

    return restrict
