"""How Django's forms look here: Tabler's classes, a label, a hint and an error for each field.

`FORM_RENDERER = "wayfolk.web.form_rendering.Renderer"` makes every form of the product and of
the login pages render this way, whether a template writes `{{ form }}`, `{{ field }}` or the
field tag.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from html import escape
from typing import Any, Self

from django.forms import BoundField, ChoiceField, widgets
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.choices import BaseChoiceIterator
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# The first class that fits gives a control its look.
_LOOKS: tuple[tuple[type[widgets.Widget], str], ...] = (
    (widgets.CheckboxSelectMultiple, "form-check-input"),
    (widgets.RadioSelect, "form-check-input"),
    (widgets.CheckboxInput, "form-check-input"),
    (widgets.Select, "form-select"),
    (widgets.HiddenInput, ""),
    (widgets.Widget, "form-control"),
)


class ShownField(BoundField):
    """A field of a form as it is shown: its control carries the right classes by itself."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: widgets.Widget | None = None
    ) -> dict[str, Any]:
        """The attributes of the control: the look, and a mark when its value was refused."""
        control = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        own = str(built.get("class", control.attrs.get("class", "")))
        look = next(name for kind, name in _LOOKS if isinstance(control, kind))
        invalid = "is-invalid" if self.errors else ""
        built["class"] = " ".join(part for part in (own, look, invalid) if part)
        return built

    @property
    def words(self) -> str:
        """The value as text, for who may only read it."""
        value = self.value()
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if isinstance(value, date):
            return f"{value:%-d %b %Y}"
        if isinstance(self.field, ChoiceField):
            return str(dict(self.field.choices).get(value, value))  # type: ignore[arg-type]
        return "" if value is None else str(value)

    @property
    def is_choice_mark(self) -> bool:
        """A single checkbox: its label stands beside it."""
        return isinstance(self.field.widget, widgets.CheckboxInput)

    @property
    def is_choice_list(self) -> bool:
        """Several checkboxes or radio buttons under one legend."""
        return isinstance(self.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple)


class Renderer(TemplatesSetting):
    """Finds form templates like every other template and lays fields out with ours."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = ShownField

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        """As the template says; inputs, text areas and select boxes without one, for speed.

        Django's own include further files, for each option too: a form of forty fields and a
        list of countries took 60 ms of its page.
        """
        if template_name == widgets.Select.template_name:
            return _select(context["widget"])
        if template_name in _INPUTS:
            return _input(context["widget"])
        if template_name == widgets.Textarea.template_name:
            return _textarea(context["widget"])
        return super().render(template_name, context, request)


_INPUTS = frozenset(
    widget.template_name
    for widget in (
        widgets.TextInput,
        widgets.HiddenInput,
        widgets.NumberInput,
        widgets.EmailInput,
        widgets.DateInput,
        widgets.CheckboxInput,
    )
)


def _input(widget: dict[str, Any]) -> SafeString:
    own = {"type": widget["type"], "name": widget["name"], "value": widget["value"]}
    return mark_safe(f"<input{_attributes(own | widget['attrs'])}>")  # noqa: S308 - all escaped


def _textarea(widget: dict[str, Any]) -> SafeString:
    """A line break that follows the tag is none of the text's: browsers leave it out."""
    attributes, value = _attributes(widget["attrs"]), widget["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], attributes, value)


def _attributes(attributes: dict[str, Any]) -> SafeString:
    """As Django's flatatt, without its sorting and its lazy texts: a page has hundreds."""
    written = [
        f" {name}" if value is True else f' {name}="{_escaped(value)}"'
        for name, value in attributes.items()
        if value is not None and value is not False
    ]
    return mark_safe("".join(written))  # noqa: S308 - each value is escaped


def _escaped(value: Any) -> str:
    return escape(value) if type(value) is str else conditional_escape(value)


class LongChoices(BaseChoiceIterator):
    """Many choices that are the same for everybody, such as countries: found once per process.

    `first` is what choosing none of them is called.
    """

    def __init__(self, first: str, find: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self._first = first
        self._find = find

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._found)

    @cached_property
    def _found(self) -> tuple[tuple[str, str], ...]:
        return (("", self._first), *self._find())

    @cached_property
    def options(self) -> str:
        """Written once; rendering only marks the chosen one."""
        return format_html_join("", '<option value="{}">{}</option>', self._found)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: Any) -> Self:
        return self


class LongSelect(widgets.Select):
    """A select box of LongChoices."""

    choices: LongChoices

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ARG002 - Django's signature
    ) -> SafeString:
        own = _attributes(self.build_attrs(self.attrs, attrs))
        chosen = format_html('<option value="{}">', "" if value is None else value)
        marked = chosen.replace('">', '" selected>')
        options = self.choices.options.replace(chosen, marked, 1)
        # Both parts were escaped when they were made.
        return format_html(
            '<select name="{}"{}>{}</select>',
            name,
            own,
            mark_safe(options),  # noqa: S308
        )


def _select(widget: dict[str, Any]) -> SafeString:
    groups = [
        f'<optgroup label="{_escaped(name)}">{_options(options)}</optgroup>'
        if name
        else _options(options)
        for name, options, _ in widget["optgroups"]
    ]
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        _attributes(widget["attrs"]),
        mark_safe("".join(groups)),  # noqa: S308 - all escaped
    )


def _options(options: list[dict[str, Any]]) -> str:
    return "".join(
        f'<option value="{_escaped(option["value"])}"{_attributes(option["attrs"])}>'
        f"{_escaped(option['label'])}</option>"
        for option in options
    )
