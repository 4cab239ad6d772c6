"""Find duplicates of one customer now (KP-33): compared with everybody, stored as pairs."""

from uuid import UUID

from wayfolk.customers.queries import sharing
from wayfolk.identity.matching import comparing, proposing, queue, reading
from wayfolk.identity.matching.record import facts_of
from wayfolk.kit.errors import NotFound
from wayfolk.staff.rules import Actor, system_actor


def find_for(customer_id: UUID, *, by: Actor) -> int:
    """How many pairs of this customer wait to be judged after looking; raises NotFound.

    All fields are compared, whatever the actor may see: others will judge these pairs too. What is
    shown of them is what each reader may see. Besides whoever is near, those are compared whom
    search finds by the name: somebody is waiting for the answer, so it may take longer.
    """
    by.require("customers.merge")
    everybody = system_actor(by.organization_id, "Matching")
    record = reading.records_of([customer_id]).get(customer_id)
    if record is None:
        raise NotFound("There is no such customer. It may have been deleted or merged meanwhile.")
    facts = facts_of(
        record,
        shared=proposing.shared_among(record),
        relays=sharing.load_settings().domains,
    )
    found = proposing.ids_for(record, facts, by=everybody) - {customer_id}
    comparing.compare_and_keep([customer_id], {customer_id: found})
    return queue.open_pairs_of(customer_id, by=by).count()
