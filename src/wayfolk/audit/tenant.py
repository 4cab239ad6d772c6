"""The base of every tenant table."""

import hashlib
from typing import Any, ClassVar

from django.db import models
from django.db.models.base import ModelBase

from wayfolk.audit import change_log
from wayfolk.kit import clock, ids, tenancy
from wayfolk.kit.constraints import CompositeForeignKey, TenantPolicy
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.kit.querysets import TenantQuerySet, tenant_manager

BOOKKEEPING = ("version", "updated_at")


class TenantModelBase(ModelBase):
    """Adds what every tenant table must have to its Meta, as if it had been written there.

    UNIQUE (organization_id, id), a composite foreign key and an index for each
    TenantForeignKey, the row security policy, and the change log triggers.
    """

    def __new__(
        mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any
    ) -> Any:
        meta = attrs.get("Meta")
        is_concrete = any(isinstance(base, TenantModelBase) for base in bases) and not getattr(
            meta, "abstract", False
        )
        if is_concrete:
            attrs["Meta"] = _completed_meta(name, attrs, meta)
        return super().__new__(mcs, name, bases, attrs, **kwargs)


def _completed_meta(name: str, attrs: dict[str, Any], meta: type | None) -> type:
    app = attrs["__module__"].split(".")[1]
    table = f"{app}_{name.lower()}"
    references = {key: field for key, field in attrs.items() if isinstance(field, TenantForeignKey)}
    constraints = [
        *getattr(meta, "constraints", ()),
        models.UniqueConstraint(fields=["organization_id", "id"], name=f"{table}_tenant_id"),
        TenantPolicy(name=f"{table}_tenant"),
    ]
    indexes = list(getattr(meta, "indexes", ()))
    for key, field in references.items():
        target = field.remote_field.model
        label = target if isinstance(target, str) else target._meta.label
        label = f"{app}.{name}" if label == "self" else label
        label = label if "." in label else f"{app}.{label}"
        constraints.append(CompositeForeignKey(field=key, to=label, name=f"{table}_{key}_fk"))
        if not _has_leading_index(key, indexes, constraints):
            indexes.append(
                models.Index(fields=["organization_id", key], name=_index_name(table, key))
            )
    completed = {
        **{k: v for k, v in vars(meta or object).items() if not k.startswith("__")},
        "constraints": constraints,
        "indexes": indexes,
        "base_manager_name": "objects",
    }
    is_logged = attrs.get("is_change_logged", True)
    if is_logged:
        options = {
            "subject": attrs.get("change_log_subject"),
            "related": attrs.get("change_log_related"),
            "ignored": attrs.get("change_log_ignored", BOOKKEEPING),
        }
        completed["triggers"] = [
            *getattr(meta, "triggers", ()),
            change_log.LogInsert(**options),
            change_log.LogUpdate(**options),
            change_log.LogDelete(**options),
        ]
    return type("Meta", (), completed)


def _has_leading_index(key: str, indexes: list[Any], constraints: list[Any]) -> bool:
    """Whether some index already starts with (organization_id, key)."""
    starts = [list(getattr(i, "fields", ()))[:2] for i in [*indexes, *constraints]]
    return ["organization_id", key] in starts


def _index_name(table: str, key: str) -> str:
    """A name of at most 30 characters, Django's limit.

    Only names that would be longer carry a digest: those in migrations stay as they are.
    """
    app, _, model = table.partition("_")
    name = f"{app[:8]}_{model[:9]}_{key[:10]}_i"
    if len(name) <= models.Index.max_name_length:
        return name
    digest = hashlib.sha256(f"{table}.{key}".encode()).hexdigest()[:6]
    return f"{name[: models.Index.max_name_length - 9]}_{digest}_i"


class TenantModel(models.Model, metaclass=TenantModelBase):
    """A row of one organisation: id, version, and a place in the change log.

    `change_log_subject`: the reference whose page shows this row's history (None: itself).
    `change_log_related`: a second record whose history shows it as well.
    `change_log_ignored`: bookkeeping and derived columns that history and undo leave out;
    a domain that has derived ones registers with `tables.on_restored`.
    `is_derived`: triggers keep the whole row, and it goes with the one that it is derived from:
    it stands in no undo's way.
    """

    change_log_subject: ClassVar[str | None] = None
    change_log_related: ClassVar[str | None] = None
    change_log_ignored: ClassVar[tuple[str, ...]] = BOOKKEEPING
    is_change_logged: ClassVar[bool] = True
    is_derived: ClassVar[bool] = False

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    organization_id = models.SmallIntegerField(default=tenancy.current_organization_id)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[Any] = tenant_manager(TenantQuerySet)

    class Meta:
        abstract = True

    def save_changes(self, *fields: str) -> None:
        """Write `fields`, the next version and the time; refuse a row that is gone.

        The caller holds the row's lock or has compared the version.
        """
        self.version += 1
        self.updated_at = clock.now()
        self.save(update_fields=[*fields, "version", "updated_at"], force_update=True)
