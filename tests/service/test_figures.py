"""The figures that the database keeps, against a slow and readable count (TQ-09, TQ-49, TQ-52)."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import restrict
from tests.service import making
from tests.service.test_cases import again
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.service import queries
from wayfolk.service.models import Answer, CustomerFigures, ServiceCase
from wayfolk.service.operations import cases
from wayfolk.service.queries import Figures

_numbers = count(5_000_000)
answers = st.tuples(
    st.just("answer"),
    st.sampled_from(["guide", "hotel", "trip"]),
    st.none() | st.integers(1, 5),
)
service_cases = st.tuples(
    st.just("case"),
    st.sampled_from(["complaint", "request", "support"]),
    st.sampled_from(["new", "closed", "waiting_court"]),
)
rows = st.lists(answers | service_cases, min_size=1, max_size=10)
changes = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["remove", "move", "turn"])), max_size=5
)


def mean(scores: list[int]) -> Decimal | None:
    if not scores:
        return None
    return (Decimal(sum(scores)) / len(scores)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def slow_figures(customer_id: UUID) -> Figures:
    """Answer after answer and case after case, as one would with a pencil."""
    overall: list[int] = []
    ours: list[int] = []
    for answer in Answer.objects.filter(customer_id=customer_id):
        if answer.score is not None:
            overall.append(answer.score)
            if answer.topic == "guide":
                ours.append(answer.score)
    found = list(ServiceCase.objects.filter(customer_id=customer_id))
    return Figures(
        overall=mean(overall),
        overall_count=len(overall),
        representative=mean(ours),
        representative_count=len(ours),
        complaints=sum(case.kind == "complaint" for case in found),
        open_cases=sum(case.status != "closed" for case in found),
    )


def assert_true(customers: list[Customer], cast: Cast) -> None:
    for customer in customers:
        assert queries.figures_of(customer, by=cast.manager) == slow_figures(customer.id)


def _written(row: tuple[str, str, Any], place: int, whose: Customer, given: Any) -> Any:
    kind, what, value = row
    if kind == "case":
        closed_on = making.TODAY if value == "closed" else None
        return ServiceCase.objects.create(
            number=next(_numbers), customer=whose, kind=what, status=value, closed_on=closed_on,
            opened_on=making.TODAY,
        )  # fmt: skip
    response, questions = given
    made = type(response).objects.create(
        questionnaire_id=response.questionnaire_id, booking_id=response.booking_id, customer=whose
    )
    return Answer.objects.create(
        response=made, question=questions[place % len(questions)], booking_id=response.booking_id,
        customer=whose, topic=what, score=value,
    )  # fmt: skip


@given(rows, changes)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_tq09_tq49_figures_agree_with_a_slow_count_after_whatever_is_written(
    cast: Cast, made: list[tuple[str, str, Any]], changed: list[tuple[int, str]]
) -> None:
    """Added one by one, moved to another customer as a merge does, turned, and gone."""
    scope = tenancy.scope(cast.organization.id)
    with scope, transaction.atomic(), change_set(by=cast.manager, operation="t", summary="T"):
        two = [making.customer(cast.manager), making.customer(cast.manager, "Bo")]
        asked, questions = making.questionnaire(cast)
        response = making.answers(cast.manager, asked, making.booking(cast.manager, two[0]), 5, 4)
        stored = [_written(row, n, two[n % 2], (response, questions)) for n, row in enumerate(made)]
        assert_true(two, cast)
        for place, what in changed:
            record = stored[place % len(stored)]
            row = type(record).objects.filter(id=record.id)
            if what == "remove":
                row.delete()
            elif what == "move":
                row.update(customer=two[place % 2])
            elif isinstance(record, ServiceCase):
                row.update(kind="request", status="in_progress", closed_on=None)
            assert_true(two, cast)


def test_tq09_figures_follow_operations_their_undo_and_the_way_back(cast: Cast) -> None:
    by = cast.manager
    asked, _ = making.questionnaire(cast)
    with tenancy.scope(cast.organization.id):
        with change_set(by=by, operation="t", summary="T"):
            ann = making.customer(by)
            booking = making.booking(by, ann)
            case = making.case(by, booking)
            making.answers(by, asked, booking, 5, 2, 3)
        assert queries.figures_of(ann, by=by) == slow_figures(ann.id)
        assert queries.figures_of(ann, by=by).complaints == 1
        making.undo_latest(by)  # customer, booking, case and answers are gone together
        assert not CustomerFigures.objects.filter(id=ann.id).exists()
        making.undo_latest(by)  # and come back, answers before their customer or after
        assert queries.figures_of(ann, by=by) == slow_figures(ann.id)
        assert queries.figures_of(ann, by=by).overall_count == 3
        cases.set_status(case.id, "closed", by=by)
        assert queries.figures_of(ann, by=by).open_cases == 0


def test_figures_that_the_role_hides_are_empty(cast: Cast) -> None:
    asked, _ = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    making.answers(cast.manager, asked, booking, 5)
    making.case(cast.manager, booking)
    restrict(cast.viewer, customer_happiness="hidden")
    with tenancy.scope(cast.organization.id):
        found = queries.figures_of(booking.customer, by=again(cast.viewer))
    assert found == Figures(complaints=1, open_cases=1)
