"""Which customers a selection means."""

import pytest
from django.http import QueryDict

from tests.segments import making
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues
from wayfolk.web.customers.selecting import customers_of


def chosen(cast: Cast, posted: str) -> list[str]:
    with tenancy.scope(cast.organization.id):
        rows = customers_of(QueryDict(posted), by=cast.manager)
        return sorted(rows.values_list("given_name", flat=True))


def test_tq35_the_ticked_ones_and_all_that_the_list_shows(cast: Cast) -> None:
    ann, bo = (making.customer(cast.manager, given_name=n) for n in ("Ann", "Bo"))
    making.customer(cast.outsider, given_name="Ann")
    assert chosen(cast, f"number={ann.number}&number={bo.number}&number=99") == ["Ann", "Bo"]
    assert chosen(cast, "all=1&query=given_name%3Dan%26sort%3D-number") == ["Ann"]
    assert chosen(cast, "all=1&query=") == ["Ann", "Bo"]


def test_restricted_customers_are_never_chosen(cast: Cast) -> None:
    ann = making.customer(cast.manager, given_name="Ann")
    with change_set(by=cast.manager, operation="test", summary="restrict"):
        Customer.objects.filter(id=ann.id).update(status="restricted")
    assert chosen(cast, f"number={ann.number}") == []
    assert chosen(cast, "all=1&query=") == []


@pytest.mark.parametrize("posted", ["", "number=x", "all=0"])
def test_nobody_ticked_is_said(cast: Cast, posted: str) -> None:
    with pytest.raises(InvalidValue, match="No customer is ticked"):
        chosen(cast, posted)


def test_a_wrong_filter_never_widens_the_selection(cast: Cast) -> None:
    with pytest.raises(InvalidValues, match="not a country"):
        chosen(cast, "all=1&query=country%3DZZZ")
