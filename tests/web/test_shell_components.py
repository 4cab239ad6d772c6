"""Components: escaped, accessible by construction, and nothing inline."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

import wayfolk.web
from wayfolk.staff.rules import system_actor
from wayfolk.web.icons import ICONS

TEMPLATES = Path(wayfolk.web.__file__).parent / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
BAD = '"><script>alert(1)</script>'


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class Sample(forms.Form):
    first_name = forms.CharField(help_text="As in the passport.")
    email = forms.EmailField(required=False)
    special = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    country = forms.ChoiceField(choices=[("dk", "Denmark")], required=False)


class Elements(HTMLParser):
    """Every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, name: str) -> dict[str, str]:
        return next(attrs for _, attrs in self.found if attrs.get("name") == name)


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    used = set()
    for path in ALL:
        source = path.read_text()
        used |= set(re.findall(r'{% icon "([^"]+)"', source))
        used |= set(re.findall(r'\bicon="([^"]+)"', source))
    assert used - ICONS == set()


def test_an_unknown_icon_or_tone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"wayfolk\.web\.icons"):
        render('{% icon "unicorn" %}')
    with pytest.raises(ValueError, match="choose one of"):
        render('{% badge "A" "pink" %}')


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_has_inline_script_or_style(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|hx-on|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)


@pytest.mark.parametrize(
    "source",
    [
        "{% badge bad title=bad %}",
        "{% status bad %}",
        "{% avatar bad %}",
        "{% progress 1 2 bad bad %}",
        '{% icon "user" label=bad %}',
        "{% post_button bad bad name=bad value=bad target=bad %}",
        "<a {% opens_dialog bad %}>",
        "{% page_header title=bad number=bad subtitle=bad %}{% endpage_header %}",
        "{% page_header title=bad back_url=bad back_label=bad %}{% endpage_header %}",
        '{% section id="x" title=bad count=bad lazy_url=bad %}{{ bad }}{% endsection %}',
        "{% alert title=bad %}{{ bad }}{% endalert %}",
        '{% menu id="m" label=bad %}{{ bad }}{% endmenu %}',
        '{% dialog id="d" title=bad %}{{ bad }}{% enddialog %}',
        '{% tab group="g" id="t" label=bad %}{{ bad }}{% endtab %}',
        "{% empty_state title=bad text=bad %}{{ bad }}{% endempty_state %}",
        '{% sort_header "name" bad %}',
        '{% include "components/filter_chips.html" with clear_url=bad %}',
        '{% include "components/definition_list.html" with items=chips %}',
    ],
)
def test_what_people_typed_is_shown_as_text(source: str) -> None:
    chips = [
        {"label": BAD, "value": BAD, "remove_url": BAD, "url": BAD, "note": BAD, "source": BAD}
    ]
    asked = RequestFactory().get("/", {"sort": BAD, "q": BAD})
    html = render(source, bad=BAD, chips=chips, request=asked)
    assert "<script" not in html


def test_a_sorting_head_keeps_the_rest_of_the_address_and_turns_round() -> None:
    asked = RequestFactory().get("/", {"q": "holm", "after": "abc", "sort": "name"})
    html = render('{% sort_header "name" "Name" %}{% sort_header "trips" "Trips" %}', request=asked)
    assert 'href="?q=holm&amp;sort=-name"' in html
    assert 'href="?q=holm&amp;sort=trips"' in html
    assert html.count('aria-sort="ascending"') == 1
    by_default = render(
        '{% sort_header "name" "N" default="-name" %}', request=RequestFactory().get("/")
    )
    assert 'aria-sort="descending"' in by_default


@pytest.mark.parametrize(("count", "text"), [(0, "0"), (999, "999"), (1000, "1,000+")])
def test_counts_are_exact_below_their_cap(count: int, text: str) -> None:
    assert render("{{ count|count_label }}", count=count) == text


def test_a_field_carries_label_hint_and_error_for_everybody() -> None:
    form = Sample({"email": "no", "kind": "a"})
    html = render("{% field form.first_name %}{% field form.email %}", form=form)
    name = Elements(html).named("first_name")
    assert name["class"] == "form-control is-invalid"
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "id_first_name_helptext id_first_name_error"
    for part in name["aria-describedby"].split():
        assert f'id="{part}"' in html
    assert '<label class="form-label" for="id_first_name">' in html


def test_each_kind_of_control_looks_right_however_it_is_written() -> None:
    elements = Elements(str(Sample()))
    assert elements.named("email")["class"] == "form-control"
    assert elements.named("special")["class"] == "form-check-input"
    assert elements.named("kind")["class"] == "form-check-input"
    assert elements.named("country")["class"] == "form-select"


def test_a_refused_form_lists_its_faults_with_links() -> None:
    form = Sample({"kind": "a"})
    form.add_error(None, "Those two do not fit.")
    html = render("{% form_errors form %}", form=form)
    assert "Nothing was saved" in html
    assert "Those two do not fit." in html
    assert '<a href="#id_first_name">First name</a>' in html
    assert render("{% form_errors form %}", form=Sample()).strip() == ""


def test_in_a_dialog_the_ids_of_fields_differ_from_those_of_the_page_below() -> None:
    html = render("{% field form.first_name %}", form=Sample(), is_dialog=True)
    assert 'id="dialog_first_name"' in html
    assert 'for="dialog_first_name"' in html


def test_a_section_is_shown_as_it_was_left() -> None:
    source = '{% section id="bookings" title="Bookings" %}x{% endsection %}'
    asked = RequestFactory().get("/")
    assert re.search(r"<details[^>]* open>", render(source, request=asked))
    asked.actor = replace(system_actor(1, "Somebody"), sections={"notes": True, "bookings": False})
    assert not re.search(r"<details[^>]* open>", render(source, request=asked))
    other = source.replace("title=", 'remembered_as="trip-bookings" title=')
    assert re.search(r"<details[^>]* open>", render(other, request=asked))


def test_progress_of_unknown_length_shows_what_is_done() -> None:
    assert "412 so far" in render('{% progress 412 0 "Reading" %}')
    counted = render('{% progress 6500 10000 "Importing" %}')
    assert "6,500 of 10,000 · 65%" in counted
    assert 'value="65"' in counted


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Anna Holm", "AH"), ("Bo", "B"), ("Ana María de la Cruz", "AC"), ("", "?"), ("… 🙂", "?")],
)
def test_initials_are_the_first_and_the_last(name: str, initials: str) -> None:
    assert f">{initials}</span>" in render("{% avatar name %}", name=name)
