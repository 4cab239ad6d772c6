"""Rows some at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Row = TypeVar("Row")


def batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Lists of `size` rows, the last one perhaps shorter; none of no rows."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch
