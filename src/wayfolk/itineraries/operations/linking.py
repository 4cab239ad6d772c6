"""Customers on an itinerary: the list as a whole, points of contact, taking off.

TP-02 holds after every function here; the database checks it again when the change set ends.
See docs/algorithms/points_of_contact.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import ContactPoint, ContactSet, Customer
from wayfolk.customers.rules import CONTACT_KINDS, CustomerData
from wayfolk.identity.matching import creating
from wayfolk.identity.matching.creating import ASK, Answers
from wayfolk.identity.search import recency
from wayfolk.itineraries import rules
from wayfolk.itineraries.models import ItineraryCustomer
from wayfolk.itineraries.operations import outcomes
from wayfolk.itineraries.operations.outcomes import Outcome, Work
from wayfolk.itineraries.rules import Place
from wayfolk.kit import clock
from wayfolk.kit.errors import Conflict, NotFound
from wayfolk.staff.rules import Actor

_STORED = ("position", "is_poc", "is_travelling", "is_leader")
_PHONES = frozenset(CONTACT_KINDS) - {"email", "fax"}


class StaleLinks(Conflict):
    """Somebody changed the itinerary's customers while the list was being edited."""

    code = "stale_links"


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """Somebody who is to be on the itinerary: a stored customer, or the data of a `new` one.

    `answers`: whom the new one may resemble. `changes`: what the editor knows anew of a stored
    one, who is updated in the same step.
    """

    customer_id: UUID | None = None
    new: CustomerData | None = None
    is_poc: bool = False
    is_travelling: bool = True
    is_leader: bool = False
    answers: Answers = ASK
    changes: CustomerData | None = None


Change = Callable[[LinkChoice], LinkChoice]


def save_links(
    itinerary_id: UUID, choices: Sequence[LinkChoice], *, by: Actor, expected: str | None = None
) -> Outcome:
    """Make `choices`, in their order, the itinerary's customers: what the dialog saves (TP-08).

    Judged on the final state (TP-33); new customers are created in the same change set
    (TP-26). `expected` is the fingerprint of the list that the editor saw
    (queries.fingerprint); another present one raises StaleLinks. Raises
    PointOfContactNeeded, NotFound for a customer who is gone, NotAllowed, InvalidValues,
    PossibleDuplicate for a new one who looks like somebody who is there (TP-27).
    """
    with outcomes.work_on(itinerary_id, by=by, operation="save_links") as work:
        present = rules.fingerprint(_places(_links(work)))
        if expected is not None and expected != present:
            raise StaleLinks(
                f"Somebody else changed the customers of {work.itinerary} meanwhile.",
                details={"expected": expected, "present": present},
            )
        write_links(work, choices, by=by)
    return work.outcome()


def add_new_customer(
    itinerary_id: UUID,
    data: CustomerData,
    *,
    by: Actor,
    is_travelling: bool = True,
    answers: Answers = ASK,
) -> Outcome:
    """Create a customer and link them in one step; neither without the other (TP-24..TP-27).

    Raises PossibleDuplicate for who looks like somebody who is there.
    """
    with outcomes.work_on(itinerary_id, by=by, operation="add_new_customer") as work:
        choice = LinkChoice(new=data, is_travelling=is_travelling, answers=answers)
        write_links(work, [*_present_choices(work), choice], by=by)
    return work.outcome()


def link_customers(itinerary_id: UUID, customer_ids: Iterable[UUID], *, by: Actor) -> Outcome:
    """Add customers at the end of the list; those already there stay as they are (TP-11)."""
    with outcomes.work_on(itinerary_id, by=by, operation="link_customers") as work:
        ids = list(customer_ids)
        added = [LinkChoice(customer_id) for customer_id in ids]
        write_links(work, [*_present_choices(work), *added], by=by)
        recency.touch(ids)
    return work.outcome()


def set_point_of_contact(
    itinerary_id: UUID, customer_id: UUID, is_poc: bool, *, by: Actor
) -> Outcome:
    """Tick or untick a point of contact, at any stage (TP-16..TP-20); warns by TP-22."""
    return _change_one(
        itinerary_id,
        customer_id,
        lambda choice: replace(choice, is_poc=is_poc),
        by=by,
        operation="set_point_of_contact",
    )


