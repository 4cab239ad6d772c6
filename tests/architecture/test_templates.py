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
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", re.I),
    "inline style element": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"\sstyle\s*=", re.I),
    "event handler attribute": re.compile(r"\son[a-z]+\s*=\s*[\"'{]", re.I),
    "htmx handler attribute": re.compile(r"\shx-on", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "resource of another host": re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//", re.I),
    "evaluated htmx values": re.compile(r"hx-(?:vals|headers)=[\"']js:", re.I),
}  # fmt: skip
_UNESCAPED = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off|\|\s*safeseq\b")
_UNESCAPED_PYTHON = re.compile(r"\bmark_safe\(|\bSafeString\(|__html__")

# File -> why what it does not escape cannot come from a person.
ALLOWED_UNESCAPED: dict[str, str] = {}


@pytest.mark.parametrize("path", _FILES, ids=_NAMES)
def test_nothing_runs_or_looks_otherwise_than_static_files_say(path: Path) -> None:
    text = _COMMENTS.sub("", path.read_text(encoding="utf-8"))
    found = {what: m.group(0) for what, pattern in _FORBIDDEN.items() if (m := pattern.search(text))}
    assert found == {}


def test_what_people_typed_is_always_escaped() -> None:
    files = {name: _UNESCAPED for name in _NAMES}
    unescaped = {
        name
        for name, pattern in files.items()
        if pattern.search(_COMMENTS.sub("", (TEMPLATES / name).read_text(encoding="utf-8")))
    } | {
        str(path.relative_to(SOURCE))
        for path in python_files()
        if _UNESCAPED_PYTHON.search(path.read_text(encoding="utf-8"))
    }
    assert unescaped == set(ALLOWED_UNESCAPED)


@pytest.mark.parametrize("path", _FILES, ids=_NAMES)
def test_a_form_that_changes_something_carries_the_token(path: Path) -> None:
    text = _COMMENTS.sub("", path.read_text(encoding="utf-8"))
    forms = re.findall(r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", text, re.I | re.DOTALL)
    opened = len(re.findall(r"<form\b[^>]*method=[\"']?post", text, re.I))
    assert len(forms) == opened, "a form is not closed in the file that opens it"
    assert all("csrf_token" in form for form in forms)


def test_every_page_stands_in_the_frame() -> None:
    # A page with a document of its own would go without the policy's scripts, toasts and keys.
    own = [
        name
        for name, path in zip(_NAMES, _FILES, strict=True)
        if re.search(r"<html\b", path.read_text(encoding="utf-8"), re.I)
    ]
    assert sorted(own) == ["base.html", "base_signed_out.html", "errors/500.html"]
