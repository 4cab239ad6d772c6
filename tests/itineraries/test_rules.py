"""Decisions over an itinerary's customers and values, without a database."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.itineraries import rules
from wayfolk.itineraries.rules import Place, PointOfContactNeeded
from wayfolk.kit.errors import InvalidValue, InvalidValues

A, B, C = (UUID(int=number) for number in (1, 2, 3))

places = st.lists(
    st.builds(Place, st.sampled_from([A, B, C]), st.booleans(), st.booleans()), max_size=5
)


@given(wanted=places, before=places)
def test_tp_02_a_settled_list_is_empty_or_has_a_point_of_contact(
    wanted: list[Place], before: list[Place]
) -> None:
    try:
        after = rules.settled(wanted, before=before, names="x")
    except PointOfContactNeeded:
        return
    assert not after or any(place.is_poc for place in after)
    ids = [place.customer_id for place in after]
    assert ids == list(dict.fromkeys(place.customer_id for place in wanted))  # TP-11, TP-12


def test_tp_14_the_first_becomes_contact_where_nobody_was() -> None:
    after = rules.settled([Place(A), Place(B)], before=[], names="")
    assert [place.is_poc for place in after] == [True, False]


def test_tp_14_tp_35_a_list_of_newcomers_gets_its_first_as_contact() -> None:
    after = rules.settled([Place(B)], before=[Place(A, is_poc=True)], names="")
    assert after == [Place(B, is_poc=True)]


def test_tp_31_who_stays_without_a_contact_is_refused() -> None:
    with pytest.raises(PointOfContactNeeded, match="leave Bent on the itinerary"):
        rules.settled([Place(B)], before=[Place(A, is_poc=True), Place(B)], names="Bent")


@pytest.mark.parametrize(
    ("before", "leaving", "promoted"),
    [
        ([Place(A, is_poc=True), Place(B), Place(C)], A, B),
        ([Place(B), Place(A, is_poc=True), Place(C)], A, B),
        ([Place(A, is_poc=True), Place(B), Place(C, is_poc=True)], A, None),
        ([Place(A, is_poc=True), Place(B)], B, None),
        ([Place(A, is_poc=True)], A, None),
    ],
)
def test_tp_39_the_first_of_the_others_is_promoted_only_where_needed(
    before: list[Place], leaving: UUID, promoted: UUID | None
) -> None:
    assert rules.promoted(before, leaving) == promoted


def test_fingerprints_differ_with_order_and_facts() -> None:
    lists = (
        [Place(A), Place(B)],
        [Place(B), Place(A)],
        [Place(A, is_poc=True), Place(B)],
        [Place(A, is_travelling=False), Place(B)],
        [Place(A, is_leader=True), Place(B)],
        [],
    )
    assert len({rules.fingerprint(found) for found in lists}) == len(lists)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": " \u200b "}, "needs a trip name"),
        ({"name": "x" * 201}, "201 characters"),
        ({"notes": "x" * 20_001}, "20001 characters"),
        ({"adults": -1}, "“-1” is not a number of adults"),
        ({"infants": 10_000}, "not a number of infants"),
        ({"arrival_at": datetime(2026, 5, 1)}, "needs a time zone"),  # noqa: DTZ001
        ({"arrival_at": datetime(1, 1, 1, tzinfo=UTC)}, "too far away"),
        ({"departure_at": datetime(9999, 1, 1, tzinfo=UTC)}, "too far away"),
        ({"colour": "red"}, "no field “colour”"),
    ],
)
def test_bad_values_are_refused_by_name(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValues, match=message) as refused:
        rules.checked(fields)
    assert list(refused.value.errors) == list(fields)


def test_a_departure_before_the_arrival_is_refused() -> None:
    with pytest.raises(InvalidValues, match="before the arrival"):
        rules.require_order(datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("label", "taken", "code"),
    [
        ("On Hold", [], "on_hold"),
        ("On hold", ["on_hold"], "on_hold_2"),
        ("Öption!", ["option", "option_2"], "option_3"),
        ("¿?", [], "stage"),
        ("x" * 80, [], "x" * 36),
    ],
)
def test_a_stage_gets_a_code_of_its_own(label: str, taken: list[str], code: str) -> None:
    assert rules.stage_code(label, taken=taken) == code


@pytest.mark.parametrize("label", ["", "  ", "x" * 81])
def test_a_stage_needs_a_name_that_fits(label: str) -> None:
    with pytest.raises(InvalidValue):
        rules.checked_label(label)
