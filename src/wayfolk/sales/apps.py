from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "wayfolk.sales"
    label = "sales"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.communications import queries as communications
        from wayfolk.customers import operations as customer_operations
        from wayfolk.identity.merging import links
        from wayfolk.identity.search import numbers
        from wayfolk.organization import founding
        from wayfolk.sales import customer_links
        from wayfolk.sales.operations import lists, of_customers, offers
        from wayfolk.sales.queries.offers import ids_of_offers

        tables.on_restored("sales_offer", offers.derive_folded)
        customer_operations.before_deletion(of_customers.let_go)
        founding.on_founded(lists.create_default_lists)
        communications.guard_texts("offer.price", ids_of_offers)
        source = numbers.Source("offer", "sales_customers_of", "offers", "offers.view")
        numbers.on_number(source)
        links.register(*customer_links.LINKS)
