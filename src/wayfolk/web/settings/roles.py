"""Roles: the matrix of permissions and fields, and the roles themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import InvalidValues
from wayfolk.staff import roles
from wayfolk.staff.models import Role
from wayfolk.staff.roles import Rights
from wayfolk.staff.rules import (
    ADMINISTER,
    ALWAYS_SHOWN,
    CONTROLLED_FIELDS,
    PERMISSIONS,
    FieldAccess,
)
from wayfolk.web import htmx
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.settings import answers
from wayfolk.web.settings.forms import RoleForm, RoleNameForm

_ACCESS_WORDS = {
    FieldAccess.EDIT: "Edit",
    FieldAccess.VIEW: "View",
    FieldAccess.HIDDEN: "Hidden",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One role's right in one line of the matrix; `choices` only where it is about a field."""

    name: str
    label: str
    is_on: bool = False
    choices: tuple[tuple[str, str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A permission or a field, with every role's right to it."""

    label: str
    cells: list[Cell]


@require_http_methods(["GET", "POST"])
@signed_in(ADMINISTER)
def matrix(request: HttpRequest) -> HttpResponse:
    """Permissions and fields against roles, saved all together as one change."""
    by = actor_of(request)
    found = roles.list_roles()
    if request.method == "POST":
        changed = roles.set_rights(_wanted(found, request.POST), by=by)
        names = ", ".join(role.name for role in changed)
        text = f"The rights of {names} are saved." if changed else "The rights are as they were."
        answers.tell_done(request, text)
        return htmx.redirect(request, reverse("settings:roles"))
    rights = roles.rights_of(found)
    counts = roles.count_members()
    context = {
        "roles": found,
        "permissions": _permission_lines(found, rights),
        "fields": _field_lines(found, rights),
        "counted_roles": [(role, counts.get(role.id, 0)) for role in found],
    }
    return render(request, "settings/roles.html", context)


@require_http_methods(["GET", "POST"])
@signed_in(ADMINISTER)
def create(request: HttpRequest) -> HttpResponse:
    """A new role with the rights of another one."""
    form = RoleForm(request.POST or None, roles=roles.list_roles())
    if request.method == "POST" and form.is_valid():
        like = UUID(form.cleaned_data["like"])
        try:
            role = roles.create_role(form.cleaned_data["name"], like=like, by=actor_of(request))
        except InvalidValues as refused:
            answers.put_into(form, refused)
        else:
            answers.tell_done(request, f"Role {role.name} is there.")
            return htmx.redirect(request, reverse("settings:roles"))
    status = 422 if form.errors else 200
    context = {"form": form, "dialog_title": "New role"}
    return render(request, "settings/role_create.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in(ADMINISTER)
def rename(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Another name for a role."""
    role = next((role for role in roles.list_roles() if role.id == role_id), None)
    form = RoleNameForm(request.POST or None, initial={"name": role.name if role else ""})
    if request.method == "POST" and form.is_valid():
        try:
            renamed = roles.rename_role(role_id, form.cleaned_data["name"], by=actor_of(request))
        except InvalidValues as refused:
            answers.put_into(form, refused)
        else:
            answers.tell_done(request, f"The role is called {renamed.name} now.")
            return htmx.redirect(request, reverse("settings:roles"))
    status = 422 if form.errors else 200
    context = {"form": form, "role": role, "dialog_title": "Rename role"}
    return render(request, "settings/role_rename.html", context, status=status)


@require_POST
@signed_in(ADMINISTER)
def delete(request: HttpRequest, role_id: UUID) -> HttpResponse:
    """Remove a role that nobody has."""
    roles.delete_role(role_id, by=actor_of(request))
    answers.tell_done(request, "The role is deleted.")
    return htmx.redirect(request, reverse("settings:roles"))


def _permission_lines(found: list[Role], rights: Mapping[UUID, Rights]) -> list[Line]:
    return [
        Line(
            words,
            [
                Cell(
                    f"p-{role.id}-{code}",
                    f"{role.name}: {words}",
                    code in rights[role.id].permissions,
                )
                for role in found
            ],
        )
        for code, words in PERMISSIONS.items()
    ]


def _field_lines(found: list[Role], rights: Mapping[UUID, Rights]) -> list[Line]:
    return [
        Line(words, [_field_cell(role, code, words, rights[role.id]) for role in found])
        for code, words in CONTROLLED_FIELDS.items()
    ]


def _field_cell(role: Role, code: str, words: str, rights: Rights) -> Cell:
    present = rights.fields.get(code, FieldAccess.EDIT)
    choices = tuple(
        (access.value, label, access == present)
        for access, label in _ACCESS_WORDS.items()
        if access != FieldAccess.HIDDEN or code not in ALWAYS_SHOWN
    )
    return Cell(f"f-{role.id}-{code}", f"{role.name}: {words}", choices=choices)


def _wanted(found: list[Role], data: QueryDict) -> dict[UUID, Rights]:
    """The rights as the form has them; a role that the form did not show stays as it is."""
    return {
        role.id: Rights(
            permissions=frozenset(c for c in PERMISSIONS if f"p-{role.id}-{c}" in data),
            fields={
                code: _access(data.get(f"f-{role.id}-{code}", ""))
                for code in CONTROLLED_FIELDS
                if f"f-{role.id}-{code}" in data
            },
            version=_version(data.get(f"v-{role.id}", "")),
        )
        for role in found
        if f"v-{role.id}" in data
    }


def _access(value: str) -> FieldAccess:
    try:
        return FieldAccess(value)
    except ValueError as error:
        raise InvalidValues(
            {"access": f"“{value[:20]}” is no access. Use edit, view or hidden."}
        ) from error


def _version(value: str) -> int:
    """0 for what is no number: no row has it, so the save is refused as out of date."""
    return int(value) if value.isdecimal() and len(value) < 10 else 0
