"""Rows from a stencil read as rows from a loop do."""

from dataclasses import dataclass

from django.template import Context, engines
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.web import stencils

ROW = """<tr{% if row.is_new %} class="new"{% endif %}><td title="{{ row.name }}">
{{ row.name }}</td><td>{{ row.city|default:"–" }}</td><td>{% if row.links.edit %}
<a href="{{ row.links.edit }}">Edit {{ kind }}</a>{% endif %}</td><td>{{ row.count }}</td></tr>"""


@dataclass(frozen=True)
class Links:
    edit: str


@dataclass(frozen=True)
class Row:
    name: str
    city: str
    count: int | None
    is_new: bool
    links: Links


words = st.text(alphabet=st.sampled_from("aZ <>&\"'{}%0\ue000\ue001é李"), max_size=12)
rows_made = st.lists(
    st.builds(
        Row, words, words, st.none() | st.integers(0, 3), st.booleans(), st.builds(Links, words)
    ),
    max_size=12,
)


@given(rows=rows_made, kind=words)
def test_it_is_what_a_loop_writes(rows: list[Row], kind: str) -> None:
    engine = engines["django"]
    template = engine.from_string(ROW).template  # type: ignore[attr-defined]
    loop = engine.from_string("{% for row in rows %}" + ROW + "{% endfor %}")
    looped = loop.render({"rows": rows, "kind": kind})
    context = Context({"kind": kind})
    with context.bind_template(template):
        assert stencils.filled(template, context, "row", rows) == looped


def test_each_form_is_rendered_once() -> None:
    rendered = []

    class Counted:
        def render(self, context: Context) -> str:
            rendered.append(context["row"].is_new)
            return str(context["row"].name)

    rows = [Row(f"n{n}", "", None, n % 2 == 0, Links("")) for n in range(50)]
    made = stencils.filled(Counted(), Context(), "row", rows)  # type: ignore[arg-type]
    assert made == "".join(f"n{n}" for n in range(50))
    assert rendered == [True, False]
