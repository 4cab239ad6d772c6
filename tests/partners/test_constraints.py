"""What the database itself refuses, whoever writes: broken by raw SQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.partners import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.kit import database_errors
from wayfolk.kit.ids import new_id
from wayfolk.partners.models import CommissionTerm, Partner
from wayfolk.staff.rules import Actor


@contextmanager
def refused(by: Actor, code: str) -> Iterator[None]:
    """The block is refused with the code of a refusal in words."""
    with (
        pytest.raises(DatabaseError) as failure,
        transaction.atomic(),
        change_set(by=by, operation="test", summary="test"),
    ):
        yield
    refusal = database_errors.find_refusal(failure.value)
    assert refusal is not None
    assert refusal.code == code


def execute(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


PLACE = "UPDATE partners_partner SET parent_id = %s WHERE organization_id = %s AND id = %s"
LEVEL = "UPDATE partners_partner SET level = %s WHERE organization_id = %s AND id = %s"


def test_a_circle_is_refused(cast: Cast) -> None:
    by = cast.manager
    consortium, _, agent = making.line(by)
    for above in (agent, consortium):
        with refused(by, "circular_hierarchy"):
            execute(PLACE, above.id, by.organization_id, consortium.id)


def test_a_level_that_does_not_fit_is_refused_from_both_ends(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = making.line(by)
    with refused(by, "circular_hierarchy"):
        execute(LEVEL, "agency", by.organization_id, consortium.id)
    with refused(by, "circular_hierarchy"):
        execute(LEVEL, "agency", by.organization_id, agent.id)
    with refused(by, "invalid_value"):
        execute(LEVEL, "boss", by.organization_id, agency.id)


def test_levels_may_change_places_within_one_change_set(cast: Cast) -> None:
    by = cast.manager
    consortium, agency, agent = making.line(by)
    with change_set(by=by, operation="test", summary="test"):
        execute(PLACE, agency.id, by.organization_id, consortium.id)
        execute(LEVEL, "consortium", by.organization_id, agency.id)
        execute(LEVEL, "agency", by.organization_id, consortium.id)
        execute(PLACE, None, by.organization_id, agency.id)
    with change_set(by=by, operation="test", summary="test"):
        found = {p.id: (p.level, p.parent_id) for p in Partner.objects.all()}
    assert found == {
        agency.id: ("consortium", None),
        consortium.id: ("agency", agency.id),
        agent.id: ("agent", agency.id),
    }


def test_terms_of_one_product_never_share_a_day(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    making.term(by, owner, product="Cruise", valid_to=making.NEW_YEAR.replace(month=6))
    copy = (
        "INSERT INTO partners_commissionterm (id, organization_id, version, created_at, updated_at,"
        " partner_id, kind, product, valid_from, valid_to, rate, currency, tiers, remark)"
        " SELECT %s, organization_id, 1, created_at, updated_at, partner_id, kind, %s, %s,"
        " NULL, rate, currency, tiers, remark FROM partners_commissionterm"
        " WHERE organization_id = %s"
    )
    with refused(by, "periods_meet"):
        execute(copy, new_id(), "CRUISE", "2026-05-31", by.organization_id)
    with change_set(by=by, operation="test", summary="test"):
        execute(copy, new_id(), "CRUISE", "2026-06-01", by.organization_id)
        assert CommissionTerm.objects.count() == 2


@pytest.mark.parametrize(
    "assignment",
    [
        "valid_to = valid_from",
        "rate = NULL",
        "rate = 100.5",
        "currency = 'EUR'",
        "kind = 'per_booking'",
        "kind = 'tiered', rate = NULL",
        "kind = 'gift'",
    ],
)
def test_a_term_says_what_its_kind_needs_and_nothing_else(cast: Cast, assignment: str) -> None:
    by = cast.manager
    making.term(by, making.partner(by))
    with refused(by, "invalid_value"):
        execute(
            f"UPDATE partners_commissionterm SET {assignment} WHERE organization_id = %s",
            by.organization_id,
        )


def test_a_customer_is_a_partner_once(cast: Cast) -> None:
    by = cast.manager
    owner = making.partner(by)
    with refused(by, "already_taken"):
        Partner.objects.create(customer_id=owner.customer_id, level="agency")


def test_two_who_put_each_other_below_at_once_end_without_a_circle(committed_cast: Cast) -> None:
    by = committed_cast.manager
    first = making.partner(by, "First", level="agency")
    second = making.partner(by, "Second", level="agent")
    both_wrote = threading.Barrier(2, timeout=20)
    outcomes: list[str] = []

    def write(*statements: tuple[str, object, object]) -> Callable[[], None]:
        def run() -> None:
            try:
                with change_set(by=by, operation="test", summary="test"):
                    for sql, value, row in statements:
                        execute(sql, value, by.organization_id, row)
                    both_wrote.wait()
                outcomes.append("written")
            except DatabaseError as error:
                refusal = database_errors.find_refusal(error)
                outcomes.append(refusal.code if refusal else "fault")
            finally:
                connections.close_all()

        return run

    threads = [
        threading.Thread(target=write((PLACE, first.id, second.id))),
        threading.Thread(target=write((LEVEL, "agent", first.id))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len([o for o in outcomes if o == "written"]) == 1, outcomes
    with change_set(by=by, operation="test", summary="test"):
        now = {p.id: (p.level, p.parent_id) for p in Partner.objects.all()}
    assert now in (
        {first.id: ("agency", None), second.id: ("agent", first.id)},
        {first.id: ("agent", None), second.id: ("agent", None)},
    )
