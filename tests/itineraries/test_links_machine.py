"""Random walks over links, points of contact, deletion and undo, beside a simple model.

TP-02, TP-11, TP-12, TP-14, TP-31, TP-32, TP-39: whatever the order of events, the stored list
is what the model says, and it is empty or has a point of contact.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.itineraries import factories
from tests.itineraries.factories import customer, itinerary
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import last_written_id
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.itineraries.operations import linking
from wayfolk.itineraries.operations.linking import LinkChoice
from wayfolk.itineraries.rules import PointOfContactNeeded

WALKS, STEPS, AT_LEAST = 10, 50, 1_000  # walks of a round, steps of a walk at most, of all rounds
Listed = list[tuple[UUID, bool]]  # customers in their order, and whether each is contact


class _Rollback(Exception):
    pass


@dataclass
class Ground:
    """What all walks share: they are rolled back one by one."""

    cast: Cast
    people: list[Customer] = field(default_factory=list)


_ground: list[Ground] = []
_steps: list[str] = []


@pytest.fixture
def ground(cast: Cast) -> Iterator[Ground]:
    people = [customer(cast, name) for name in ("Anna", "Bent", "Cora", "Dora")]
    _ground.append(Ground(cast, people))
    yield _ground[-1]
    _ground.clear()
    _steps.clear()


class Links(RuleBasedStateMachine):
    """`stored` is what the list must be; `last` what it was before the latest change."""

    def __init__(self) -> None:
        super().__init__()
        self.ground = _ground[-1]
        self.by = self.ground.cast.advisor
        self.stored: Listed = []
        self.last: tuple[UUID, Listed] | None = None
        self.gone: set[UUID] = set()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        self.atomic.__exit__(_Rollback, _Rollback(), None)

    @initialize()
    def start(self) -> None:
        self.trip = itinerary(self.ground.cast)

    @rule(who=st.integers(0, 3))
    def link(self, who: int) -> None:
        person = self.ground.people[who]
        if person.id in self.gone:
            return
        linking.link_customers(self.trip.id, [person.id], by=self.by)
        if person.id not in dict(self.stored):
            self._became([*self.stored, (person.id, not self.stored)])

    @precondition(lambda self: self.stored)
    @rule(place=st.integers(0, 3))
    def unlink(self, place: int) -> None:
        leaving = self.stored[place % len(self.stored)][0]
        rest = [item for item in self.stored if item[0] != leaving]
        if rest and not any(is_poc for _, is_poc in rest):
            with pytest.raises(PointOfContactNeeded):
                linking.unlink_customer(self.trip.id, leaving, by=self.by)
            return
        linking.unlink_customer(self.trip.id, leaving, by=self.by)
        self._became(rest)

    @precondition(lambda self: self.stored)
    @rule(place=st.integers(0, 3), is_poc=st.booleans())
    def tick(self, place: int, is_poc: bool) -> None:
        at = place % len(self.stored)
        after = [*self.stored]
        after[at] = (after[at][0], is_poc)
        if not any(ticked for _, ticked in after):
            with pytest.raises(PointOfContactNeeded):
                linking.set_point_of_contact(self.trip.id, after[at][0], is_poc, by=self.by)
            return
        linking.set_point_of_contact(self.trip.id, after[at][0], is_poc, by=self.by)
        self._became(after)

    @precondition(lambda self: self.stored)
    @rule()
    def unlink_everybody(self) -> None:
        linking.unlink_all(self.trip.id, by=self.by)
        self._became([])

    @rule(
        order=st.permutations(range(4)),
        size=st.integers(0, 4),
        ticks=st.lists(st.booleans(), min_size=4, max_size=4),
    )
    def save_dialog(self, order: list[int], size: int, ticks: list[bool]) -> None:
        people = [self.ground.people[i] for i in order if self.ground.people[i].id not in self.gone]
        after = [(p.id, tick) for p, tick in zip(people[:size], ticks, strict=False)]
        choices = [LinkChoice(id_, is_poc=is_poc) for id_, is_poc in after]
        if after and not any(is_poc for _, is_poc in after):
            if {id_ for id_, _ in after} & dict(self.stored).keys():
                with pytest.raises(PointOfContactNeeded):
                    linking.save_links(self.trip.id, choices, by=self.by)
                return
            after[0] = (after[0][0], True)
        linking.save_links(self.trip.id, choices, by=self.by)
        self._became(after)

    @precondition(lambda self: len(self.gone) < 3)
    @rule(who=st.integers(0, 3))
    def delete_customer(self, who: int) -> None:
        person = self.ground.people[who]
        if person.id in self.gone:
            return
        customer_operations.delete_customer(person.id, by=self.ground.cast.manager)
        rest = [item for item in self.stored if item[0] != person.id]
        if rest and not any(is_poc for _, is_poc in rest):
            rest[0] = (rest[0][0], True)
        self.gone.add(person.id)
        self.stored, self.last = rest, None

    @precondition(lambda self: self.last)
    @rule()
    def undo_the_latest(self) -> None:
        assert self.last is not None
        change_set_id, before = self.last
        report = undoing.undo_change_set(change_set_id, by=self.by)
        assert (report.kept_count, report.conflict_count) == (0, 0)
        self.stored, self.last = before, None

    @invariant()
    def the_stored_list_is_the_models(self) -> None:
        _steps.append("")
        if not hasattr(self, "trip"):
            return
        found = [(link.customer_id, link.is_poc) for link in factories.links(self.trip)]
        assert found == self.stored
        assert not found or any(is_poc for _, is_poc in found)

    def _became(self, after: Listed) -> None:
        written = last_written_id() if after != self.stored else None
        self.last = (written, self.stored) if written else None
        self.stored = after


@pytest.mark.slow
def test_tp_02_holds_on_every_random_walk(ground: Ground) -> None:
    while len(_steps) < AT_LEAST:  # how long a walk gets is up to chance
        run_state_machine_as_test(
            Links,
            settings=settings(
                max_examples=WALKS,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
