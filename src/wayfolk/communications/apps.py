from django.apps import AppConfig


class CommunicationsConfig(AppConfig):
    name = "wayfolk.communications"
    label = "communications"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.communications.operations import sending
        from wayfolk.customers import operations as customer_operations

        customer_operations.before_deletion(sending.cancel_waiting)
        tables.on_restored("communications_communication", sending.requeue)
