"""Saved views and columns of the customers list, and which filters the organisation offers."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wayfolk.kit.errors import Conflict, InvalidValue
from wayfolk.segments import operations
from wayfolk.segments.queries import views
from wayfolk.segments.rules import fields
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, lists, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.customers.filtering import LIST
from wayfolk.web.customers.listing import address_of


class ViewForm(forms.Form):
    """A view's name and whether everybody has it; `replaces` takes the list's present state."""

    name = forms.CharField(max_length=operations.NAME_MAX)
    is_shared = forms.BooleanField(
        label="Share with the organisation", required=False, help_text="Everybody sees it then."
    )
    replaces = forms.BooleanField(
        label="Replace its filters, columns and order by those shown now", required=False
    )

    def __init__(self, *args: Any, by: Actor, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["replaces"]
        if not by.may("customers.edit"):
            del self.fields["is_shared"]


class OfferedForm(forms.Form):
    """Filters that not every organisation needs (TQ-32)."""

    offered = forms.MultipleChoiceField(
        label="Filters of the customers list",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, fields.BY_NAME[name].label) for name in fields.CONFIGURABLE],
    )


@require_http_methods(["GET", "POST"])
@signed_in("customers.view")
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list of the address (its query is this page's) under a name."""
    by = actor_of(request)
    form = ViewForm(request.POST or None, by=by, is_new=True)
    if request.method == "POST" and form.is_valid():
        try:
            view = operations.save_view(
                form.cleaned_data["name"],
                request.GET.urlencode(),
                is_shared=form.cleaned_data.get("is_shared", False),
                by=by,
            )
        except (InvalidValue, Conflict) as refused:
            form.add_error("name", refused.message)
        else:
            toasts.add(request, f"Saved the view “{view.name}”.", undo_url=toasts.undo_url())
            return htmx.redirect(request, address_of(view))
    return _answer_form(request, form, "Save as a view", "Save", f"?{request.GET.urlencode()}")


@require_http_methods(["GET", "POST"])
@signed_in("customers.view")
def change_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    """Rename, share, or replace by what the list shows now."""
    by = actor_of(request)
    view = views.get_view(view_id, LIST, by=by)
    present = {"name": view.name, "is_shared": view.is_shared}
    form = ViewForm(request.POST or None, by=by, is_new=False, initial=present)
    if request.method == "POST" and form.is_valid():
        try:
            view = operations.change_view(
                view_id,
                name=form.cleaned_data["name"],
                is_shared=form.cleaned_data.get("is_shared"),
                query=request.GET.urlencode() if form.cleaned_data["replaces"] else None,
                by=by,
            )
        except (InvalidValue, Conflict) as refused:
            form.add_error("name", refused.message)
        else:
            toasts.add(request, f"Changed the view “{view.name}”.", undo_url=toasts.undo_url())
            return htmx.redirect(request, address_of(view))
    return _answer_form(request, form, f"View “{view.name}”", "Save", f"?{request.GET.urlencode()}")


@require_POST
@signed_in("customers.view")
def delete_view(request: HttpRequest, view_id: UUID) -> HttpResponse:
    view = operations.delete_view(view_id, by=actor_of(request))
    toasts.add(request, f"Deleted the view “{view.name}”.", undo_url=toasts.undo_url())
    return htmx.redirect(request, f"{reverse('customers:list')}?view=all")


@require_POST
@signed_in("customers.view")
def open_with(request: HttpRequest) -> HttpResponse:
    """Let the list open with a view, or as usual."""
    chosen = request.POST.get("view", "")
    view_id = _id_of(chosen)
    operations.open_with(view_id, by=actor_of(request))
    words = "The list opens with this view now." if view_id else "The list opens as usual now."
    toasts.add(request, words, undo_url=toasts.undo_url())
    return htmx.redirect(request, f"{reverse('customers:list')}?{request.GET.urlencode()}")


@require_http_methods(["GET", "POST"])
@signed_in("customers.view")
def columns(request: HttpRequest) -> HttpResponse:
    """Choose and order the columns; they stand in the list's address (and in a saved view)."""
    by = actor_of(request)
    chosen = [each.name for each in fields.columns_for(_named(request), by)]
    order = [*chosen, *(c.name for c in fields.allowed(fields.COLUMNS, by) if c.name not in chosen)]
    if request.method == "POST":
        known = [n for n in request.POST.getlist("order") if n in order]
        order = list(dict.fromkeys([*known, *order]))
        chosen = [name for name in order if name in set(request.POST.getlist("columns"))]
        if not request.POST.get("up"):
            return htmx.redirect(request, _with_columns(request.GET, chosen))
        order = _moved(order, request.POST["up"])
    rows = [
        {"name": n, "label": fields.COLUMN_BY_NAME[n].label, "is_shown": n in chosen}
        for n in order
        if n not in fields.ALWAYS_SHOWN
    ]
    context = {"rows": rows, "dialog_title": "Columns", "list_url": _list_url(request)}
    return render(request, "customers/columns.html", context)


@require_http_methods(["GET", "POST"])
@signed_in("organization.administer")
def offered_filters(request: HttpRequest) -> HttpResponse:
    """Which of users, transports and hotels the list offers (TQ-32)."""
    by = actor_of(request)
    hidden = views.hidden_filters(LIST)
    present = {"offered": [name for name in fields.CONFIGURABLE if name not in hidden]}
    form = OfferedForm(request.POST or None, initial=present)
    if request.method == "POST":
        operations.offer_filters(request.POST.getlist("offered"), by=by)
        toasts.add(request, "Saved the filters of the list.", undo_url=toasts.undo_url())
        return htmx.redirect(request, f"{reverse('customers:list')}?view=all")
    context = {
        "form": form,
        "dialog_title": "Filters that are offered",
        "list_url": f"{reverse('customers:list')}?view=all",
    }
    return render(request, "customers/list_settings.html", context)


def _answer_form(
    request: HttpRequest, form: ViewForm, title: str, submit: str, query: str
) -> HttpResponse:
    context = {
        "form": form,
        "dialog_title": title,
        "submit": submit,
        "list_url": reverse("customers:list") + query,
    }
    status = 422 if form.errors else 200
    return render(request, "customers/view_form.html", context, status=status)


def _named(request: HttpRequest) -> list[str]:
    return request.GET.get("columns", "").split(",")


def _with_columns(query: QueryDict, chosen: list[str]) -> str:
    changed = query.copy()
    changed["columns"] = ",".join(n for n in chosen if n not in fields.ALWAYS_SHOWN) or "number"
    return reverse("customers:list") + lists.without(changed)


def _list_url(request: HttpRequest) -> str:
    return f"{reverse('customers:list')}?{request.GET.urlencode()}"


def _moved(order: list[str], name: str) -> list[str]:
    """One place to the left, but never before what always stands first."""
    place = order.index(name) if name in order else 0
    if place > 0 and order[place - 1] not in fields.ALWAYS_SHOWN:
        order[place - 1], order[place] = order[place], order[place - 1]
    return order


def _id_of(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
