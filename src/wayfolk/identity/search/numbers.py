"""Numbers that lead to a customer, as the domains that give them register them."""

import re
from dataclasses import dataclass

from wayfolk.staff.rules import Actor

_NUMBER = re.compile(r"#?[a-z]{0,4}[-.]?0*(\d{1,15})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a kind of number is looked up: "booking", "reservation", "trip" ..."""

    kind: str
    function: str
    module: str
    permission: str


_sources: list[Source] = []


def on_number(source: Source) -> None:
    """Register an SQL function (typed text, number bigint) -> (customer_id uuid, number text).

    typed: one token as somebody typed it; number: its digits if it is letters and digits, else
    NULL. At most a hundred customers. SQL, so that one statement asks all of them.
    """
    _sources.append(source)


def sources_for(by: Actor) -> list[Source]:
    """Those whose numbers this actor may see."""
    return [each for each in _sources if by.has_module(each.module) and by.may(each.permission)]


def number_in(typed: str) -> int | None:
    """12345, #12345, BKG-12345, T-00012: the digits after at most a few letters."""
    found = _NUMBER.fullmatch(typed)
    return int(found[1]) if found else None
