"""Merges that are cut off: every state is the one before or the one after (KP-34)."""

import os
import random
import re
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from tests.bookings import making as bookings
from tests.identity.merging import making
from tests.identity.merging.making import merge, person, plan, unmerge
from tests.itineraries import factories
from tests.world import Cast
from wayfolk.bookings.models import Booking
from wayfolk.customers.models import Customer, Status
from wayfolk.identity.merging import executing
from wayfolk.identity.models import CustomerAlias
from wayfolk.kit import tenancy

PATIENCE_SECONDS = 120
KILLS = int(os.environ.get("WAYFOLK_KILLS", "20"))
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH .* UPDATE)", re.DOTALL)


class _FailAt:
    """Lets the database refuse the n-th statement that writes."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if WRITES.match(sql):
            self.left -= 1
            if self.left == 0:
                raise OperationalError("injected")
        return execute(sql, params, many, context)


def _cut_off_everywhere(cast: Cast, attempt: Callable[[], Any]) -> int:
    """Fail at each writing statement in turn; how many there were before it succeeded."""
    before = making.dump(cast)
    for number in range(1, 500):
        try:
            with connection.execute_wrapper(_FailAt(number)):
                attempt()
        except OperationalError:
            assert making.dump(cast) == before
        else:
            return number - 1
    raise AssertionError


def test_a_failure_at_every_writing_statement_leaves_all_as_it_was(cast: Cast) -> None:
    one = person(cast, "Anna", email="a@example.com", city="Porto")
    other = person(cast, "Anne", email="b@example.com", city="Lisboa", mobile="+351 912 000 002")
    bookings.booking(cast.advisor, other)
    factories.itinerary(cast, other, one)
    seen = plan(cast, one, other)
    made = []

    def attempt() -> None:
        outcome = executing.merge_customers(
            one.id,
            [other.id],
            choices={"email": other.id, "given_name": other.id},
            fingerprint=seen.fingerprint,
            by=cast.manager,
        )
        made.append(outcome.merge)

    assert _cut_off_everywhere(cast, attempt) > 15
    assert _cut_off_everywhere(cast, lambda: unmerge(cast, made[0])) > 10


def _merge_and_unmerge_for_ever(cast: Cast, one: Customer, other: Customer) -> None:
    while True:
        with tenancy.scope(cast.organization.id):
            alias = CustomerAlias.objects.select_related("merge").first()
        if alias is None:
            merge(cast, one, other)
        else:
            unmerge(cast, alias.merge)


def _killed_child(work: Callable[[], None], after: float, last_words: Path) -> None:
    """Run `work` in a process of its own and kill it without warning."""
    child = os.fork()
    if child == 0:
        try:
            _forget_the_parents_connections()
            _work_on(work)
        finally:
            last_words.write_text(traceback.format_exc())
            os._exit(1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the work ended by itself: {last_words.read_text()}"


def _forget_the_parents_connections() -> None:
    """Its sessions are the parent's to speak on and to end; the child's first query opens its own.

    They are dropped here and not closed in the parent, who may see other ones: while a browser's
    event loop runs in it, Django keeps connections apart from those of before, and a fork leaves
    that loop behind.
    """
    for alias in connections:
        if hasattr(connections._connections, alias):
            del connections[alias]


def _work_on(work: Callable[[], None]) -> None:
    """As a worker does, which begins anew where the database refused it for a moment."""
    while True:
        try:
            work()
        except OperationalError:
            connections.close_all()


def _wait_until_it_is_over(cast: Cast) -> None:
    """What the killed one's backend still does ends some time after, and its locks with it."""
    latest = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with tenancy.scope(cast.organization.id):
                list(Customer.objects.locked())
        except OperationalError:
            if time.monotonic() > latest:
                raise
        else:
            return


@pytest.mark.timeout(KILLS * 10 + 60)
def test_a_worker_that_is_killed_leaves_before_or_after(
    committed_cast: Cast, tmp_path: Path
) -> None:
    """kill -9 at random points. WAYFOLK_KILLS says how often (bench/kills.py: 500)."""
    cast = committed_cast
    one, other = person(cast, email="a@example.com"), person(cast, email="b@example.com")
    for number in range(10):
        bookings.booking(cast.advisor, (one, other)[number % 2], product=f"{number % 2}")
    before = making.dump(cast)
    made = merge(cast, one, other)
    after = making.dump(cast)
    unmerge(cast, made)
    states = []
    for _ in range(KILLS):
        pause = random.uniform(0.05, 0.9)
        _killed_child(
            lambda: _merge_and_unmerge_for_ever(cast, one, other), pause, tmp_path / "last_words"
        )
        _wait_until_it_is_over(cast)
        with tenancy.scope(cast.organization.id):
            states.append(Customer.objects.filter(status=Status.MERGED).count())
            buyers = set(Booking.objects.values_list("customer_id", flat=True))
        assert buyers == ({one.id} if states[-1] else {one.id, other.id})
        found = [row for row in making.dump(cast) if row[0] != "identity_customeralias"]
        expected = after if states[-1] else before
        assert found == [row for row in expected if row[0] != "identity_customeralias"]
    assert set(states) <= {0, 1}