def set_travelling(
    itinerary_id: UUID, customer_id: UUID, is_travelling: bool, *, by: Actor
) -> Outcome:
    """Whether the customer travels; apart from being point of contact (TP-23)."""
    return _change_one(
        itinerary_id,
        customer_id,
        lambda choice: replace(choice, is_travelling=is_travelling),
        by=by,
        operation="set_travelling",
    )


def set_leader(itinerary_id: UUID, customer_id: UUID, is_leader: bool, *, by: Actor) -> Outcome:
    """Make a linked customer the one trip leader, or leave the trip without (TA-21)."""
    return _change_one(
        itinerary_id,
        customer_id,
        lambda choice: replace(choice, is_leader=is_leader),
        by=by,
        operation="set_leader",
    )


def unlink_customer(itinerary_id: UUID, customer_id: UUID, *, by: Actor) -> Outcome:
    """Take one customer off (TP-29); the record and its other links stay (TP-34).

    Nothing happens when the customer is not on it. The only point of contact stays while
    others do: raises PointOfContactNeeded (TP-31). The last customer may go (TP-32).
    """
    with outcomes.work_on(itinerary_id, by=by, operation="unlink_customer") as work:
        choices = [c for c in _present_choices(work) if c.customer_id != customer_id]
        write_links(work, choices, by=by)
    return work.outcome()


def unlink_all(itinerary_id: UUID, *, by: Actor) -> Outcome:
    """Take every customer off; an empty itinerary is valid (TP-32)."""
    with outcomes.work_on(itinerary_id, by=by, operation="unlink_all") as work:
        write_links(work, [], by=by)
    return work.outcome()


def write_links(work: Work, choices: Sequence[LinkChoice], *, by: Actor) -> None:
    """Store the final list inside the caller's change set; says in words what changed."""
    summary = work.current.summary
    links = {link.customer_id: link for link in _links(work)}
    before = _places(links.values())
    chosen = {choice.customer_id for choice in choices if choice.customer_id}
    names = _lock_added(chosen - set(links)) | {
        id_: link.customer.name for id_, link in links.items()
    }
    wanted = _place_all(choices, names, by)
    left = _named([names[place.customer_id] for place in wanted])
    after = rules.settled(wanted, before=before, names=left)
    stays = {place.customer_id for place in after}
    gone = [link for id_, link in links.items() if id_ not in stays]
    ItineraryCustomer.objects.filter(id__in=[link.id for link in gone]).delete()
    _store(work, after, links)
    work.warnings = _warnings([p for p in after if p.is_poc], before, names)
    # Set, not completed: creating a customer inside has put its own words there.
    work.current.summary = summary or _summary(work, before, after, names)


def _change_one(
    itinerary_id: UUID, customer_id: UUID, change: Change, *, by: Actor, operation: str
) -> Outcome:
    """Change one fact of one linked customer; a new trip leader takes over from the former."""
    with outcomes.work_on(itinerary_id, by=by, operation=operation) as work:
        choices = _present_choices(work)
        at = next((i for i, c in enumerate(choices) if c.customer_id == customer_id), None)
        if at is None:
            raise NotFound(f"That customer is not on {work.itinerary} any more. Reload the page.")
        changed = change(choices[at])
        if changed.is_leader:
            choices = [replace(choice, is_leader=False) for choice in choices]
        choices[at] = changed
        write_links(work, choices, by=by)
    return work.outcome()


def _links(work: Work) -> list[ItineraryCustomer]:
    links = ItineraryCustomer.objects.filter(itinerary_id=work.itinerary.id)
    return list(links.select_related("customer").order_by("position", "id"))


def _places(links: Iterable[ItineraryCustomer]) -> list[Place]:
    return [Place(x.customer_id, x.is_poc, x.is_travelling, x.is_leader) for x in links]


def _present_choices(work: Work) -> list[LinkChoice]:
    return [
        LinkChoice(p.customer_id, None, p.is_poc, p.is_travelling, p.is_leader)
        for p in _places(_links(work))
    ]


def _lock_added(customer_ids: set[UUID]) -> dict[UUID, str]:
    """Names of customers to be added, locked so that none is deleted meanwhile."""
    customers = list(Customer.objects.present().filter(id__in=customer_ids).locked())
    if len(customers) < len(customer_ids):
        raise NotFound(
            "A customer on your list no longer exists, so nothing was saved."
            " It may have been deleted meanwhile. Take it off the list and save again."
        )
    return {customer.id: customer.name for customer in customers}


