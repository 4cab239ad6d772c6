from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "wayfolk.identity"
    label = "identity"

    def ready(self) -> None:
        from wayfolk.customers import operations
        from wayfolk.identity.search import deriving

        operations.after_writing(deriving.derive_now)
