"""Random walks over passengers, leads and undo (KP-11).

Whatever is done and taken back in whatever order, nobody travels or exactly one leads; and what
was done last, taken back at once, leaves everything as it was.
"""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.bookings import making, travelling
from tests.bookings.travelling import in_words
from tests.world import Cast
from wayfolk.audit import change_sets, undoing
from wayfolk.bookings import operations
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy

WHO = st.integers(0, 4)
_ground: list[tuple[Cast, Booking, list[Customer]]] = []


class _Rollback(Exception):
    pass


@pytest.fixture
def ground(cast: Cast) -> Iterator[None]:
    people = list(travelling.family(cast).values())
    _ground.append((cast, making.booking(cast.advisor, people[0]), people))
    yield
    _ground.clear()


class Passengers(RuleBasedStateMachine):
    """`before`: what the list was before the latest change; `done`: change sets that stand."""

    def __init__(self) -> None:
        super().__init__()
        self.cast, self.booking, self.people = _ground[-1]
        self.by = self.cast.advisor
        self.done: list[UUID] = []
        self.before: list[str] | None = None
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        self.atomic.__exit__(_Rollback, _Rollback(), None)

    @rule(who=st.lists(WHO, min_size=1, max_size=3))
    def add(self, who: list[int]) -> None:
        ids = [self.people[index].id for index in who]
        self._change(lambda: operations.add_passengers(self.booking.id, ids, by=self.by))

    @rule(who=WHO)
    def remove(self, who: int) -> None:
        gone = self.people[who].id
        self._change(lambda: operations.remove_passenger(self.booking.id, gone, by=self.by))

    @precondition(lambda self: in_words(self.cast, self.booking))
    @rule(which=st.integers(0, 4))
    def lead(self, which: int) -> None:
        party = travelling.party(self.cast, self.booking).passengers
        leads = party[which % len(party)].customer.id
        self._change(lambda: operations.set_lead(self.booking.id, leads, by=self.by))

    @precondition(lambda self: self.done)
    @rule(which=st.integers(0, 50))
    def take_back_any(self, which: int) -> None:
        """Also undos: taken back, they are done again."""
        change_set = self.done.pop(which % len(self.done))
        undone = undoing.undo_change_set(change_set, by=self.by).change_set_id
        self.before = None
        if undone is not None:
            self.done.append(undone)

    @precondition(lambda self: self.before is not None)
    @rule()
    def take_back_the_last(self) -> None:
        undoing.undo_change_set(self.done.pop(), by=self.by)
        assert in_words(self.cast, self.booking) == self.before
        self.before = None

    @invariant()
    def nobody_travels_or_one_leads(self) -> None:
        leads = [line for line in in_words(self.cast, self.booking) if line.endswith("lead")]
        assert len(leads) == bool(in_words(self.cast, self.booking))

    def _change(self, operation: object) -> None:
        before = in_words(self.cast, self.booking)
        with tenancy.scope(self.by.organization_id):
            operation()  # type: ignore[operator]
            written = change_sets.last_written_id()
        self.before = before if written else None
        if written:
            self.done.append(written)


@pytest.mark.slow
def test_kp11_one_leads_whatever_is_done_and_taken_back(ground: None) -> None:
    run_state_machine_as_test(
        Passengers, settings=settings(max_examples=20, stateful_step_count=15, deadline=None)
    )