def _place_all(choices: Sequence[LinkChoice], names: dict[UUID, str], by: Actor) -> list[Place]:
    """The choices with their customers' ids; customers are created and updated here (TP-26).

    Those of one list are somebody else each: its author sees them side by side.
    """
    new = [choice.new or CustomerData() for choice in choices if choice.customer_id is None]
    creating.claim(new, by=by)
    made: list[UUID] = []
    places = []
    for choice in choices:
        customer_id = choice.customer_id
        if customer_id is None:
            data, answers = choice.new or CustomerData(), choice.answers.beside(made)
            customer = creating.create_checked(data, by=by, answers=answers).customer
            customer_id = customer.id
            names[customer_id] = customer.name
            made.append(customer_id)
        elif choice.changes is not None:
            customer = customer_operations.update_customer(customer_id, choice.changes, by=by)
            names[customer_id] = customer.name
        places.append(Place(customer_id, choice.is_poc, choice.is_travelling, choice.is_leader))
    return places


def _store(work: Work, after: Sequence[Place], links: Mapping[UUID, ItineraryCustomer]) -> None:
    """Insert what is new and update what differs, a few statements whatever the length.

    Positions only have to rise, so that taking one customer off changes no other row.
    """
    added: list[ItineraryCustomer] = []
    changed: list[ItineraryCustomer] = []
    last = 0
    for place in after:
        link = links.get(place.customer_id)
        last = link.position if link and link.position > last else last + 1
        values = (last, place.is_poc, place.is_travelling, place.is_leader)
        if link is None:
            link = ItineraryCustomer(itinerary=work.itinerary, customer_id=place.customer_id)
            added.append(link)
        elif tuple(getattr(link, name) for name in _STORED) != values:
            link.version += 1
            link.updated_at = clock.now()
            changed.append(link)
        for name, value in zip(_STORED, values, strict=True):
            setattr(link, name, value)
    # The leader's unique index is checked row by row: whoever hands over goes first.
    for part in ([x for x in changed if not x.is_leader], [x for x in changed if x.is_leader]):
        ItineraryCustomer.objects.bulk_update(part, [*_STORED, "version", "updated_at"])
    ItineraryCustomer.objects.bulk_create(added)


def _warnings(
    contacts: Sequence[Place], before: Sequence[Place], names: Mapping[UUID, str]
) -> tuple[str, ...]:
    """What those who have just become points of contact lack (TP-22)."""
    were = {place.customer_id for place in before if place.is_poc}
    became = [place.customer_id for place in contacts if place.customer_id not in were]
    points = ContactPoint.objects.filter(customer_id__in=became, set=ContactSet.PRIMARY)
    kinds = set(points.values_list("customer_id", "kind"))
    warnings = (
        rules.contact_warning(
            names[customer_id],
            has_email=(customer_id, "email") in kinds,
            has_phone=any((customer_id, kind) in kinds for kind in _PHONES),
        )
        for customer_id in became
    )
    return tuple(warning for warning in warnings if warning)


def _summary(
    work: Work, before: Sequence[Place], after: Sequence[Place], names: Mapping[UUID, str]
) -> str:
    """The change in words, for the toast and for Recent changes."""
    was = {place.customer_id: place for place in before}
    added = [names[place.customer_id] for place in after if place.customer_id not in was]
    stays = {place.customer_id for place in after}
    removed = [names[id_] for id_ in was if id_ not in stays]
    changed = [p for p in after if p.customer_id in was and p != was[p.customer_id]]
    if added and removed:
        return f"Linked {_named(added)} to {work.itinerary} and took off {_named(removed)}"
    if added:
        return f"Linked {_named(added)} to {work.itinerary}"
    if removed:
        return f"Took {_named(removed)} off {work.itinerary}"
    if len(changed) == 1:
        place = changed[0]
        return f"{_fact_words(was[place.customer_id], place, names)} on {work.itinerary}"
    return f"Changed the customers of {work.itinerary}"


def _named(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) <= 2 else f"{len(names)} customers"


def _fact_words(before: Place, after: Place, names: Mapping[UUID, str]) -> str:
    name = names[after.customer_id]
    if before.is_poc != after.is_poc:
        return (
            f"Made {name} point of contact"
            if after.is_poc
            else (f"{name} is no longer point of contact")
        )
    if before.is_leader != after.is_leader:
        return f"Made {name} trip leader" if after.is_leader else f"{name} is no longer trip leader"
    return f"{name} travels" if after.is_travelling else f"{name} does not travel"
