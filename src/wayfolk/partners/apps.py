from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "wayfolk.partners"
    label = "partners"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.customers import operations as customer_operations
        from wayfolk.customers.operations import converting
        from wayfolk.customers.queries import sharing
        from wayfolk.identity.merging import links
        from wayfolk.partners import customer_links, queries
        from wayfolk.partners.operations import contacts, conversion, partners

        tables.on_restored("partners_partner", partners.derive_sort_keys)
        customer_operations.before_deletion(contacts.leave_partners)
        sharing.on_groups(queries.groups_of)
        converting.before_conversion(conversion.name_obstacles)
        links.register(*customer_links.LINKS)
