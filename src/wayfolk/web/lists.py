"""What the lists have in common: their state is the address, and each filter in use is seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

from wayfolk.kit import paging
from wayfolk.kit.querysets import TenantQuerySet
from wayfolk.web import htmx, toasts

CURSORS = ("after", "before")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, as components/filter_chips.html reads it."""

    label: str
    value: str
    remove_url: str


def chips_of(query: QueryDict, form: forms.Form, values: Mapping[str, Any]) -> list[Chip]:
    """The filters of a valid form that hide rows, each with the address without it."""
    return [
        Chip(_label(form, name), _in_words(form.fields[name], values[name]), without(query, name))
        for name in form.fields
        if values.get(name)
    ]


def without(query: QueryDict, *names: str) -> str:
    """The list's address without these parts, on its first page."""
    kept = query.copy()
    for name in (*names, *CURSORS):
        kept.pop(name, None)
    return f"?{kept.urlencode()}"


def neighbour(query: QueryDict, name: str, cursor: str) -> str:
    """The address of the page after or before; "" where there is none."""
    if not cursor:
        return ""
    changed = query.copy()
    for other in CURSORS:
        changed.pop(other, None)
    changed[name] = cursor
    return f"?{changed.urlencode()}"


def kept_fields(query: QueryDict, form: forms.Form, *, but: Sequence[str]) -> list[tuple[str, str]]:
    """Filters and order that stay when the search box is used."""
    names = [*(name for name in form.fields if name not in but), "sort"]
    return [(name, value) for name in names for value in query.getlist(name) if value]


def page_context(
    query: QueryDict, page: paging.Page[Any], form: forms.Form, chips: Sequence[Chip]
) -> dict[str, Any]:
    """What the templates of all lists read of the filters and of the pages next to this one."""
    return {
        "form": form,
        "chips": chips,
        "kept": kept_fields(query, form, but=["q"]),
        "previous_url": neighbour(query, "before", page.previous_cursor),
        "next_url": neighbour(query, "after", page.next_cursor),
    }


def hidden_note(chips: Sequence[Chip], everything: TenantQuerySet[Any], noun: str) -> str:
    """Which filters hide how many, for a list that shows nothing."""
    count = paging.count_up_to(everything) if chips else 0
    if not count:
        return ""
    names = " and ".join(f"{chip.label} “{chip.value}”" for chip in chips)
    filters = "filters" if len(chips) > 1 else "filter"
    verb = "hide" if len(chips) > 1 else "hides"
    total = f"{count:,}" + ("+" if count >= paging.COUNT_CAP else "")
    return f"The {filters} {names} {verb} {total} {_singular(noun) if count == 1 else noun}."


def _singular(noun: str) -> str:
    return f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")


def answer_count(
    request: HttpRequest, rows: TenantQuerySet[Any], noun: str, list_url: str
) -> HttpResponse:
    """The exact figure, counted only when somebody asks for it."""
    text = f"{rows.order_by().count():,} {noun}"
    if htmx.wants_fragment(request):
        return HttpResponse(text)
    toasts.add(request, text, level="info")
    return htmx.redirect(request, f"{list_url}?{request.GET.urlencode()}")


def _label(form: forms.Form, name: str) -> str:
    return "Search" if name == "q" else str(form[name].label)


def _in_words(field: forms.Field, value: Any) -> str:
    if value is True:
        return "yes"
    if isinstance(field, forms.MultipleChoiceField):
        return ", ".join(str(dict(field.choices).get(code, code)) for code in value)  # type: ignore[arg-type]
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    in_words = getattr(value, "name", None)
    return str(in_words or (f"{value:%-d %b %Y}" if hasattr(value, "strftime") else value))
