"""Find duplicates of one customer now (KP-33): compared with everybody, stored as pairs."""

from uuid import UUID

from wayfolk.identity.matching import pairs, queue, reading
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.pairs import Proposal
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor, system_actor

CANDIDATES_MAX = 20


def find_for(customer_id: UUID, *, by: Actor) -> int:
    """How many pairs of this customer wait to be judged after looking; raises NotFound.

    All fields are compared, whatever the actor may see: others will judge these pairs too. What is
    shown of them is what each reader may see.
    """
    by.require("customers.merge")
    everybody = system_actor(by.organization_id, "Matching")
    record = reading.records_of([customer_id]).get(customer_id)
    if record is None:
        raise NotFound("There is no such customer. It may have been deleted or merged meanwhile.")
    found = candidates_for(record, by=everybody, limit=CANDIDATES_MAX)
    between = [tuple(sorted((customer_id, each.customer_id))) for each in found]
    compared = queue.compare([(low, high) for low, high in between], by=everybody)
    pairs.store_of(
        customer_id,
        [Proposal(each.low, each.high, each.score.total, each.score.levels) for each in compared],
    )
    return queue.open_pairs_of(customer_id, by=by).count()
