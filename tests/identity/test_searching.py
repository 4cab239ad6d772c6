"""Looking through all customers, as a job that is asked for on a page (KP-32, KP-33)."""

import pytest

from tests.segments import making
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.identity import tasks
from wayfolk.identity.matching import everybody, searching
from wayfolk.identity.models import DuplicateSearch, SearchState
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, NotAllowed

LANE, SEARCH, PROGRESS = "/duplicates/", "/duplicates/search", "/duplicates/search/progress"
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "duplicate-search"}


def run(cast: Cast, search: DuplicateSearch) -> DuplicateSearch:
    """As the worker does."""
    tasks.find_everywhere(cast.organization.id, str(search.id))
    with tenancy.scope(cast.organization.id):
        found: DuplicateSearch = DuplicateSearch.objects.get(id=search.id)
    return found


def twice(cast: Cast) -> None:
    for given in ("Annika", "Anika"):
        making.customer(
            cast.manager, given_name=given, family_name="Holmgren", email="annika.h@example.com"
        )


def test_it_tells_how_many_wait_and_how_many_are_new(cast: Cast) -> None:
    twice(cast)
    first = run(cast, searching.ask_for(by=cast.manager))
    assert (first.state, first.customers, first.pairs, first.fresh) == ("finished", 2, 1, 1)
    second = run(cast, searching.ask_for(by=cast.manager))
    assert second.id != first.id
    assert (second.pairs, second.fresh) == (1, 0)
    assert run(cast, second).finished_at == second.finished_at  # a job that comes twice


def test_the_page_asks_for_it_once_and_follows_it(cast: Cast) -> None:
    twice(cast)
    client = client_for(cast.manager)
    assert "Look through all customers" in client.get(LANE).content.decode()
    assert client.post(SEARCH).headers["Location"] == LANE
    client.post(SEARCH)
    with tenancy.scope(cast.organization.id):
        search = DuplicateSearch.objects.get()
    shown = client.get(PROGRESS, **FRAGMENT).content.decode()
    assert "Waiting for the worker" in shown
    assert 'hx-trigger="every 1s"' in shown
    run(cast, search)
    assert client.get(PROGRESS, **FRAGMENT).headers["HX-Redirect"] == LANE
    page = client.get(LANE).content.decode()
    assert "Looked through 2 customers" in page
    assert "1 pairs wait" not in page
    assert "1 pair waits, 1 new" in page


def test_a_failure_is_told_and_another_may_be_asked_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Conflict("The disk is full. Make room, then try again.")

    with monkeypatch.context() as broken:
        broken.setattr(everybody, "find_everywhere", full)
        failed = run(cast, searching.ask_for(by=cast.manager))
    assert failed.state == SearchState.FAILED
    page = client_for(cast.manager).get(LANE).content.decode()
    assert "The disk is full. Make room, then try again." in page
    assert run(cast, searching.ask_for(by=cast.manager)).state == SearchState.FINISHED


def test_only_who_judges_duplicates_may_ask(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        searching.ask_for(by=cast.viewer)
    assert client_for(cast.viewer).post(SEARCH).status_code == 403
    assert client_for(cast.viewer).get(PROGRESS).status_code == 403
