from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "wayfolk.identity"
    label = "identity"

    def ready(self) -> None:
        from wayfolk.audit import history, tables, undoing
        from wayfolk.customers import operations
        from wayfolk.customers.queries import successors
        from wayfolk.identity.matching import apart
        from wayfolk.identity.merging import aliases, customer_links, executing, links, unmerging
        from wayfolk.identity.search import deriving

        operations.after_writing(deriving.derive_now)
        links.register(*customer_links.LINKS)
        successors.on_absorbed(aliases.survivor_of)
        tables.on_passage("customers_customer", aliases.judge_passage)
        undoing.before_undone(executing.OPERATION, unmerging.decide)
        undoing.on_undone(executing.OPERATION, unmerging.complete)
        history.on_predecessors(aliases.absorbed_by)
        unmerging.after_unmerge(apart.remember_apart)
