"""Imports after a merge: whatever names the absorbed record is the survivor's (KP-34)."""

from tests.identity.merging.making import merge
from tests.integrations import making as imports
from tests.world import Cast
from wayfolk.customers.models import Customer, ExternalId, Status
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.kit import tenancy

MAPPING = Mapping(
    (
        Rule("customer.external_id", columns=("Id",)),
        Rule("customer.full_name", columns=("Name",)),
        Rule("customer.city", columns=("City",)),
    ),
    system="old crm",
)


def test_an_import_writes_to_the_survivor(committed_cast: Cast) -> None:
    """Incident: an import wrote into a merged-away id."""
    cast = committed_cast
    first = b"Id,Name,City\n1,Anna Holm,Porto\n2,Anne Holm,\n"
    imports.run(first, MAPPING, cast.manager)
    with tenancy.scope(cast.organization.id):
        known = {row.value: row.customer for row in ExternalId.objects.select_related("customer")}
    merge(cast, known["2"], known["1"])
    again = b"Id,Name,City\n1,Anna Holm,Braga\n2,Anne Holm,\n"
    done = imports.run(again, MAPPING, cast.manager)
    with tenancy.scope(cast.organization.id):
        gone = Customer.objects.get(id=known["1"].id)
        survivor = Customer.objects.get(id=known["2"].id)
        cities = [address.city for address in survivor.addresses.all()]
        assert Customer.objects.count() == 2
        assert gone.addresses.count() == 0
    assert gone.status == Status.MERGED
    assert cities == ["Braga"], done
