"""The tags of the components: `{% load ui %}`. docs/ui.md shows each in use.

Each tag fills one partial under templates/components; the partial's head says what it reads.
Block tags take what stands between them as the component's content.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context, Template, engines
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from wayfolk.web import sections, stencils
from wayfolk.web.icons import ICONS

if TYPE_CHECKING:
    from django.http import HttpRequest

register = template.Library()

TONES = frozenset({"neutral", "accent", "info", "success", "warning", "danger"})
CAP = 1000


def _component(name: str, values: dict[str, Any], context: Context | None = None) -> SafeString:
    """Render the partial with these values alone; of the page's context only the CSRF token.

    Without the request no context processor runs again: a list renders hundreds of components.
    """
    token = {"csrf_token": context.get("csrf_token", "")} if context is not None else {}
    return _template(name).render(Context(token | values))


def _template(name: str) -> Template:
    """The partial itself, found once; while developing, again each time."""
    return _found_template(name) if not settings.DEBUG else _find_template(name)


def _find_template(name: str) -> Template:
    return engines["django"].get_template(f"components/{name}.html").template  # type: ignore[attr-defined,no-any-return]


_found_template = lru_cache(maxsize=256)(_find_template)


@lru_cache(maxsize=4_096)
def _small_component(name: str, **values: str) -> SafeString:
    """A component that is wholly given by a few words: lists show the same ones many times."""
    return _component(name, values)


def _known_tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"{tone!r} is no tone; choose one of {', '.join(sorted(TONES))}")
    return tone


@register.simple_tag
@lru_cache(maxsize=1_024)
def icon(name: str, css_class: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; give a label only where no text beside it says the same."""
    if name not in ICONS:
        raise ValueError(f"the icon {name!r} is not in wayfolk.web.icons; add it there")
    meaning = format_html('role="img" aria-label="{}"', label) if label else 'aria-hidden="true"'
    return format_html(
        '<svg class="icon {}" width="20" height="20" {}><use href="{}#{}"></use></svg>',
        css_class,
        mark_safe(meaning),  # noqa: S308 - escaped above
        static("vendor/icons/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def rows_of(context: Context, rows: Iterable[Any], template_name: str) -> SafeString:
    """The template for each row, which it reads as `row`: quicker than a loop, see web.stencils."""
    found = engines["django"].get_template(template_name).template  # type: ignore[attr-defined]
    return stencils.filled(found, context, "row", rows)


@register.simple_tag
def nav_url(name: str, *args: object, **kwargs: object) -> str:
    """The address of this name, "" while no part of the product has taken it."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@register.simple_tag
def badge(label: object, tone: str = "neutral", icon: str = "", title: str = "") -> SafeString:
    """A short mark beside a name. The label carries the meaning, the tone only supports it."""
    return _small_component(
        "badge", label=str(label), tone=_known_tone(tone), icon=icon, title=title
    )


@register.simple_tag
def status(label: object, tone: str = "neutral") -> SafeString:
    """The stage or state of a record: a dot and its word."""
    return _small_component("status", label=str(label), tone=_known_tone(tone))


@register.simple_tag
def avatar(name: str, size: str = "sm") -> SafeString:
    """The initials of a person or organisation, coloured by the name."""
    words = [word for word in name.split() if word[0].isalnum()]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    hue = sum(ord(letter) for letter in name) % 6
    return _component("avatar", {"initials": initials or "?", "hue": hue, "size": size})


@register.simple_tag
def progress(done: int, total: int, label: str, remaining: str = "") -> SafeString:
    """A bar with its counts. `remaining` is the time left in words; total 0 means unknown."""
    values = {"done": done, "total": total, "label": label, "remaining": remaining}
    percent = min(100, round(100 * done / total)) if total else None
    return _component("progress", {**values, "percent": percent})


def _keep_ids_apart(context: Context, form: BaseForm) -> None:
    """In a dialog over a page the same field may stand twice: its ids begin otherwise there."""
    if context.get("is_dialog"):
        form.auto_id = "dialog_%s"


@register.simple_tag(takes_context=True)
def field(
    context: Context,
    bound_field: BoundField,
    css_class: str = "",
    label: str = "",
    placeholder: str = "",
) -> SafeString:
    """A form field with label, hint and error. For other attributes, set them on the widget."""
    _keep_ids_apart(context, bound_field.form)
    if placeholder:
        bound_field.field.widget.attrs["placeholder"] = placeholder
    if label:
        bound_field.label = label
    values = {"field": bound_field, "errors": bound_field.errors, "css_class": css_class}
    return _component("field", values)


@register.simple_tag(takes_context=True)
def form_errors(context: Context, form: BaseForm, heading: str = "") -> SafeString:
    """What is wrong with the form: its general errors, then a link to each faulty field."""
    _keep_ids_apart(context, form)
    faulty = [bound for bound in form if bound.errors]
    return _component("form_errors", {"form": form, "faulty": faulty, "heading": heading})


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    url: str,
    label: str,
    *,
    icon: str = "",
    css_class: str = "btn",
    name: str = "",
    value: str = "",
    target: str = "",
    key: str = "",
) -> SafeString:
    """A button that posts to an address: plain form, and by htmx into `target` if that is given."""
    values = {"url": url, "label": label, "icon": icon, "css_class": css_class, "key": key}
    values |= {"name": name, "value": value, "target": target}
    return _component("post_button", values, context)


@register.simple_tag
def opens_dialog(url: str) -> SafeString:
    """Attributes of a link whose page opens in the dialog, and as a page without JavaScript."""
    return format_html('href="{0}" hx-get="{0}" hx-target="#dialog" hx-push-url="false"', url)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context,
    key: str,
    label: str,
    css_class: str = "",
    default: str = "",
    *,
    largest_first: bool = False,
) -> SafeString:
    """A column's heading that sorts by `sort=key`, then `sort=-key`; keeps the rest of the address.

    `default` is the list's own order when the address names none. `largest_first`: the other way
    about, for figures.
    """
    request: HttpRequest = context["request"]
    current = request.GET.get("sort", default)
    query = request.GET.copy()
    for cursor in ("after", "before", "page"):
        query.pop(cursor, None)
    first, second = (f"-{key}", key) if largest_first else (key, f"-{key}")
    query["sort"] = second if current == first else first
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    values = {"label": label, "query": query.urlencode(), "order": order, "css_class": css_class}
    return _component("sort_header", values)


@register.filter
def count_label(count: int, cap: int = CAP) -> str:
    """1000 counted up to a cap of 1000 reads "1,000+"; below the cap the exact figure."""
    return f"{cap:,}+" if count >= cap else f"{count:,}"


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context,
    content: str,
    *,
    title: str,
    number: str = "",
    subtitle: str = "",
    back_url: str = "",
    back_label: str = "",
    person: bool = False,
) -> SafeString:
    """The head of a page: where it belongs, its name; badges and actions are the content."""
    values = {"title": title, "number": number, "subtitle": subtitle, "content": content}
    values |= {"back_url": back_url, "back_label": back_label}
    return _component("page_header", {**values, "person": person}, context)


@register.simple_block_tag
def alert(content: str, title: str, tone: str = "info") -> SafeString:
    """What happened (title), why and what to do (content)."""
    icons = {"danger": "alert-circle", "warning": "alert-triangle", "success": "circle-check"}
    values = {"title": title, "tone": _known_tone(tone), "content": content}
    return _component("alert", {**values, "icon": icons.get(tone, "info-circle")})


@register.simple_block_tag(takes_context=True)
def section(
    context: Context,
    content: str,
    *,
    id: str,  # noqa: A002 - the template's word
    title: str,
    count: str | int = "",
    is_open: bool = True,
    lazy_url: str = "",
    flush: bool = False,
    remembered_as: str = "",
) -> SafeString:
    """A part of a page that opens and closes, as the person left it.

    `lazy_url` loads the content when it is first opened; `flush` lets a table touch the edges.
    """
    request: HttpRequest | None = context.get("request")
    values = {"id": id, "title": title, "count": count, "content": content, "flush": flush}
    name = remembered_as or id
    values |= {"is_open": sections.is_open(request, name, otherwise=is_open)}
    values |= {"lazy_url": lazy_url, "remembered_as": name}
    return _component("section", values, context)


@register.simple_block_tag
def dialog(content: str, id: str, title: str, size: str = "") -> SafeString:  # noqa: A002
    """A dialog that is part of the page, opened by `data-dialog-open="id"`; needs JavaScript."""
    return _component("dialog", {"id": id, "title": title, "content": content, "size": size})


@register.simple_block_tag(takes_context=True)
def dialog_form(
    context: Context,
    content: str,
    *,
    action: str,
    submit: str,
    cancel_url: str,
    tone: str = "primary",
    icon: str = "",
    wide: bool = False,
) -> SafeString:
    """The form of a page that extends dialog_layout: fields, then Cancel and the one action."""
    values = {"action": action, "submit": submit, "cancel_url": cancel_url, "tone": tone}
    values |= {"icon": icon, "content": content}
    extent = {"wide": wide, "is_dialog": context.get("is_dialog", False)}
    return _component("dialog_form", values | extent, context)


@register.simple_block_tag
def menu(
    content: str,
    *,
    id: str,  # noqa: A002
    label: str,
    icon: str = "dots",
    css_class: str = "btn btn-action",
    show_label: bool = False,
) -> SafeString:
    """A button that opens a list of links and buttons (class dropdown-item)."""
    values = {"id": id, "label": label, "icon": icon, "css_class": css_class, "content": content}
    return _component("menu", {**values, "show_label": show_label})


@register.simple_block_tag
def filter_panel(
    content: str,
    action: str,
    clear_url: str,
    active: int = 0,
    *,
    clear: str = "Clear all",
    submit: str = "Show",
) -> SafeString:
    """A button with the number of filters in use, and the side panel with all of them."""
    values = {"action": action, "clear_url": clear_url, "active": active, "content": content}
    values |= {"clear": clear, "submit": submit}
    return _component("filter_panel", values)


@register.simple_block_tag(takes_context=True)
def selection_bar(context: Context, content: str, id: str, noun: str) -> SafeString:  # noqa: A002
    """The bar of actions on ticked rows; it is the form that the rows' checkboxes belong to."""
    values = {"id": id, "noun": noun, "content": content}
    return _component("selection_bar", values, context)


@register.simple_block_tag
def tab(
    content: str,
    *,
    group: str,
    label: str,
    id: str,  # noqa: A002
    selected: bool = False,
    faults: int = 0,
) -> SafeString:
    """One tab of a `<div class="wf-tabs">` whose panels all belong to the same form."""
    values = {"group": group, "label": label, "id": id, "selected": selected, "faults": faults}
    return _component("tab", {**values, "content": content})


@register.simple_block_tag
def empty_state(content: str, title: str, icon: str = "inbox", text: str = "") -> SafeString:
    """Nothing here yet: why, and the one next step (the content)."""
    values = {"title": title, "icon": icon, "text": text, "content": content}
    return _component("empty_state", values)
