from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    name = "wayfolk.communications"
    label = "communications"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.communications import customer_links
        from wayfolk.communications.operations import sending
        from wayfolk.customers import operations as customer_operations
        from wayfolk.identity.merging import links

        customer_operations.before_deletion(sending.cancel_waiting)
        tables.on_restored("communications_communication", sending.requeue)
        links.register(*customer_links.LINKS)
