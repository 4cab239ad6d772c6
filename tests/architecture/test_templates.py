"""Templates keep the content security policy, escape what people typed, and post with a token."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import SOURCE, TEMPLATES, python_files

_FILES = sorted(TEMPLATES.rglob("*.html"))
_NAMES = [str(path.relative_to(TEMPLATES)) for path in _FILES]
_COMMENTS = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)

# What the policy blocks, or what would make it worth blocking.
_FORBIDDEN = {
    what: re.compile(pattern, re.IGNORECASE)
    for what, pattern in {
        "inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>",
        "inline style element": r"<style\b",
        "style attribute": r"\sstyle\s*=",
        "event handler attribute": r"\son[a-z]+\s*=\s*[\"'{]",
        "htmx handler attribute": r"\shx-on",
        "script address": r"javascript:",
        "resource of another host": (
            r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//"
        ),
        "evaluated htmx values": r"hx-(?:vals|headers)=[\"']js:",
    }.items()
}
_UNESCAPED = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off|\|\s*safeseq\b")
_UNESCAPED_PYTHON = re.compile(r"\bmark_safe\(|\bSafeString\(|__html__")

# File -> why what it does not escape cannot come from a person.
ALLOWED_UNESCAPED = {
    "web/templatetags/ui.py": "an icon's attribute, escaped by format_html a line above",
    "web/form_rendering.py": "a select box's options, escaped by format_html_join when made",
    "web/customers/list_rows.py": "a cell of the customers list, around escaped words",
    "web/stencils.py": "what a template rendered, around words that conditional_escape has passed",
}


@pytest.mark.parametrize("path", _FILES, ids=_NAMES)
def test_nothing_runs_or_looks_otherwise_than_static_files_say(path: Path) -> None:
    text = _COMMENTS.sub("", path.read_text(encoding="utf-8"))
    found = {
        what: m.group(0) for what, pattern in _FORBIDDEN.items() if (m := pattern.search(text))
    }
    assert found == {}


def test_what_people_typed_is_always_escaped() -> None:
    unescaped = {
        name
        for name in _NAMES
        if _UNESCAPED.search(_COMMENTS.sub("", (TEMPLATES / name).read_text(encoding="utf-8")))
    } | {
        str(path.relative_to(SOURCE))
        for path in python_files()
        if _UNESCAPED_PYTHON.search(path.read_text(encoding="utf-8"))
    }
    assert unescaped == set(ALLOWED_UNESCAPED)


@pytest.mark.parametrize("path", _FILES, ids=_NAMES)
def test_a_form_that_changes_something_carries_the_token(path: Path) -> None:
    text = _COMMENTS.sub("", path.read_text(encoding="utf-8"))
    forms = re.findall(
        r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", text, re.IGNORECASE | re.DOTALL
    )
    opened = len(re.findall(r"<form\b[^>]*method=[\"']?post", text, re.IGNORECASE))
    assert len(forms) == opened, "a form is not closed in the file that opens it"
    assert all("csrf_token" in form for form in forms)


def test_every_page_stands_in_the_frame() -> None:
    # A page with a document of its own would go without the policy's scripts, toasts and keys.
    own = [
        name
        for name, path in zip(_NAMES, _FILES, strict=True)
        if re.search(r"<html\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]
    assert sorted(own) == ["base.html", "base_signed_out.html", "errors/500.html"]
