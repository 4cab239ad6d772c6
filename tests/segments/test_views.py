"""Saved views: whose they are, who may change them, and that each change can be taken back."""

import pytest

from tests.bookings.making import last_change_set
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.kit import tenancy
from wayfolk.kit.errors import Conflict, InvalidValue, NotAllowed, NotFound
from wayfolk.segments import operations
from wayfolk.segments.models import SavedView
from wayfolk.segments.queries import views
from wayfolk.staff.rules import Actor

LIST = "customers"


def save(by: Actor, name: str = "Porto", query: str = "city=porto", **more: bool) -> SavedView:
    with tenancy.scope(by.organization_id):
        return operations.save_view(name, query, by=by, **more)


def names(by: Actor) -> list[str]:
    with tenancy.scope(by.organization_id):
        return [view.name for view in views.list_views(LIST, by=by)]


def undo(by: Actor) -> None:
    undoing.undo_change_set(last_change_set(by).id, by=by)


def test_a_view_keeps_filters_columns_and_order_but_no_place_in_the_list(cast: Cast) -> None:
    view = save(cast.advisor, query="?city=porto&sort=-turnover&columns=email&after=x&view=y&q=")
    assert view.query == "city=porto&sort=-turnover&columns=email"


def test_a_private_view_is_its_owners_and_a_shared_one_everybodys(cast: Cast) -> None:
    save(cast.advisor, "Mine")
    save(cast.advisor, "Ours", is_shared=True)
    assert names(cast.advisor) == ["Mine", "Ours"]
    assert names(cast.viewer) == ["Ours"]
    assert names(cast.outsider) == []


def test_only_the_owner_and_administrators_change_a_shared_view(cast: Cast) -> None:
    view = save(cast.advisor, is_shared=True)
    with tenancy.scope(cast.organization.id):
        with pytest.raises(NotAllowed, match="belongs to somebody else"):
            operations.change_view(view.id, name="Lisboa", by=cast.manager)
        with pytest.raises(NotAllowed):
            operations.delete_view(view.id, by=cast.manager)
        operations.change_view(view.id, name="Lisboa", by=cast.administrator)
    assert names(cast.advisor) == ["Lisboa"]


def test_nobody_reaches_a_private_view_of_somebody_else(cast: Cast) -> None:
    view = save(cast.advisor)
    with tenancy.scope(cast.organization.id):
        for by in (cast.administrator, cast.viewer):
            with pytest.raises(NotFound):
                operations.change_view(view.id, name="Lisboa", by=by)
            with pytest.raises(NotFound):
                operations.open_with(view.id, by=by)
    assert "Porto" not in last_change_set(cast.advisor).summary


def test_sharing_needs_the_right_to_edit(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        save(cast.viewer, is_shared=True)
    assert save(cast.viewer).is_shared is False


@pytest.mark.parametrize("name", ["", "  ", "!!", "x" * 81])
def test_a_view_needs_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(InvalidValue):
        save(cast.advisor, name)


def test_two_views_of_one_owner_have_different_names(cast: Cast) -> None:
    save(cast.advisor)
    with pytest.raises(Conflict, match="already"):
        save(cast.advisor, "PORTO ")
    save(cast.manager)


def test_rename_replace_and_delete_can_be_taken_back(cast: Cast) -> None:
    view = save(cast.advisor)
    with tenancy.scope(cast.organization.id):
        operations.change_view(view.id, name="Lisboa", query="city=lisboa", by=cast.advisor)
    assert names(cast.advisor) == ["Lisboa"]
    undo(cast.advisor)
    assert names(cast.advisor) == ["Porto"]
    with tenancy.scope(cast.organization.id):
        operations.open_with(view.id, by=cast.advisor)
        operations.delete_view(view.id, by=cast.advisor)
        assert views.default_view(LIST, by=cast.advisor) is None
    undo(cast.advisor)
    with tenancy.scope(cast.organization.id):
        opening = views.default_view(LIST, by=cast.advisor)
    assert opening is not None
    assert (opening.name, opening.query) == ("Porto", "city=porto")


def test_a_list_opens_with_ones_own_default(cast: Cast) -> None:
    view = save(cast.advisor, is_shared=True)
    with tenancy.scope(cast.organization.id):
        operations.open_with(view.id, by=cast.viewer)
        assert views.default_view(LIST, by=cast.viewer) == view
        assert views.default_view(LIST, by=cast.advisor) is None
        operations.change_view(view.id, is_shared=False, by=cast.advisor)
        assert views.default_view(LIST, by=cast.viewer) is None
        operations.open_with(None, by=cast.viewer)


def test_tq32_the_organisation_chooses_which_filters_are_offered(cast: Cast) -> None:
    with tenancy.scope(cast.organization.id):
        with pytest.raises(NotAllowed):
            operations.offer_filters(["users"], by=cast.advisor)
        operations.offer_filters(["users"], by=cast.administrator)
        assert views.hidden_filters(LIST) == {"transports", "hotels"}
        with pytest.raises(InvalidValue):
            operations.offer_filters(["city"], by=cast.administrator)
    undo(cast.administrator)
    with tenancy.scope(cast.organization.id):
        assert views.hidden_filters(LIST) == frozenset()
