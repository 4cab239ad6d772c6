"""What other settings would do, tried on the organisation's own customers; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from wayfolk.customers.models import Customer, Status
from wayfolk.identity.matching import queue, reading, settings
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.queue import Compared
from wayfolk.identity.matching.record import Record
from wayfolk.identity.models import DuplicatePair, MatchingSettings
from wayfolk.staff.rules import Actor

SAMPLE = 60  # customers; each is compared twice


@dataclass(frozen=True, slots=True)
class Creation:
    """Of the customers entered last, how many would have been shown or asked about somebody."""

    looked_at: int
    suggested_now: int
    suggested_then: int
    warned_now: int
    warned_then: int


def of_creating(then: MatchingSettings, *, by: Actor) -> Creation:
    """As if the customers entered last were being typed now. Raises NotAllowed."""
    by.require("organization.administer")
    newest = Customer.objects.filter(status=Status.ACTIVE, deleted_at__isnull=True)
    ids = list(newest.order_by("-number").values_list("id", flat=True)[:SAMPLE])
    drafts = list(reading.records_of(ids).values())
    levels = [
        [_level(draft, each, by) for draft in drafts] for each in (settings.load_settings(), then)
    ]
    suggested = [sum(level != "" for level in of) for of in levels]
    warned = [of.count("warn") for of in levels]
    return Creation(len(drafts), suggested[0], suggested[1], warned[0], warned[1])


def _level(draft: Record, of: MatchingSettings, by: Actor) -> str:
    found = candidates_for(draft, by=by, limit=1, settings=of)
    return found[0].level if found else ""


def compared(pair_ids: Sequence[UUID], *, by: Actor) -> list[Compared]:
    """These stored pairs, with what speaks for and against them."""
    rows = {pair.id: pair for pair in DuplicatePair.objects.filter(id__in=pair_ids)}
    known = [rows[each] for each in pair_ids if each in rows]
    return queue.compare([(pair.low_id, pair.high_id) for pair in known], by=by)
