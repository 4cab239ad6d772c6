"""Several people who take numbers, or give them to brands, at the same moment (TQ-53)."""

from collections.abc import Callable

from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.kit import database_errors, tenancy
from wayfolk.kit.errors import InvalidValues
from wayfolk.organization import brands, numbering
from wayfolk.organization.models import Brand, NumberKind, NumberRange
from wayfolk.staff.rules import Actor


def _taker(by: Actor, brand: Brand | None, count: int) -> Callable[[], range]:
    def take() -> range:
        with change_set(by=by, operation="test.take", summary="Took numbers"):
            reference = brand and brand.id
            return numbering.take_numbers(NumberKind.BOOKING, count, brand_id=reference)

    return take


def test_tq53_nobody_gets_a_number_twice(committed_cast: Cast) -> None:
    by = committed_cast.administrator
    with tenancy.scope(by.organization_id):
        sunny = brands.create_brand("Sunny Days", "SUN", by=by)
        brands.add_range(sunny.id, "booking", 100_000, 100_019, by=by)
    answers = at_once(*(_taker(by, sunny, count) for count in (1, 5, 1, 12, 1)))
    taken = sorted(number for block in answers for number in block)
    assert taken == list(range(100_000, 100_020))


def test_tq53_a_range_added_meanwhile_has_no_number_that_is_given(committed_cast: Cast) -> None:
    by = committed_cast.administrator
    start = _taker(by, None, 1)()[0] + 1
    answers = at_once(
        _taker(by, None, 3),
        lambda: brands.add_range(None, "booking", start, start + 9, by=by),
        _taker(by, None, 3),
    )
    blocks = [block for block in answers if isinstance(block, range)]
    assert len({number for block in blocks for number in block}) == 6
    added = next(answer for answer in answers if not isinstance(answer, range))
    assert isinstance(added, NumberRange | InvalidValues)


def test_tq53_two_ranges_at_once_do_not_meet(committed_cast: Cast) -> None:
    by = committed_cast.administrator
    answers = at_once(
        lambda: brands.add_range(None, "booking", 500_000, 500_010, by=by),
        lambda: brands.add_range(None, "booking", 500_005, 500_015, by=by),
    )
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == 1
    known = refused[0]
    assert isinstance(known, InvalidValues) or database_errors.find_refusal(known)
