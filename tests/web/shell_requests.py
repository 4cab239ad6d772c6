"""Requests as the shell meets them, without a database."""

import dataclasses
from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from wayfolk.staff.rules import Actor, system_actor

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/?q=holm"}


def actor(
    *, permissions: frozenset[str] | None = None, modules: frozenset[str] | None = None
) -> Actor:
    """Somebody signed in who may do everything, or just this."""
    everything = system_actor(1, "Ida Lund", organization_name="Azure Coast")
    changes: dict[str, Any] = {"email": "ida@example.com", "role_name": "Consultant"}
    if permissions is not None:
        changes["permissions"] = permissions
    if modules is not None:
        changes["modules"] = modules
    return dataclasses.replace(everything, **changes)


def request(path: str = "/", *, by: Actor | None = None, **headers: str) -> HttpRequest:
    """A GET with messages, an actor, and the address resolved."""
    made = RequestFactory().get(path, headers=headers)
    made.actor = by  # type: ignore[attr-defined]
    made._messages = CookieStorage(made)  # type: ignore[attr-defined]
    made.resolver_match = resolve(made.path_info)
    return made


def fragment(path: str = "/", *, by: Actor | None = None, **headers: str) -> HttpRequest:
    """The same, asked for by htmx from the customers list."""
    return request(path, by=by, **{**HTMX, **headers})
