"""Creating, updating, deactivating, deleting and restoring customers."""

from datetime import date

import pytest

from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import Change, ChangeSet
from wayfolk.customers import operations, queries
from wayfolk.customers.models import Address, ContactPoint, Customer
from wayfolk.customers.operations import StaleCustomer
from wayfolk.customers.rules import CustomerData
from wayfolk.identity.search.queries import find_ids
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValues, NotAllowed, NotFound
from wayfolk.staff.rules import Actor, FieldAccess


def create(by: Actor, given_name: str = "Ann", **extra: object) -> Customer:
    contacts = {
        key: str(extra.pop(key[1]))
        for key in (("primary", "email"), ("primary", "phone"))
        if key[1] in extra
    }
    with tenancy.scope(by.organization_id):
        return operations.create_customer(
            CustomerData(fields={"given_name": given_name, **extra}, contacts=contacts), by=by
        )


def last_change_set(by: Actor) -> ChangeSet:
    with tenancy.scope(by.organization_id):
        return ChangeSet.objects.order_by("-started_at", "-id")[0]


def test_tp25_first_name_is_enough(cast: Cast) -> None:
    """D-10."""
    customer = create(cast.advisor)
    assert customer.name == "Ann"
    assert customer.number == 1
    assert customer.status == "active"


def test_numbers_count_up_per_organisation(cast: Cast) -> None:
    assert [create(cast.advisor).number for _ in range(3)] == [1, 2, 3]
    assert create(cast.outsider).number == 1


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "\x00"])
def test_a_customer_without_any_name_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(InvalidValues) as refusal:
        create(cast.advisor, name)
    assert "first name" in refusal.value.errors["given_name"]
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["Ö", "x" * 200, "李", "👩‍👩‍👧", "<script>alert(1)</script>", "İpek"]
)
def test_names_of_every_kind_are_kept_as_typed(cast: Cast, name: str) -> None:
    assert create(cast.advisor, name).given_name == name


def test_a_name_that_is_too_long_names_its_length(cast: Cast) -> None:
    with pytest.raises(InvalidValues, match="201 characters; at most 200"):
        create(cast.advisor, "x" * 201)


def test_bad_email_and_phone_are_named_with_value_and_remedy(cast: Cast) -> None:
    with pytest.raises(InvalidValues) as refusal:
        create(cast.advisor, email="ann(at)example", phone="call me")
    assert "ann(at)example" in refusal.value.errors["primary_email"]
    assert "5 to 15 digits" in refusal.value.errors["primary_phone"]


def test_birth_in_the_future_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidValues, match="date of birth"):
        create(cast.advisor, birth_on=date(2190, 1, 1))


def test_tp37_an_update_changes_the_one_record_and_its_search_text(cast: Cast) -> None:
    customer = create(cast.advisor, email="ann@example.com")
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id,
            CustomerData(
                fields={"family_name": "Sørensen"},
                contacts={("primary", "email"): "", ("secondary", "mobile"): "+45 12 34 56 78"},
                addresses={("primary", "city"): "Århus", ("primary", "country"): "DK"},
            ),
            by=cast.advisor,
            version=customer.version,
        )
        assert find_ids("sorensen", by=cast.advisor) == [customer.id]
        assert find_ids("ann@example.com", by=cast.advisor) == []
        assert Address.objects.get(customer=customer).city == "Århus"


def test_saving_without_a_change_leaves_no_trace(cast: Cast) -> None:
    customer = create(cast.advisor)
    before = last_change_set(cast.advisor).id
    with tenancy.scope(cast.organization.id):
        same = operations.update_customer(
            customer.id, CustomerData(fields={"given_name": "Ann"}), by=cast.advisor
        )
    assert same.version == customer.version
    assert last_change_set(cast.advisor).id == before


def test_an_edit_on_top_of_someone_elses_is_refused(cast: Cast) -> None:
    customer = create(cast.advisor)
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id, CustomerData(fields={"given_name": "Anna"}), by=cast.manager, version=1
        )
        with pytest.raises(StaleCustomer) as refusal:
            operations.update_customer(
                customer.id, CustomerData(fields={"notes": "hi"}), by=cast.advisor, version=1
            )
    assert refusal.value.details == {"version": 2, "expected": 1}


def test_tq11_a_field_that_the_role_may_not_edit_refuses_all_and_says_why(cast: Cast) -> None:
    customer = create(cast.advisor, phone="4512345678")
    limited = Actor(
        **{
            **{k: getattr(cast.advisor, k) for k in cast.advisor.__dataclass_fields__},
            "field_access": {"customer.phone": FieldAccess.VIEW},
        }
    )
    data = CustomerData(fields={"notes": "vip"}, contacts={("primary", "phone"): "999999"})
    with (
        tenancy.scope(cast.organization.id),
        pytest.raises(NotAllowed, match=r"Nothing was saved.*phone"),
    ):
        operations.update_customer(customer.id, data, by=limited)
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.get().notes == ""
        unchanged = CustomerData(
            fields={"notes": "vip"}, contacts={("primary", "phone"): "4512345678"}
        )
        assert operations.update_customer(customer.id, unchanged, by=limited).notes == "vip"


def test_tq12_a_viewer_may_not_write(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Viewer"):
        create(cast.viewer)


def test_another_organisations_customer_does_not_exist(cast: Cast) -> None:
    customer = create(cast.advisor)
    with tenancy.scope(cast.outsider.organization_id), pytest.raises(NotFound):
        operations.update_customer(
            customer.id, CustomerData(fields={"given_name": "Eve"}), by=cast.outsider
        )


def test_tp40_inactive_and_back(cast: Cast) -> None:
    customer = create(cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert operations.set_status([customer.id], "inactive", by=cast.advisor) == 1
        assert find_ids("ann", by=cast.advisor, statuses=["active"]) == []
        assert operations.set_status([customer.id], "inactive", by=cast.advisor) == 0
        operations.set_status([customer.id], "active", by=cast.advisor)
        assert find_ids("ann", by=cast.advisor, statuses=["active"])


def test_a_deleted_customer_is_gone_and_can_be_restored(cast: Cast) -> None:
    customer = create(cast.manager, email="ann@example.com")
    with tenancy.scope(cast.organization.id):
        operations.delete_customer(customer.id, by=cast.manager)
        assert find_ids("ann", by=cast.manager) == []
        with pytest.raises(NotFound):
            queries.get_customer(customer.id, by=cast.manager)
    undoing.undo_change_set(last_change_set(cast.manager).id, by=cast.manager)
    with tenancy.scope(cast.organization.id):
        assert queries.get_customer(customer.id, by=cast.manager).name == "Ann"
        assert find_ids("ann@example", by=cast.manager)


def test_undo_of_an_update_restores_contacts_and_search_text(cast: Cast) -> None:
    customer = create(cast.advisor, email="ann@example.com")
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id,
            CustomerData(
                fields={"given_name": "Zoe"}, contacts={("primary", "email"): "zoe@example.com"}
            ),
            by=cast.advisor,
        )
    undoing.undo_change_set(last_change_set(cast.advisor).id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert ContactPoint.objects.get().value == "ann@example.com"
        assert find_ids("ann@example.com", by=cast.advisor)
        assert find_ids("zoe", by=cast.advisor) == []


def test_derived_columns_are_not_history(cast: Cast) -> None:
    customer = create(cast.advisor)
    with tenancy.scope(cast.organization.id):
        operations.update_customer(
            customer.id, CustomerData(fields={"given_name": "Zoe"}), by=cast.advisor
        )
        change = Change.objects.filter(operation="U").get()
    assert set(change.after) == {"given_name"}
