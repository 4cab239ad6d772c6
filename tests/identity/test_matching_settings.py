"""The organisation's own say on duplicates, and finding them among everybody (KP-32)."""

from datetime import date

import pytest

from tests.segments import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.customers.models import Customer
from wayfolk.identity.matching import everybody, settings
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.model import SUGGEST_FROM, WARN_FROM
from wayfolk.identity.matching.record import Record
from wayfolk.identity.models import DuplicatePair
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed

ANNA = {"given_name": "Annika", "family_name": "Holmgren", "email": "annika.h@example.com"}
DRAFT = Record(given_name="Annika", family_name="Holmgren", emails=("annika.h@example.com",))
SHIPPED = {"suggest_from": SUGGEST_FROM, "warn_from": WARN_FROM, "fields_off": []}


def _twice(cast: Cast) -> list[Customer]:
    born = date(1980, 5, 6)
    return [
        making.customer(cast.manager, **ANNA, birth_on=born),
        making.customer(cast.manager, **(ANNA | {"given_name": "Anika"}), birth_on=born),
        making.customer(cast.manager, given_name="Zoë", family_name="Ek"),
    ]


def test_thresholds_decide_whom_one_is_asked_about_and_are_taken_back(cast: Cast) -> None:
    _twice(cast)
    with tenancy.scope(cast.organization.id):
        before = candidates_for(DRAFT, by=cast.manager)
        assert before[0].level == "warn"
        settings.set_matching(suggest_from=2, warn_from=40, fields_off=[], by=cast.administrator)
        assert candidates_for(DRAFT, by=cast.manager)[0].level == "suggest"
        settings.set_matching(suggest_from=40, warn_from=40, fields_off=[], by=cast.administrator)
        assert candidates_for(DRAFT, by=cast.manager) == []
        for change in ChangeSet.objects.filter(operation="identity.set_matching").order_by("-id"):
            undoing.undo_change_set(change.id, by=cast.administrator)
        assert candidates_for(DRAFT, by=cast.manager) == before


def test_a_field_that_does_not_count_gives_no_evidence(cast: Cast) -> None:
    _twice(cast)
    with tenancy.scope(cast.organization.id):
        settings.set_matching(**(SHIPPED | {"fields_off": ["household"]}), by=cast.administrator)
        for found in candidates_for(DRAFT, by=cast.manager):
            assert not any(each.field == "email" for each in found.evidence)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"suggest_from": 99.0}, "suggest_from"),
        ({"suggest_from": 12.0, "warn_from": 3.0}, "warn_from"),
        ({"fields_off": ["shoe size"]}, "fields_off"),
    ],
)
def test_wrong_settings_are_refused_in_words(
    cast: Cast, wrong: dict[str, object], field: str
) -> None:
    with tenancy.scope(cast.organization.id), pytest.raises(InvalidValues) as refused:
        settings.set_matching(**(SHIPPED | wrong), by=cast.administrator)  # type: ignore[arg-type]
    assert field in str(refused.value.details) + str(vars(refused.value))


def test_only_who_administers_may_change_them(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id), pytest.raises(NotAllowed):
        settings.set_matching(**SHIPPED, by=cast.advisor)


def test_everybody_is_compared_and_what_a_change_would_do_is_told(cast: Cast) -> None:
    one, other, _ = _twice(cast)
    done = everybody.find_everywhere(DuckDB(), by=cast.administrator)
    assert done.customers == 3
    with tenancy.scope(cast.organization.id):
        (pair,) = DuplicatePair.objects.all()
        assert {pair.low_id, pair.high_id} == {one.id, other.id}
        effect = settings.effect_of(
            settings.wished(suggest_from=SUGGEST_FROM, warn_from=40, fields_off=[]),
            by=cast.administrator,
        )
        assert (effect.suggested_now, effect.suggested_then) == (1, 1)
        assert (effect.warned_now, effect.warned_then) == (1, 0)
        gone = settings.effect_of(
            settings.wished(suggest_from=40, warn_from=40, fields_off=["household"]),
            by=cast.administrator,
        )
        assert gone.leaving == (pair.id,)


def test_what_was_learned_weighs_everywhere(cast: Cast) -> None:
    _twice(cast)
    done = everybody.train_everywhere(DuckDB(), by=cast.administrator)
    with tenancy.scope(cast.organization.id):
        known = settings.load_settings()
        assert known.trained_at is not None
        assert settings.load_model(known) == done.model
    again = everybody.find_everywhere(DuckDB(), by=cast.administrator)
    with tenancy.scope(cast.organization.id):
        (pair,) = DuplicatePair.objects.all()
        found = candidates_for(
            Record(
                id=pair.low_id,
                given_name="Annika",
                family_name="Holmgren",
                birth_on=date(1980, 5, 6),
                emails=("annika.h@example.com",),
            ),
            by=cast.manager,
        )
    assert again.model == done.model
    assert pair.weight > 0
    assert found
