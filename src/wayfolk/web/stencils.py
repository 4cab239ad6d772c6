"""Rows of long tables, from a template that is rendered once for each shape of row.

Sixty rows of a table differ in their words; what a template decides (a badge, a tick, an empty
cell) takes only a few forms. So the template is rendered with placeholders for the words, once
for each form, and the words of each row are put in, escaped: a fifth of the time. The
template must write words as they are: it may ask whether one is there (`if`, `default`) and put
words beside it (`add`), but not change or measure it.
"""

import re
import secrets
from collections.abc import Hashable, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

from django.template import Context, Template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# Nobody can type it: what a page holds beside its rows never looks like a placeholder.
_SECRET = secrets.token_hex(8)
_PLACEHOLDER = re.compile(f"\ue000{_SECRET}([0-9]+)\ue001")


def filled(template: Template, context: Context, name: str, rows: Iterable[Any]) -> SafeString:
    """The template for each of `rows`, in their order; it reads the row as `name`.

    Rows are dataclasses, which may hold others; their `str` fields are the words.
    """
    stencils: dict[Hashable, tuple[list[str], list[int]]] = {}
    made: list[str] = []
    for row in rows:
        words: list[str] = []
        shape = _shape(row, words)
        if shape not in stencils:
            stencils[shape] = _cut(template, context, name, row)
        texts, places = stencils[shape]
        escaped = [conditional_escape(word) for word in words]
        for text, place in zip(texts, places, strict=False):
            made += (text, escaped[place])
        made.append(texts[-1])
    return mark_safe("".join(made))  # noqa: S308 - the template's output, and words escaped above


def _shape(row: Any, words: list[str]) -> Hashable:
    """Everything of the row but its words, which are added to `words`."""
    kind: Any = type(row)
    shape: list[Hashable] = [kind]
    for name in _names_of(kind):
        value = getattr(row, name)
        if isinstance(value, str):
            shape.append(bool(value))
            words.append(value)
        elif is_dataclass(value):
            shape.append(_shape(value, words))
        else:
            shape.append(value)
    return tuple(shape)


def _cut(template: Template, context: Context, name: str, row: Any) -> tuple[list[str], list[int]]:
    """What such a row looks like: the text between words, and which words come between."""
    with context.push(**{name: _marked(row, [])}):
        pieces = _PLACEHOLDER.split(template.render(context))
    return pieces[::2], [int(place) for place in pieces[1::2]]


def _marked(row: Any, places: list[None]) -> Any:
    """The row with a placeholder for each word; an empty one stays empty."""
    kind: Any = type(row)
    changed: dict[str, Any] = {}
    for name in _names_of(kind):
        value = getattr(row, name)
        if isinstance(value, str):
            changed[name] = f"\ue000{_SECRET}{len(places)}\ue001" if value else ""
            places.append(None)
        elif is_dataclass(value):
            changed[name] = _marked(value, places)
    return replace(row, **changed)


@cache
def _names_of(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
