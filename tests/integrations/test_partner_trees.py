"""Random hierarchies in random row order: KP-08, whatever order a file has its rows in."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integrations import trading
from tests.world import Cast
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.rules import CustomerData
from wayfolk.integrations.imports.trade import files as trade_files
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Refusal
from wayfolk.partners.operations import partners
from wayfolk.partners.rules.records import LEVELS, PartnerData
from wayfolk.staff.rules import Actor

EXAMPLES = 30
SIZE = 7
Tree = list[tuple[str, int | None]]  # level, and the place of the parent

nodes = st.lists(
    st.tuples(st.sampled_from(LEVELS), st.none() | st.integers(0, SIZE - 1)),
    min_size=2,
    max_size=SIZE,
)


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def lines(tree: Tree) -> list[str]:
    return [
        trading.row(
            key=f"k{i}", name=f"Company {i}", level=level,
            parent="" if parent is None else f"k{parent % len(tree)}",
        )
        for i, (level, parent) in enumerate(tree)
    ]  # fmt: skip


def in_circle(tree: Tree, start: int) -> bool:
    """Whether somebody meets themselves on the way up."""
    place: int | None = start
    for _ in range(len(tree)):
        above = tree[place][1] if place is not None else None
        place = None if above is None else above % len(tree)
        if place is None:
            return False
        if place == start:
            return True
    return False


def parents_first(by: Actor, tree: Tree) -> dict[str, tuple[str, str]]:
    """The tree that one gets by hand: whoever is refused is not there, nor who is below them."""
    made: dict[int, object] = {}
    for rank in LEVELS:
        for i, (level, parent) in enumerate(tree):
            above = None if parent is None else parent % len(tree)
            if level != rank or (above is not None and above not in made):
                continue
            with tenancy.scope(by.organization_id):
                fields = {"kind": "company", "company_name": f"Company {i}"}
                customer = customer_operations.create_customer(CustomerData(fields), by=by)
                parent_id = None if above is None else made[above]
                try:
                    partner = partners.create_partner(
                        customer.id, PartnerData({"level": level, "parent_id": parent_id}), by=by
                    )
                except Refusal:
                    continue
            made[i] = partner.id
    return trading.tree(by)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=nodes, seed=st.integers(0, 1_000))
def test_any_order_gives_the_tree_that_parents_first_gives(
    cast: Cast, tree: Tree, seed: int
) -> None:
    by = cast.manager
    with rolled_back():
        wished = parents_first(by, tree)
    shuffled = lines(tree)
    random.Random(seed).shuffle(shuffled)
    with rolled_back():
        run = trading.run(by, *shuffled)
        assert trading.tree(by) == wished
        refused = trading.refusals(by, run)
        assert run.refused_count == len(tree) - len(wished) == len(refused)
        for i in range(len(tree)):
            if in_circle(tree, i):
                row = shuffled.index(lines(tree)[i]) + 2
                assert "go in a circle" in refused[row]


@pytest.mark.parametrize("rows_of_a_batch", [1, 2])
def test_a_hierarchy_may_span_batches(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, rows_of_a_batch: int
) -> None:
    monkeypatch.setattr(trade_files, "BATCH_ROWS", rows_of_a_batch)
    by = cast.manager
    tree: Tree = [("agent", 1), ("agency", 2), ("consortium", None), ("agent", 2), ("agency", None)]
    run = trading.run(by, *lines(tree), trading.row(key="k1", contact_name="Bo Lund"))
    assert run.refused_count == 0
    assert run.counts["partner"] == {"created": 5, "updated": 0, "unchanged": 0}
    assert trading.tree(by)["Company 0"] == ("agent", "Company 1")
    assert trading.tree(by)["Company 1"] == ("agency", "Company 2")
