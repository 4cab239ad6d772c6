"""Declaring operations: what is the same for all of them is said here."""

from collections.abc import Callable
from typing import Any

from ninja import Router

VERSIONED = {"x-versioned": True}


class Resource(Router):
    """A router whose answers leave out what was not set: hidden fields are absent."""

    def api_operation(self, methods: list[str], path: str, **options: Any) -> Callable[[Any], Any]:
        """As ninja's, with the description taken from the docstring's first line."""
        options["exclude_unset"] = True
        return super().api_operation(methods, path, **options)
