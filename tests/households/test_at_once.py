"""Two people who write at the same moment: whoever is second is told, nothing is doubled."""

from tests.households.making import day, household, names_on, person
from tests.itineraries.test_point_of_contact_constraint import at_once
from tests.world import Cast
from wayfolk.households.operations import guarding, keeping, moving, splitting
from wayfolk.households.operations.moving import AlreadyMember, Placement
from wayfolk.households.operations.splitting import Split
from wayfolk.kit.errors import Refusal


def test_kp_19_a_child_moves_into_one_of_two_households(committed_cast: Cast) -> None:
    cast = committed_cast
    for _ in range(3):
        emil = person(cast, "Emil")
        homes = [household(cast, name=name) for name in ("Mother's", "Father's")]
        answers = at_once(
            *(
                lambda home=home, emil=emil: moving.move_in(
                    home.id, [Placement(emil.id, "child")], on=day(0), by=cast.advisor
                )
                for home in homes
            )
        )
        assert [isinstance(a, AlreadyMember) for a in answers].count(True) == 1
        assert sorted(names_on(cast, home, 1) for home in homes) == [[], ["Emil"]]


def test_a_household_is_split_once_and_ended_only_around_that(committed_cast: Cast) -> None:
    cast = committed_cast
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"), (bent, "partner"))
    split = Split(frozenset({bent.id}))
    answers = at_once(
        lambda: splitting.split_household(home.id, split, on=day(5), by=cast.advisor),
        lambda: splitting.split_household(home.id, split, on=day(5), by=cast.manager),
        lambda: keeping.end_household(home.id, on=day(9), by=cast.manager),
    )
    assert sum(isinstance(answer, Exception) for answer in answers) >= 1
    assert all(isinstance(a, Refusal) for a in answers if isinstance(a, Exception))
    assert names_on(cast, home, 9) == []


def test_two_guardianships_never_close_a_circle_together(committed_cast: Cast) -> None:
    cast = committed_cast
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    answers = at_once(
        lambda: guarding.add_guardian(anna.id, bent.id, from_on=day(0), by=cast.advisor),
        lambda: guarding.add_guardian(bent.id, anna.id, from_on=day(0), by=cast.manager),
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
