"""Managers that never leave the organisation of the current scope."""

from typing import Any, Self, TypeVar

from django.db import models

from wayfolk.kit import tenancy

Row = TypeVar("Row", bound=models.Model)


class TenantQuerySet(models.QuerySet[Row, Row]):
    """Rows of the current scope's organisation; `bulk_create` and `create` fill it in."""

    def create(self, **kwargs: Any) -> Row:
        kwargs.setdefault("organization_id", tenancy.current_organization_id())
        return super().create(**kwargs)

    def locked(self) -> Self:
        """Rows locked against other writers, in id order, so that two never wait for each other."""
        return self.select_for_update(of=("self",), no_key=True).order_by("id")


class TenantManager(models.Manager[Row]):
    """The default manager of every tenant table."""

    use_in_migrations = False

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(organization_id=tenancy.current_organization_id())


def tenant_manager(queryset: type[Any]) -> Any:
    """A manager instance with the methods of `queryset`, scoped to the organisation."""
    return TenantManager.from_queryset(queryset)()
