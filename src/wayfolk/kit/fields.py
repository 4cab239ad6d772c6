"""Model fields that keep one organisation's rows together."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models.expressions import Col
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.lookups import Exact, In
from django.db.models.sql.where import AND, WhereNode


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference to a row of the same organisation.

    The column is `<name>_id`; the database constraint is composite, (organization_id,
    <name>_id), and is added with its index by the tenant model's metaclass. Joins and
    look-ups through it carry organization_id on both sides. Deletion is never cascaded
    in Python: the database refuses to orphan a row.
    """

    def __init__(self, to: Any, **kwargs: Any) -> None:
        kwargs["on_delete"] = models.DO_NOTHING
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        kwargs.setdefault("related_name", "+")
        super().__init__(to, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("on_delete", None)
        kwargs.pop("db_constraint", None)
        if kwargs.get("db_index") is False:
            del kwargs["db_index"]
        if kwargs.get("related_name") == "+":
            del kwargs["related_name"]
        return name, path, args, kwargs

    def get_extra_restriction(self, alias: str | None, related_alias: str | None) -> Any:
        """Joins compare organization_id on both sides (needed by row security and sharding)."""
        remote: Any = self.related_model._meta.get_field("organization_id")
        local: Any = self.model._meta.get_field("organization_id")
        condition: Any = Exact(Col(str(alias), remote), Col(str(related_alias), local))
        return WhereNode([condition], connector=AND)

    def get_extra_descriptor_filter(self, instance: Any) -> dict[str, Any]:
        return {"organization_id": instance.organization_id}


class _AsArray:
    """`__in` over ids as one array instead of a parameter for each: lists pass a thousand ids."""

    def as_sql(self: Any, compiler: Any, connection: Any) -> Any:
        ids = self.rhs if self.rhs_is_direct_value() else []
        if not all(isinstance(row_id, UUID) or row_id is None for row_id in ids) or not ids:
            return super().as_sql(compiler, connection)  # type: ignore[misc]
        known = [row_id for row_id in dict.fromkeys(ids) if row_id is not None]
        if not known:
            raise EmptyResultSet
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY (%s)", [*parameters, known]


class IdIn(_AsArray, In):
    """For ids themselves."""


class ReferenceIn(_AsArray, RelatedIn):
    """For references by id."""


models.UUIDField.register_lookup(IdIn)
TenantForeignKey.register_lookup(ReferenceIn)


class Days(models.Func):
    """daterange(from, to): from the first day to the day before the second; open where null."""

    function = "DATERANGE"
    output_field = DateRangeField()
