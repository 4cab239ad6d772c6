"""Reads everything that a member can open: every link of every page, every GET of the API."""

import html
import json
import re
from collections import Counter, deque
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from zipfile import ZipFile, is_zipfile

from tests.api import conftest as api
from tests.web.signed_in import client_for
from wayfolk.staff.rules import Actor

_LINKS = re.compile(r"""\b(?:href|hx-get|data-url|formaction)=["']([^"'#]+)""")
# Signing out ends the crawl; files that never change hold nothing of anybody.
_LEFT_OUT = ("/static/", "/account", "/style-guide")
# Sorted, filtered and paged variants of one page.
_VARIANTS = 4
AT_MOST = 700


def pages(by: Actor, *starts: str) -> dict[str, str]:
    """Address -> text of everything that links lead to from the starts; sheets are unpacked."""
    client = client_for(by)
    waiting, read, variants = deque(["/", *starts]), dict[str, str](), Counter[str]()
    seen = set(waiting)
    while waiting and len(read) < AT_MOST:
        address = waiting.popleft()
        response = client.get(address)
        if response.status_code in {301, 302, 303}:
            found = [response.headers["Location"]]
        else:
            assert response.status_code < 500, (address, response.status_code)
            read[address] = _text(response)
            found = [html.unescape(link) for link in _LINKS.findall(read[address])]
        for link in found:
            target = _inside(urljoin(address, link))
            path = target.partition("?")[0]
            if target and target not in seen and variants[path] < _VARIANTS:
                seen.add(target)
                variants[path] += 1
                waiting.append(target)
    assert not waiting, f"More than {AT_MOST} pages: {list(waiting)[:20]}"
    return read


def again(by: Actor, addresses: list[str]) -> dict[str, str]:
    """What somebody else reads at these addresses of pages and of the API."""
    pages_of, answers_of = client_for(by), api.client_of(by)
    read = {}
    for address in addresses:
        response = (answers_of if address.startswith("/api/") else pages_of).get(address)
        assert response.status_code < 500, (address, response.status_code)
        read[address] = _text(response)
    return read


def answers(by: Actor) -> dict[str, str]:
    """Path -> body of every GET of the API; what a path names is taken from the lists above it."""
    client = api.client_of(by)
    described = client.get("/openapi.json").json()["paths"]
    read: dict[str, str] = {}
    for template in sorted(path for path, ways in described.items() if "get" in ways):
        for path in _filled(client, template, read):
            response = client.get(path)
            assert response.status_code < 500, (path, response.status_code)
            read[path] = _text(response)
    return read


def _filled(client: api.Api, template: str, read: dict[str, str]) -> list[str]:
    """The template's paths; its lists have been read, for they sort before it."""
    before, brace, rest = template.partition("{")
    if not brace:
        return [template]
    name, _, rest = rest.partition("}")
    listed = before.removesuffix("/")
    if listed not in read:
        read[listed] = _text(client.get(listed))
    return [
        path
        for item in _items(read[listed])
        if name in item
        for path in _filled(client, f"{before}{item[name]}{rest}", read)
    ]


def _items(body: str) -> list[dict[str, Any]]:
    try:
        content = json.loads(body)
    except ValueError:
        return []
    items = content.get("items", []) if isinstance(content, dict) else content
    return [item for item in items if isinstance(item, dict)]


def _inside(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return ""
    if parts.path.startswith(_LEFT_OUT):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _text(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    if is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return str(content.decode("utf-8", "replace"))
