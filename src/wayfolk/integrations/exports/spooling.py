"""Which customers an export has, in the list's order: their ids, 16 bytes each, in a file.

A server-side cursor fills it, so that a million cost no memory. The rows are then read in
batches of their own transactions: progress is seen, and nothing holds old rows for minutes.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from wayfolk.customers.models import CustomerQuerySet

ID_BYTES = 16
CHUNK = 5_000


def spool(customers: CustomerQuerySet, path: Path) -> int:
    """Write the ids of these customers, in their order; returns how many."""
    count = 0
    with path.open("wb") as out:
        for (customer_id,) in customers.values_list("id").iterator(chunk_size=CHUNK):
            out.write(customer_id.bytes)
            count += 1
    return count


def batches(path: Path, size: int) -> Iterator[list[UUID]]:
    """The ids again, `size` at a time."""
    with path.open("rb") as spooled:
        while block := spooled.read(ID_BYTES * size):
            yield [UUID(bytes=block[at : at + ID_BYTES]) for at in range(0, len(block), ID_BYTES)]
