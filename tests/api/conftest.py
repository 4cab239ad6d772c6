"""A client of the API that speaks for a member of the cast."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from tests import world
from wayfolk.audit.change_sets import change_set
from wayfolk.kit import tenancy
from wayfolk.organization.models import Module
from wayfolk.staff import tokens
from wayfolk.staff.models import FieldRule, Membership
from wayfolk.staff.rules import Actor, system_actor

ROOT = "/api/v1"


@dataclass
class Api:
    """Requests with a token; bodies are JSON, paths are below /api/v1."""

    secret: str
    client: Client = field(default_factory=Client)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Authorization", f"Bearer {self.secret}")
        url = path if path.startswith("/api/") else ROOT + path
        if body is None:
            return self.client.generic(method, url, headers=named)
        content = body if isinstance(body, bytes) else json.dumps(body)
        kind = named.pop("Content-Type", "application/json")
        return self.client.generic(method, url, content, content_type=kind, headers=named)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, **headers)


def token_for(actor: Actor, **facts: Any) -> tuple[Any, str]:
    """A token of the actor's own, and its secret."""
    assert actor.author_id is not None
    return tokens.create_token(membership_id=actor.author_id, name="test", by=actor, **facts)


def client_of(actor: Actor) -> Api:
    return Api(token_for(actor)[1])


def restrict(actor: Actor, **access: str) -> None:
    """Give the actor's role field rules: restrict(actor, customer_email="hidden")."""
    by = system_actor(actor.organization_id, "Test")
    with change_set(by=by, operation="test", summary="Restricted a role"):
        role_id = Membership.objects.get(id=actor.author_id).role_id
        for name, value in access.items():
            code = name.replace("_", ".", 1)
            FieldRule.objects.filter(role_id=role_id, field=code).delete()
            FieldRule.objects.create(role_id=role_id, field=code, access=value)


def switch_off(actor: Actor, module: str) -> None:
    by = system_actor(actor.organization_id, "Test")
    with change_set(by=by, operation="test", summary="Switched a module off"):
        row = Module.objects.get(code=module)
        row.is_on = False
        row.save_changes("is_on")


@pytest.fixture
def api(cast: world.Cast) -> Api:
    """Speaks for the manager, who may do everything but administer."""
    return client_of(cast.manager)


@pytest.fixture
def new_customer(api: Api) -> Callable[..., int]:
    """Creates a customer through the API, whomever they look like; returns the Customer No."""

    def create(given_name: str = "Maria", **fields: Any) -> int:
        body = {"given_name": given_name, "allow_duplicate": True, **fields}
        answer = api.post("/customers", body)
        assert answer.status_code == 201, answer.content
        return int(answer.json()["number"])

    return create


def scope_of(cast: world.Cast) -> Any:
    return tenancy.scope(cast.organization.id)
