"""Settings, Bonus and extras: how points are earned, the programmes, the kinds of extras."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from wayfolk.kit.errors import Conflict, InvalidValues, NotFound, Refusal
from wayfolk.loyalty import queries
from wayfolk.loyalty.models import ExtraKind, ListEntry, Programme
from wayfolk.loyalty.operations import earning, lists
from wayfolk.loyalty.rules import LABEL_MAX
from wayfolk.staff.rules import Actor
from wayfolk.web import htmx, saving, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.loyalty.forms import RuleForm

_ADMINISTER = "organization.administer"
MODELS: dict[str, type[Any]] = {"programmes": Programme, "kinds": ExtraKind}


@require_GET
@signed_in(_ADMINISTER, module="loyalty")
def index(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@signed_in(_ADMINISTER, module="loyalty")
def set_rule(request: HttpRequest) -> HttpResponse:
    """Store the earning rule; with a conflict the page shows what is stored now."""
    by = actor_of(request)
    form = RuleForm(request.POST, by=by, rule=queries.find_rule(by=by))
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        earning.set_rule(form.values(), by=by, version=saving.posted_version(request))
    except InvalidValues as refused:
        saving.show_refusal(form, refused, form.shown_as)
        return _page(request, form=form, status=422)
    except Conflict as refused:
        return _page(request, refusal=refused.message, status=409)
    saving.tell_updated(request, "Earning rule")
    return htmx.redirect(request, reverse("bonus_settings:index"))


@require_POST
@signed_in(_ADMINISTER, module="loyalty")
def add(request: HttpRequest, name: str) -> HttpResponse:
    label, model = request.POST.get("label", ""), _model(name)
    return _done(request, "Added.", lambda by: lists.add_entry(model, label, by=by))


@require_POST
@signed_in(_ADMINISTER, module="loyalty")
def rename(request: HttpRequest, name: str, entry_id: UUID) -> HttpResponse:
    label, model = request.POST.get("label", ""), _model(name)
    return _done(request, "Renamed.", lambda by: lists.rename_entry(model, entry_id, label, by=by))


@require_POST
@signed_in(_ADMINISTER, module="loyalty")
def set_closed(request: HttpRequest, name: str, entry_id: UUID) -> HttpResponse:
    closes, model = request.POST.get("is_closed") == "1", _model(name)
    text = "Closed: it is offered no more." if closes else "Opened."
    return _done(request, text, lambda by: lists.set_closed(model, entry_id, closes, by=by))


@require_POST
@signed_in(_ADMINISTER, module="loyalty")
def remove(request: HttpRequest, name: str, entry_id: UUID) -> HttpResponse:
    model = _model(name)
    return _done(request, "Removed.", lambda by: lists.remove_entry(model, entry_id, by=by))


def _model(name: str) -> type[Any]:
    if name not in MODELS:
        raise NotFound("There is no such list.")
    return MODELS[name]


def _done(request: HttpRequest, text: str, change: Callable[[Actor], object]) -> HttpResponse:
    """Carry out the change; a refusal is shown on the page, which stays as it was."""
    try:
        change(actor_of(request))
    except NotFound:
        raise
    except Refusal as refused:
        return _page(request, refusal=refused.message, status=422)
    undo = toasts.undo_url()
    level: toasts.Level = "success" if undo else "info"
    toasts.add(request, text if undo else "Nothing had changed.", level=level, undo_url=undo)
    return htmx.redirect(request, reverse("bonus_settings:index"))


def _page(
    request: HttpRequest, *, form: RuleForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    by = actor_of(request)
    rule = queries.find_rule(by=by)
    context = {
        "form": form or RuleForm(by=by, rule=rule),
        "version": rule.version if rule else 0,
        "refusal": refusal,
        "label_max": LABEL_MAX,
        "lists": [
            _list("programmes", "Bonus programmes", "programme", queries.list_programmes(by=by)),
            _list("kinds", "Kinds of extras", "kind of extra", queries.list_kinds(by=by)),
        ],
    }
    return render(request, "loyalty/settings.html", context, status=status)


def _list(name: str, title: str, noun: str, entries: Any) -> dict[str, Any]:
    rows: list[ListEntry] = list(entries)
    return {"name": name, "title": title, "noun": noun, "entries": rows}
