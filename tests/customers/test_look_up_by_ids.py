"""Looking many records up by their ids: one array, not a parameter for each."""

from uuid import uuid4

from tests.world import Cast
from wayfolk.customers.models import ContactPoint, Customer
from wayfolk.customers.operations import create_customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import tenancy


def test_ids_travel_as_one_array(cast: Cast) -> None:
    anna, bent = (
        create_customer(
            CustomerData({"given_name": name}, {("primary", "email"): f"{name}@example.com"}),
            by=cast.advisor,
        )
        for name in ("Anna", "Bent")
    )
    with tenancy.scope(cast.organization.id):
        found = Customer.objects.filter(id__in=[anna.id, anna.id, uuid4()])
        assert " = ANY (" in str(found.query)
        assert list(found) == [anna]
        assert list(Customer.objects.exclude(id__in=[anna.id]).filter(id__in=[bent.id])) == [bent]
        points = ContactPoint.objects.filter(customer_id__in=[anna.id, bent.id])
        assert " = ANY (" in str(points.query)
        assert points.count() == 2
        assert list(Customer.objects.filter(id__in=[])) == []
        assert list(Customer.objects.filter(id__in=[None])) == []
        inner = Customer.objects.filter(given_name="Bent").values("id")
        assert list(Customer.objects.filter(id__in=inner)) == [bent]
        assert list(Customer.objects.filter(id__in=[str(anna.id)])) == [anna]
