"""The page of the rules by which duplicates are found; what a change would do (KP-32, TQ-36)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.segments import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.identity.matching import everybody, settings
from wayfolk.identity.matching.batch.engines import DuckDB
from wayfolk.identity.matching.checking import candidates_for
from wayfolk.identity.matching.model import shipped_for
from wayfolk.identity.matching.record import Record
from wayfolk.identity.models import DuplicatePair
from wayfolk.kit import tenancy

RULES, EFFECT = "/settings/duplicates/", "/settings/duplicates/effect"
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "duplicates-effect"}
DRAFT = Record(given_name="Annika", family_name="Holmgren", emails=("annika.h@example.com",))


@pytest.fixture
def twice(cast: Cast) -> None:
    """Two records of one person, and somebody else; everybody has been compared."""
    for given in ("Annika", "Anika"):
        making.customer(
            cast.manager, given_name=given, family_name="Holmgren", email="annika.h@example.com"
        )
    making.customer(cast.manager, given_name="Zoë", family_name="Ek")
    everybody.find_everywhere(DuckDB(), by=cast.administrator)


def form_of(client: Client, **more: Any) -> dict[str, Any]:
    """What the page sends, with these fields changed."""
    page = client.get(RULES)
    form = page.context["form"]
    lines = {line.name: line.bits for _, of in page.context["weights"] for line in of}
    return {**lines, **{name: form.initial[name] for name in form.fields}, **more}


def test_kp32_nothing_changes_until_saved_and_undo_takes_it_back(cast: Cast, twice: None) -> None:
    client = client_for(cast.administrator)
    assert (
        client.post(EFFECT, form_of(client, suggest_from="38", warn_from="38")).status_code == 200
    )
    with tenancy.scope(cast.organization.id):
        assert settings.load_settings().suggest_from == 2.0
        before = candidates_for(DRAFT, by=cast.manager)
    saved = client.post(RULES, form_of(client, suggest_from="38", warn_from="38"))
    assert saved.headers["Location"] == RULES
    with tenancy.scope(cast.organization.id):
        assert candidates_for(DRAFT, by=cast.manager) == []
        change = ChangeSet.objects.get(operation="identity.set_matching")
    client.post(reverse("changes:undo", args=[change.id]), {"next": RULES})
    with tenancy.scope(cast.organization.id):
        assert candidates_for(DRAFT, by=cast.manager) == before


def test_what_is_told_is_what_comes_of_it(cast: Cast, twice: None) -> None:
    client = client_for(cast.administrator)
    form = form_of(client, **{"bits-household.email": "-20", "warn_from": "9"})
    page = client.post(EFFECT, form, **FRAGMENT)
    assert "No longer suggested" in page.content.decode()
    assert "Annika Holmgren" in page.content.decode()
    told = page.context["shown"]
    assert (told.effect.suggested_now, told.effect.suggested_then) == (1, 0)
    assert (told.creation.looked_at, told.creation.suggested_now) == (3, 2)
    assert told.creation.suggested_then == 0
    client.post(RULES, form)
    everybody.find_everywhere(DuckDB(), by=cast.administrator)
    with tenancy.scope(cast.organization.id):
        assert DuplicatePair.objects.count() == 0
        assert candidates_for(DRAFT, by=cast.manager) == []


def test_a_weight_set_by_hand_is_kept_and_emptied_goes_back(cast: Cast) -> None:
    client = client_for(cast.administrator)
    client.post(RULES, form_of(client, **{"bits-birth.different": "-9,5"}))
    with tenancy.scope(cast.organization.id):
        stored = settings.load_settings()
        assert stored.own_bits == {"birth.different": -9.5}
        assert round(settings.load_model(stored).weight("birth", "different"), 6) == -9.5
    assert "1 set by hand" in client.get(RULES).content.decode()
    client.post(RULES, form_of(client, **{"bits-birth.different": ""}))
    with tenancy.scope(cast.organization.id):
        assert settings.load_settings().own_bits == {}
        model = settings.load_model(settings.load_settings())
        assert model.levels == shipped_for(model.size)


def test_a_field_that_is_switched_off_does_not_count(cast: Cast, twice: None) -> None:
    client = client_for(cast.administrator)
    on = [name for name in settings.COMPARED if name != "household"]
    form = form_of(client, fields_on=on)
    assert client.post(EFFECT, form, **FRAGMENT).context["shown"].effect.suggested_then == 0
    client.post(RULES, form)
    with tenancy.scope(cast.organization.id):
        assert settings.load_settings().fields_off == ["household"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"suggest_from": "99", "warn_from": "99"}, "99 is not possible"),
        ({"suggest_from": "12", "warn_from": "3"}, "at least as many"),
        ({"warn_from": ""}, "From how many points?"),
        ({"suggest_from": "lots"}, "That is not a number"),
        ({"bits-given.same": "plenty"}, "“plenty” is not a number"),
        ({"bits-given.same": "nan"}, "not possible"),
        ({"bits-given.same": "400"}, "400 is not possible"),
        ({"fields_on": "shoe size"}, "shoe size"),
    ],
)
def test_what_is_wrong_is_said_beside_it(cast: Cast, wrong: dict[str, str], said: str) -> None:
    client = client_for(cast.administrator)
    refused = client.post(RULES, form_of(client, **wrong))
    assert refused.status_code == 422
    assert said in refused.content.decode()
    shown = client.post(EFFECT, form_of(client, **wrong), **FRAGMENT)
    assert "First mend what is marked" in shown.content.decode()
    with tenancy.scope(cast.organization.id):
        assert settings.load_settings().suggest_from == 2.0


def test_only_who_administers_comes_here(cast: Cast) -> None:
    for address in (RULES, EFFECT):
        assert client_for(cast.manager).post(address).status_code == 403
    assert client_for(cast.manager).get(RULES).status_code == 403
