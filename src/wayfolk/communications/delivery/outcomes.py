"""What can come of one attempt to hand a message over."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

ACCEPTED = "accepted"  # the server has taken it
LATER = "later"  # it certainly has not: try once more
REFUSED = "refused"  # it never will
UNKNOWN = "unknown"  # it may have: nobody can tell


@dataclass(frozen=True, slots=True)
class Outcome:
    """kind: one of the above; words: what the server said.

    is_server_down: nothing about this message, so the next one would fare the same.
    """

    kind: str
    words: str = ""
    is_server_down: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it leaves. reference: the same for every attempt at it."""

    reference: str
    to: str
    subject: str
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    """An open connection to the server or gateway."""

    def send(self, message: Outgoing) -> Outcome:
        """Never raises for what the server or the network does."""


class Opening(Protocol):
    """Makes a carrier for as long as the block lasts."""

    def __call__(self) -> AbstractContextManager[Carrier]: ...
