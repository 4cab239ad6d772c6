"""How Django's forms look here: Tabler's classes, a label, a hint and an error for each field.

`FORM_RENDERER = "wayfolk.web.form_rendering.Renderer"` makes every form of the product and of
the login pages render this way, whether a template writes `{{ form }}`, `{{ field }}` or the
field tag.
"""

from typing import Any

from django.forms import BoundField, widgets
from django.forms.renderers import TemplatesSetting

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
