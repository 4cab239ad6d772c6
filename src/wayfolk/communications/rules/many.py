"""A send to many: who of those chosen gets it, decided customer by customer (TQ-35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wayfolk.communications.rules import reach, texts
from wayfolk.communications.rules.reach import Standing
from wayfolk.kit import contact

CHOSEN_MAX = 20_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """address: where it goes; reason: why it does not, "" when it does."""

    address: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point: how it is written, whose relay it is ("" for none), and how many use it."""

    kind: str
    value: str
    is_relay: bool = False
    is_shared_by_many: bool = False


def judge(
    who: Standing,
    points: Sequence[Point],
    *,
    channel: str,
    is_advertising: bool,
    country: str,
    taken: set[str],
) -> Verdict:
    """Whether this customer gets the message, and where.

    points: of the primary set first. taken: what others of the same send have; the address joins
    it. A service message does go to a shared or relayed address, but only once.
    """
    reason = reach.obstacle(who, is_advertising=is_advertising)
    if reason:
        return Verdict("", reason)
    kinds = reach.KINDS_OF[channel]
    usable = sorted((p for p in points if p.kind in kinds), key=lambda p: kinds.index(p.kind))
    if not usable:
        return Verdict("", reach.NO_ADDRESS)
    worst = reach.INVALID
    for point in usable:
        address = reach.fitting_address(channel, point.value, country)
        if not address:
            continue
        if is_advertising and point.is_relay:
            worst = reach.RELAY
        elif is_advertising and point.is_shared_by_many:
            worst = reach.SHARED
        elif _compared(address) in taken:
            worst = reach.DUPLICATE
        else:
            taken.add(_compared(address))
            return Verdict(address)
    return Verdict("", worst)


def fits(channel: str, body: str) -> bool:
    """Whether a text can still go out once a customer's values are in it."""
    if channel == reach.EMAIL:
        return True
    return texts.sms_length(body).parts <= texts.SMS_PARTS_MAX


def counted_words(counts: Mapping[str, int]) -> str:
    """The end in three numbers; counts by outcome."""
    not_attempted = counts.get("waiting", 0) + counts.get("left_out", 0)
    words = (
        f"{counts.get('sent', 0):,} sent, {counts.get('refused', 0):,} refused,"
        f" {not_attempted:,} not attempted"
    )
    if counts.get("taken"):
        words += f", {counts['taken']:,} still on their way"
    if counts.get("unknown"):
        words += f", {counts['unknown']:,} may have been sent"
    return words


def _compared(address: str) -> str:
    return contact.normalise_email(address)
