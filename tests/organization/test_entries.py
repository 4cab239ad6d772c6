"""Lists of words that administrators keep go through the same steps, each in its own words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.world import Cast
from wayfolk.audit.models import ChangeSet
from wayfolk.kit import ids, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed, NotFound
from wayfolk.loyalty.models import ExtraKind
from wayfolk.loyalty.operations import lists as loyalty
from wayfolk.sales.models import CloseReason
from wayfolk.sales.operations import lists as sales
from wayfolk.service.operations import reasons


@dataclass(frozen=True)
class Kept:
    """A list by its operations, and what the history calls the steps."""

    add: Callable[..., Any]
    rename: Callable[..., Any]
    close: Callable[..., Any]
    remove: Callable[..., Any]
    told: list[tuple[str, str]]


def _of_model(module: Any, model: Any, told: list[tuple[str, str]]) -> Kept:
    return Kept(
        add=lambda name, by: module.add_entry(model, name, by=by),
        rename=lambda row, name, by: module.rename_entry(model, row, name, by=by),
        close=lambda row, is_closed, by: module.set_closed(model, row, is_closed, by=by),
        remove=lambda row, by: module.remove_entry(model, row, by=by),
        told=told,
    )


LISTS = {
    "reasons for closing": _of_model(
        sales,
        CloseReason,
        [
            ("offers.add_close_reason", "Added the close reason Strike {x}"),
            ("offers.rename_close_reason", "Renamed the close reason Strike {x} to Strikes"),
            ("offers.close_close_reason", "Closed the close reason Strikes"),
            ("offers.open_close_reason", "Opened the close reason Strikes"),
            ("offers.remove_close_reason", "Removed the close reason Strikes"),
        ],
    ),
    "kinds of extras": _of_model(
        loyalty,
        ExtraKind,
        [
            ("loyalty.add_to_list", "Added the kind of extra “Strike {x}”"),
            ("loyalty.rename_in_list", "Renamed the kind of extra “Strike {x}”"),
            ("loyalty.close_in_list", "Closed the kind of extra “Strikes”"),
            ("loyalty.close_in_list", "Opened the kind of extra “Strikes”"),
            ("loyalty.remove_from_list", "Removed the kind of extra “Strikes”"),
        ],
    ),
    "reasons of cases": Kept(
        add=lambda name, by: reasons.add_reason(name, by=by),
        rename=lambda row, name, by: reasons.rename_reason(row, name, by=by),
        close=lambda row, is_closed, by: reasons.set_active(row, not is_closed, by=by),
        remove=lambda row, by: reasons.remove_reason(row, by=by),
        told=[
            ("service.add_reason", "Added the reason Strike {x}"),
            ("service.rename_reason", "Renamed the reason Strike {x} to Strikes"),
            ("service.switch_reason", "No longer offered: the reason Strikes"),
            ("service.switch_reason", "Offered again: the reason Strikes"),
            ("service.remove_reason", "Removed the reason Strikes"),
        ],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_each_step_is_one_change_told_in_the_words_of_the_list(cast: Cast, name: str) -> None:
    kept, by = LISTS[name], cast.administrator
    with tenancy.scope(by.organization_id):
        before = set(ChangeSet.objects.values_list("id", flat=True))
        row = kept.add(" Strike  {x} ", by)
        kept.rename(row.id, "Strikes", by)
        kept.rename(row.id, "Strikes", by)  # nothing changes, so nothing is told
        for is_closed in (True, True, False):
            kept.close(row.id, is_closed, by)
        kept.remove(row.id, by)
        told = ChangeSet.objects.exclude(id__in=before).order_by("id")
        assert list(told.values_list("operation", "summary")) == kept.told


@pytest.mark.parametrize("name", LISTS)
def test_what_a_list_refuses(cast: Cast, name: str) -> None:
    kept, by = LISTS[name], cast.administrator
    with tenancy.scope(by.organization_id):
        first, second = kept.add("Strike", by), kept.add("Storm", by)
        assert second.position == first.position + 1
        for refused in (
            lambda: kept.add("STRIKE", by),
            lambda: kept.rename(second.id, "strike", by),
            lambda: kept.add("  ", by),
            lambda: kept.add("x" * 200, by),
        ):
            with pytest.raises((InvalidValue, InvalidValues)):
                refused()
        kept.rename(second.id, "STORM", by)
        with pytest.raises(NotFound, match="removed meanwhile"):
            kept.close(ids.new_id(), True, by)
        with pytest.raises(NotAllowed):
            kept.add("Fog", cast.manager)
