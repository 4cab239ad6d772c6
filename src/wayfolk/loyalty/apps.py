from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    name = "wayfolk.loyalty"
    label = "loyalty"

    def ready(self) -> None:
        from wayfolk.customers import operations as customer_operations
        from wayfolk.identity.merging import links
        from wayfolk.loyalty import customer_links
        from wayfolk.loyalty.operations import lists, points
        from wayfolk.organization import founding

        customer_operations.before_deletion(points.keep_points)
        founding.on_founded(lists.begin_lists)
        links.register(*customer_links.LINKS)
