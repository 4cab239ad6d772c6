"""What import-linter cannot see: foreign keys by name, and parts of Django in domains."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.sources import DOMAINS, SOURCE, package_order

# Pages are put together above the domains; a form or a template there would drag them down.
_PRESENTATION = (
    "django.contrib.auth.views",
    "django.contrib.messages",
    "django.forms",
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.test",
    "django.urls",
    "django.views",
)


def _package_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("wayfolk.")]


def test_every_domain_is_in_the_import_contract_in_the_same_order() -> None:
    assert tuple(name for name in package_order() if name in DOMAINS) == DOMAINS


def test_foreign_keys_point_down_the_package_order() -> None:
    order = {name: height for height, name in enumerate(reversed(package_order()))}
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in _own_models()
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model.__module__.startswith("wayfolk.")
        and order[_package_of(field.related_model)] > order[_package_of(model)]
    ]
    assert not upward, "a package points at one above it: " + ", ".join(upward)


def test_many_to_many_always_goes_through_a_model_of_its_own() -> None:
    # Django's automatic link tables have no organisation, no policy and no history.
    automatic = [
        f"{model._meta.label}.{field.name}"
        for model in _own_models()
        for field in model._meta.many_to_many
    ]
    assert not automatic


@pytest.mark.parametrize("domain", DOMAINS)
def test_domains_do_not_import_what_makes_pages(domain: str) -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{line} imports {name}"
        for path in sorted((SOURCE / domain).rglob("*.py"))
        for name, line in _imports(path)
        if name.startswith(_PRESENTATION)
    ]
    assert not found


def _imports(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def test_imports_name_modules_from_the_top() -> None:
    relative = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative
