"""Mapping the columns of a chosen file, with a preview of its first rows."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from wayfolk.integrations.imports import (
    drafting,
    guessing,
    operations,
    previewing,
    queries,
)
from wayfolk.integrations.imports import (
    mapping as mappings,
)
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit.errors import InvalidValue, NotAllowed
from wayfolk.web import htmx, toasts
from wayfolk.web.access import actor_of, signed_in
from wayfolk.web.imports import posted_rules
from wayfolk.web.imports.forms import MappingForm

# Of these the answer shows the page at the rules: whatever else is done leads to its head.
_AT_RULES = frozenset({"add", "edit", "done", "remove"})


@require_http_methods(["GET", "POST"])
@signed_in("imports.run", module="imports")
def edit(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """`action`: preview (the default), load (another mapping), save (under a name), start;

    add (a rule), done, edit-N and remove-N of the rule with this number. An address with
    `rule=N` shows that rule open.
    """
    by = actor_of(request)
    run = queries.get_run(run_id, by=by)
    if run.state != RunState.DRAFT:
        return htmx.redirect(request, reverse("imports:detail", args=[run.id]))
    mapping = mappings.from_json(run.mapping)
    samples = previewing.samples(run)
    if request.method != "POST":
        opened = _rule_at(request.GET.get("rule", ""), posted_rules.split_rules(mapping)[1])
        form = MappingForm(run, mapping, samples, opened=opened, is_fresh=True)
        return _page(request, run, form, mapping)
    if request.POST.get("action") == "load":
        return _load(request, run)
    try:
        form = MappingForm(run, mapping, samples, request.POST)
    except InvalidValue as error:
        form = MappingForm(run, mapping, samples)
        return _page(request, run, form, mapping, status=422, fault=error.message)
    if not form.is_valid():
        return _page(request, run, form, mapping, status=422)
    return _act(request, run, form, samples)


def _act(
    request: HttpRequest, run: ImportRun, form: MappingForm, samples: dict[str, list[str]]
) -> HttpResponse:
    action, _, number = request.POST.get("action", "preview").partition("-")
    rules, opened = form.rules(), form.opened()
    if action == "add":
        target = form.cleaned_data["new_rule"]
        if not target:
            form.add_error("new_rule", "Choose the field that the new rule fills.")
            return _page(request, run, form, mappings.from_json(run.mapping), status=422)
        opened = drafting.begin_rule(target, form.mapping(rules), run.headers, samples)
        rules.append(opened)
    elif action == "edit":
        opened = _rule_at(number, rules)
    elif action == "done":
        opened = None
    elif action == "remove":
        gone = _rule_at(number, rules)
        rules = [rule for rule in rules if rule is not gone]
        opened = None if opened is gone else opened
    chosen = form.mapping(rules)
    operations.keep_draft(run, chosen, run.mapping_name)
    if action in {"save", "start"}:
        return _conclude(request, run, chosen, samples, action)
    if not htmx.wants_fragment(request):
        return htmx.redirect(request, _address(run, chosen, opened, at_rules=action in _AT_RULES))
    is_fresh = action in {"add", "edit"}
    shown = MappingForm(run, chosen, samples, opened=opened, is_fresh=is_fresh)
    return _page(request, run, shown, chosen)


def _conclude(
    request: HttpRequest,
    run: ImportRun,
    mapping: Mapping,
    samples: dict[str, list[str]],
    action: str,
) -> HttpResponse:
    """Save the mapping under a name, or start the import."""
    by = actor_of(request)
    try:
        if action == "start":
            operations.start_run(run.id, mapping, by=by)
            return htmx.redirect(request, reverse("imports:detail", args=[run.id]))
        saved = operations.save_mapping(request.POST.get("mapping_name", ""), mapping, by=by)
    except (InvalidValue, NotAllowed) as error:
        form = MappingForm(run, mapping, samples)
        return _page(request, run, form, mapping, status=error.status, fault=error.message)
    operations.keep_draft(run, mapping, saved.name)
    toasts.add(request, f"Saved the mapping “{saved.name}”.")
    return htmx.redirect(request, reverse("imports:mapping", args=[run.id]))


def _rule_at(number: str, rules: list[Rule]) -> Rule | None:
    is_number = number.isascii() and number.isdecimal() and len(number) < 5
    return rules[int(number)] if is_number and int(number) < len(rules) else None


def _address(run: ImportRun, mapping: Mapping, opened: Rule | None, *, at_rules: bool) -> str:
    """The page with this rule open, for a browser that loads all of it anew."""
    address = reverse("imports:mapping", args=[run.id])
    rules = posted_rules.split_rules(mapping)[1]
    if opened in rules:
        return f"{address}?{urlencode({'rule': rules.index(opened)})}#rule-{rules.index(opened)}"
    return f"{address}#import-rules" if at_rules else address


def _load(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Another mapping; without a name, what the file itself suggests."""
    name = request.POST.get("use_mapping", "")
    if name:
        mapping = mappings.matched(queries.get_mapping(name), run.headers)
    else:
        mapping = guessing.guess_mapping(run.headers, previewing.samples(run))
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
    preview, unreadable = _preview(request, run, mapping)
    context = {
        "run": run,
        "form": form,
        "fault": fault,
        "problems": [*problems, *unreadable],
        "preview": preview,
        "names": queries.list_mapping_names(),
    }
    is_part = htmx.target(request) == "import-mapping"
    template = "imports/_mapping.html" if is_part else "imports/mapping.html"
    return render(request, template, context, status=status)


def _preview(
    request: HttpRequest, run: ImportRun, mapping: Mapping
) -> tuple[previewing.Preview | None, list[str]]:
    """The rows by the rules that are sound, or why they cannot be shown."""
    sound = mappings.sound_part(mapping, run.headers)
    try:
        return previewing.preview(run, sound, by=actor_of(request)), []
    except InvalidValue as error:
        return None, [error.message]
