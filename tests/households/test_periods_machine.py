"""Random walks over moving in and out, splitting, merging, ending, and undoing each of them.

KP-19, KP-20: whatever the order of events, "who lived there on that day" is what a plain
calendar says, days before an event never change, a refusal changes nothing, and an undo leaves
every row of every table as it was before.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.households import making
from tests.households.making import Lived, household, person
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.change_sets import last_written_id
from wayfolk.customers.models import Customer
from wayfolk.households.models import Household, HouseholdMember
from wayfolk.households.operations import keeping, merging, moving, splitting
from wayfolk.households.operations.moving import Placement
from wayfolk.households.operations.splitting import Split
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Refusal

DAYS = 12
WALKS, STEPS = 6, 25
AT_LEAST = 8  # of each event that was carried out, over all rounds
ROLES = ("head", "child", "adult")
EVENTS = {"move_in", "move_out", "split", "split_into", "merge", "end", "undo"}

homes, people = st.integers(0, 3), st.integers(0, 3)
offsets, roles = st.integers(1, DAYS - 2), st.sampled_from(ROLES)
draws, masks = st.integers(0, 3), st.integers(1, 15)
stays = st.integers(0, 6)  # days; 0 is without end


class _Rollback(Exception):
    pass


@dataclass
class Ground:
    """What all walks share: they are rolled back one by one."""

    cast: Cast
    homes: list[Household] = field(default_factory=list)
    people: list[Customer] = field(default_factory=list)


_ground: list[Ground] = []
_carried_out: Counter[str] = Counter()


@pytest.fixture
def ground(cast: Cast) -> Iterator[Ground]:
    people = [person(cast, name) for name in ("Anna", "Bent", "Cora", "Dora")]
    homes = [household(cast, name=name) for name in ("Ash", "Birch", "Cedar", "Elm")]
    _ground.append(Ground(cast, homes, people))
    yield _ground[-1]
    _ground.clear()
    _carried_out.clear()


class Periods(RuleBasedStateMachine):
    """`lived` is the calendar: who must be where on which day."""

    def __init__(self) -> None:
        super().__init__()
        self.ground = _ground[-1]
        self.by = self.ground.cast.advisor
        self.organization_id = self.ground.cast.organization.id
        self.lived: Lived = set()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def teardown(self) -> None:
        self.atomic.__exit__(_Rollback, _Rollback(), None)

    @initialize(together=st.integers(1, 3))
    def settle(self, together: int) -> None:
        """Three people in the first two homes, so that there is something to split."""
        for index, person_ in enumerate(self.ground.people[:3]):
            home = self.ground.homes[0 if index < together else 1].id
            placement = Placement(person_.id, ROLES[index])
            moving.move_in(home, [placement], on=making.day(0), by=self.by)
            self.lived |= {(d, home, person_.id, ROLES[index]) for d in range(DAYS)}

    @rule(home=homes, who=people, role=roles, on=offsets, stay=stays, leave=st.booleans())
    def move_in(self, home: int, who: int, role: str, on: int, stay: int, leave: bool) -> None:
        home_id, person_id = self._home(home), self._person(who)
        until = on + stay if stay else DAYS
        to_on = making.day(until) if stay else None
        expected = self.lived | {(d, home_id, person_id, role) for d in range(on, min(until, DAYS))}
        if leave:
            expected -= {
                x for x in self.lived if x[0] >= on and x[1] != home_id and x[2] == person_id
            }
        self._do(
            "move_in",
            lambda: moving.move_in(
                home_id,
                [Placement(person_id, role, to_on)],
                on=making.day(on),
                by=self.by,
                leaving_others=leave,
            ),
            expected,
        )

    @rule(draw=draws, who=masks, on=offsets)
    def move_out(self, draw: int, who: int, on: int) -> None:
        home_id, gone = self._some_of(draw, who, on)
        expected = {x for x in self.lived if not (x[0] >= on and x[1] == home_id and x[2] in gone)}
        self._do(
            "move_out",
            lambda: moving.move_out(home_id, gone, on=making.day(on), by=self.by),
            expected,
        )

    @rule(draw=draws, into=homes, who=masks, on=offsets)
    def split_into(self, draw: int, into: int, who: int, on: int) -> None:
        old, gone = self._some_of(draw, who, on)
        new = self._home(into)
        expected = _moved(self.lived, {old}, new, on, gone)
        split = Split(gone, into=new)
        self._do(
            "split_into",
            lambda: splitting.split_household(old, split, on=making.day(on), by=self.by),
            expected,
        )

    @rule(draw=draws, who=masks, on=offsets)
    def split(self, draw: int, who: int, on: int) -> None:
        """Into a new household, which is taken back at once: only four are in the calendar."""
        old, gone = self._some_of(draw, who, on)
        before = making.dump(self.organization_id)
        try:
            made = splitting.split_household(old, Split(gone), on=making.day(on), by=self.by)
        except Refusal:
            assert making.dump(self.organization_id) == before
            return
        expected = _moved(self.lived, {old}, made.household.id, on, gone)
        assert self._stored({made.household.id}) == expected
        self._undo(before)
        _carried_out["split"] += 1

    @rule(into=homes, others=st.sets(homes, min_size=1, max_size=2), on=offsets, keep=st.booleans())
    def merge(self, into: int, others: set[int], on: int, keep: bool) -> None:
        target, gone = self._home(into), {self._home(o) for o in others}
        expected = self.lived
        for other in sorted(gone):
            expected = _moved(expected, {other}, target, on, None)
        self._do(
            "merge",
            lambda: merging.merge_households(target, gone, on=making.day(on), by=self.by),
            expected,
            keep=keep,
        )

    @rule(home=homes, on=st.integers(DAYS - 3, DAYS - 2), keep=st.booleans())
    def end(self, home: int, on: int, keep: bool) -> None:
        home_id = self._home(home)
        expected = {x for x in self.lived if not (x[0] >= on and x[1] == home_id)}
        self._do(
            "end",
            lambda: keeping.end_household(home_id, on=making.day(on), by=self.by),
            expected,
            keep=keep,
        )

    @invariant()
    def the_stored_days_are_the_calendars(self) -> None:
        assert self._stored() == self.lived
        places = Counter((d, who, role) for d, _, who, role in self.lived)
        assert not places or max(places.values()) == 1

    def _do(
        self, event: str, operation: Callable[[], object], expected: Lived, *, keep: bool = True
    ) -> None:
        """Carry it out, take it back and, to `keep` it, do it again: nothing else may differ."""
        before = making.dump(self.organization_id)
        try:
            operation()
        except Refusal:
            assert making.dump(self.organization_id) == before
            return
        assert self._stored() == expected
        after = making.dump(self.organization_id)
        written = last_written_id()
        if written is not None:
            redo = self._undo(before)
            _carried_out[event] += 1
            if not keep:
                return
            undoing.undo_change_set(redo, by=self.by)
            assert making.dump(self.organization_id) == after
        self.lived = expected

    def _undo(self, before: list[tuple[str, str]]) -> UUID:
        written = last_written_id()
        assert written is not None
        report = undoing.undo_change_set(written, by=self.by)
        assert (report.kept_count, report.conflict_count) == (0, 0)
        assert making.dump(self.organization_id) == before
        assert report.change_set_id is not None
        _carried_out["undo"] += 1
        return report.change_set_id

    def _stored(self, more: set[UUID] = frozenset()) -> Lived:  # type: ignore[assignment]
        """Day by day, as the rows say."""
        ids = [home.id for home in self.ground.homes] + list(more)
        with tenancy.scope(self.organization_id):
            rows = list(HouseholdMember.objects.filter(household_id__in=ids))
        days: list[tuple[int, date]] = [(d, making.day(d)) for d in range(DAYS)]
        return {
            (d, row.household_id, row.customer_id, row.role)
            for row in rows
            for d, on in days
            if row.from_on <= on and (row.to_on is None or on < row.to_on)
        }

    def _some_of(self, draw: int, mask: int, on: int) -> tuple[UUID, frozenset[UUID]]:
        """A home with people on the day before, the fullest first, and some of them."""
        there: dict[UUID, set[UUID]] = defaultdict(set)
        for d, home, person_id, _ in self.lived:
            if d == on - 1:
                there[home].add(person_id)
        if not there:
            return self._home(draw % 4), frozenset({self._person(mask % 4)})
        homes_ = sorted(there, key=lambda home: (-len(there[home]), home))
        home = homes_[draw % len(homes_)]
        picked = {p for i, p in enumerate(sorted(there[home])) if mask >> i & 1}
        return home, frozenset(picked or there[home])

    def _home(self, index: int) -> UUID:
        return self.ground.homes[index].id

    def _person(self, index: int) -> UUID:
        return self.ground.people[index].id


def _moved(lived: Lived, old: set[UUID], new: UUID, on: int, who: frozenset[UUID] | None) -> Lived:
    """The calendar after people went from `old` to `new` on a day; in `new` they stay as before."""
    going = {x for x in lived if x[0] >= on and x[1] in old and (who is None or x[2] in who)}
    there = {(d, person_id) for d, home, person_id, _ in lived if home == new}
    arriving = {(d, new, p, role) for d, _, p, role in going if (d, p) not in there}
    return (lived - going) | arriving


@pytest.mark.slow
def test_kp_19_who_lived_where_is_right_on_every_day_of_every_walk(ground: Ground) -> None:
    while min(_carried_out[event] for event in EVENTS) < AT_LEAST:  # chance decides how many
        run_state_machine_as_test(
            Periods,
            settings=settings(
                max_examples=WALKS,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
