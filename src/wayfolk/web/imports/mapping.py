"""Mapping the columns of a chosen file, with a preview of its first rows."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.integrations.imports import (
    mapping as mappings,
)
from wayfolk.integrations.imports import (
    operations,
    previewing,
    queries,
)
from wayfolk.integrations.imports.mapping import Mapping
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit.errors import InvalidValue, NotAllowed
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.imports.forms import MappingForm


@require_http_methods(["GET", "POST"])
@signed_in("imports.run", module="imports")
def edit(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """`action`: preview (the default), load (another mapping), save (under a name), start."""
    by = actor_of(request)
    run = queries.get_run(run_id, by=by)
    if run.state != RunState.DRAFT:
        return htmx.redirect(request, reverse("imports:detail", args=[run.id]))
    mapping = mappings.from_json(run.mapping)
    samples = previewing.samples(run)
    if request.method != "POST":
        return _page(request, run, MappingForm(run, mapping, samples), mapping)
    if request.POST.get("action") == "load":
        return _load(request, run)
    form = MappingForm(run, mapping, samples, request.POST)
    if not form.is_valid():
        return _page(request, run, form, mapping, status=422)
    chosen = form.mapping()
    operations.keep_draft(run, chosen, run.mapping_name)
    return _act(request, run, chosen, samples)


def _act(
    request: HttpRequest, run: ImportRun, mapping: Mapping, samples: dict[str, list[str]]
) -> HttpResponse:
    by = actor_of(request)
    action = request.POST.get("action", "preview")
    try:
        if action == "save":
            saved = operations.save_mapping(request.POST.get("mapping_name", ""), mapping, by=by)
            operations.keep_draft(run, mapping, saved.name)
            toasts.add(request, f"Saved the mapping “{saved.name}”.")
        elif action == "start":
            operations.start_run(run.id, mapping, by=by)
            return htmx.redirect(request, reverse("imports:detail", args=[run.id]))
    except (InvalidValue, NotAllowed) as error:
        form = MappingForm(run, mapping, samples)
        return _page(request, run, form, mapping, status=error.status, fault=error.message)
    if action == "preview" and htmx.wants_fragment(request):
        return _page(request, run, MappingForm(run, mapping, samples), mapping)
    return htmx.redirect(request, reverse("imports:mapping", args=[run.id]))


def _load(request: HttpRequest, run: ImportRun) -> HttpResponse:
    name = request.POST.get("use_mapping", "")
    if name:
        mapping = mappings.matched(queries.get_mapping(name), run.headers)
        operations.keep_draft(run, mapping, name)
    return htmx.redirect(request, reverse("imports:mapping", args=[run.id]))


def _page(
    request: HttpRequest,
    run: ImportRun,
    form: MappingForm,
    mapping: Mapping,
    *,
    status: int = 200,
    fault: str = "",
) -> HttpResponse:
    problems = mappings.problems(mapping, run.headers)
    context = {
        "run": run,
        "form": form,
        "fault": fault,
        "problems": problems,
        "preview": None
        if mapping.columns() - set(run.headers)
        else _preview(request, run, mapping),
        "names": queries.list_mapping_names(),
    }
    is_part = htmx.target(request) == "import-mapping"
    template = "imports/_mapping.html" if is_part else "imports/mapping.html"
    return render(request, template, context, status=status)


def _preview(request: HttpRequest, run: ImportRun, mapping: Mapping) -> previewing.Preview | None:
    """None while a fixed value cannot be read: the problems say so."""
    try:
        return previewing.preview(run, mapping, by=actor_of(request))
    except InvalidValue:
        return None
