"""Tables: users (global), memberships, roles with permissions and field rules, API tokens."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from wayfolk.audit.tenant import TenantModel
from wayfolk.kit import clock, ids
from wayfolk.kit.fields import TenantForeignKey
from wayfolk.staff.rules import FieldAccess


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Global: one person may work for several organisations."""

    id = models.UUIDField(primary_key=True, default=ids.new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=10, default="auto")
    date_joined = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class Role(TenantModel):
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "code"], name="staff_role_code")
        ]

    def __str__(self) -> str:
        return self.name


class RolePermission(TenantModel):
    change_log_subject = "role"

    role = TenantForeignKey(Role)
    permission = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "role", "permission"], name="staff_rolepermission_once"
            )
        ]

    def __str__(self) -> str:
        return self.permission


class FieldRule(TenantModel):
    """A field that this role sees or edits less of than its permissions would allow."""

    change_log_subject = "role"

    role = TenantForeignKey(Role)
    field = models.CharField(max_length=60)
    access = models.CharField(
        max_length=10, choices=[(access.value, access.name.title()) for access in FieldAccess]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "role", "field"], name="staff_fieldrule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.access}"


class Membership(TenantModel):
    """A user's place in an organisation. `name` and `email` are copies for lists and joins."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = TenantForeignKey(Role)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "user"], name="staff_membership_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PageLayout(TenantModel):
    """How a member left the pages. `sections`: id of a section -> whether it is open."""

    is_change_logged = False

    membership = TenantForeignKey(Membership)
    sections = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "membership"], name="staff_pagelayout_once"
            )
        ]

    def __str__(self) -> str:
        return f"Pages of {self.membership_id}"


class SavedFilter(TenantModel):
    """Filters of a list that a member keeps under a name: the query string that sets them."""

    is_change_logged = False

    membership = TenantForeignKey(Membership)
    list_name = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    query = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "membership", "list_name", "name"],
                name="staff_savedfilter_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserOrganization(models.Model):
    """Which organisations a user belongs to, readable before any scope is open (sign-in)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="organizations")
    organization_id = models.SmallIntegerField()
    last_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization_id"], name="staff_userorganization_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organization_id}"


class ApiToken(TenantModel):
    """A secret with which a program acts as a membership; only its hash is stored."""

    membership = TenantForeignKey(Membership)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    change_log_ignored = ("version", "updated_at", "last_used_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "digest"], name="staff_apitoken_digest"
            )
        ]

    def __str__(self) -> str:
        return self.name
