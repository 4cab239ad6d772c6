from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "wayfolk.service"
    label = "service"

    def ready(self) -> None:
        from wayfolk.audit import tables
        from wayfolk.communications import queries as communications
        from wayfolk.customers import operations as customer_operations
        from wayfolk.identity.merging import links
        from wayfolk.identity.search import numbers
        from wayfolk.organization import founding
        from wayfolk.service import customer_links
        from wayfolk.service.operations import answering, cases, inviting, reasons

        tables.on_restored("service_answer", answering.derive_marks)
        customer_operations.before_deletion(cases.keep_open_cases)
        communications.mask_texts(inviting.LINKS)
        founding.on_founded(reasons.create_defaults)
        numbers.on_number(numbers.Source("case", "service_customers_of", "service", "service.view"))
        links.register(*customer_links.LINKS)
