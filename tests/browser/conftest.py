"""A running Wayfolk, a real Chromium, and pages that fail the test by themselves.

`open_page(actor)` gives a page signed in as that actor (None: signed out). Whatever the browser
complains about (an error in a script, a breach of the content security policy, a file that is
not there, an answer of 500) fails the test at its end.

`WAYFOLK_TEST_SLOW_ANSWERS=0.5` makes races visible: whatever htmx asks for is answered half a
second later, a page 0.15 s later, files at once. A test that then fails clicked, looked or read
the database before the answer to its last click was there; or the page loses what an impatient
person presses.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from wayfolk.staff.models import User
from wayfolk.staff.rules import Actor

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "artifacts" / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = 1440, 390
_HEIGHTS = {WIDE: 900, NARROW: 844}
# A refusal is an answer too: the browser reports its status, the page shows its words.
_REFUSED = re.compile(
    r"the server responded with a status of (400|403|404|409|422|429|503)"
    r"|htmx:(afterRequest|sendAbort)"  # a request given up because the page moved on
)

_PATIENCE_MS = 15_000  # a loaded machine is slow; waiting costs nothing when the page is right
_PAGE_DELAY = 0.15  # seconds, when answers are slowed
expect.set_options(timeout=_PATIENCE_MS)

OpenPage = Callable[..., Page]
Screenshot = Callable[[Page, str], Path]
Accessible = Callable[[Page], None]


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: what matters fails the test."""


class _Server(ThreadedWSGIServer):
    """Answers in threads; each lets go of its database connection."""

    daemon_threads = True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no news."""


def slow_answers(application: WSGIApplication, delay: float) -> WSGIApplication:
    """The application as over a slow line: what htmx asks for comes `delay` seconds later."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = application(environ, start_response)
        if "HTTP_HX_REQUEST" in environ:
            time.sleep(delay)
        elif not environ["PATH_INFO"].startswith("/static/"):
            time.sleep(min(delay, _PAGE_DELAY))
        return body

    return answer


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[str]:
    """The address of Wayfolk, served from this process on the test database."""
    server = _Server(("127.0.0.1", 0), _QuietHandler, allow_reuse_address=False)
    delay = float(os.environ.get("WAYFOLK_TEST_SLOW_ANSWERS", "0"))
    application = get_wsgi_application()
    server.set_app(slow_answers(application, delay) if delay else application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run; each page has a context of its own."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    path = os.environ.get("WAYFOLK_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Watch:
    """What the browser complained about while the test ran."""

    site: str
    faults: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _REFUSED.search(message.text):
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        is_static = urlsplit(response.url).path.startswith("/static/")
        is_refusal = response.status == 503
        if (response.status >= 500 and not is_refusal) or (is_static and response.status >= 400):
            self.faults.append(f"{response.status} for {response.url}")


@pytest.fixture
def open_page(site: str, chromium: Browser, committed_db: None) -> Iterator[OpenPage]:
    """`open_page(actor, path="/", width=1440, theme="light", javascript=True)` -> Page."""
    watch = Watch(site)
    contexts: list[BrowserContext] = []

    def open_one(
        actor: Actor | None = None,
        path: str = "/",
        *,
        width: int = WIDE,
        theme: str = "light",
        javascript: bool = True,
    ) -> Page:
        context = chromium.new_context(
            base_url=site,
            viewport={"width": width, "height": _HEIGHTS.get(width, 900)},
            color_scheme="dark" if theme == "dark" else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
        )
        contexts.append(context)
        context.set_default_timeout(_PATIENCE_MS)
        if actor is not None:
            sign_in(context, actor, site)
        page = context.new_page()
        watch.over(page)
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not watch.faults, "\n".join(watch.faults)


def sign_in(context: BrowserContext, actor: Actor, site: str) -> None:
    """A session for the actor's user, without the form."""
    client = Client()
    user = User.objects.get(id=actor.user_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["organization_id"] = actor.organization_id
    session.save()
    value = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": value, "url": site}])


@pytest.fixture
def screenshot() -> Screenshot:
    """`screenshot(page, "customers-list-390-dark")` keeps the whole page as a picture."""

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True, timeout=60_000)
        return path

    return take


@pytest.fixture
def assert_accessible() -> Accessible:
    """Runs axe over the page from its top and fails with every violation in words."""

    def check(page: Page) -> None:
        page.evaluate("scrollTo(0, 0)")  # or the bar at the top lies over what has scrolled
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag', values:"
            " ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})"
        )
        faults = [
            f"{violation['id']}: {violation['help']}: {node['html'][:200]}\n"
            f"    {node['failureSummary'][:400]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert not faults, f"{page.url}\n" + "\n".join(faults)

    return check


@dataclass(frozen=True)
class Gallery:
    """Pages in a window of this width, in this theme."""

    width: int
    theme: str
    _open: OpenPage
    _keep: Screenshot
    _assert_accessible: Accessible

    def open(self, actor: Actor | None, path: str = "/") -> Page:
        return self._open(actor, path, width=self.width, theme=self.theme)

    def look(self, page: Page, name: str) -> None:
        """Keep a picture; fail when the page is not accessible or wider than the window."""
        self._keep(page, f"{name}-{self.width}-{self.theme}")
        self._assert_accessible(page)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{page.url} is {overflow} px too wide at {self.width}"


@pytest.fixture(
    params=[(width, theme) for width in (WIDE, NARROW) for theme in ("light", "dark")],
    ids=lambda look: f"{look[0]}-{look[1]}",
)
def gallery(
    request: pytest.FixtureRequest,
    open_page: OpenPage,
    screenshot: Screenshot,
    assert_accessible: Accessible,
) -> Gallery:
    """Runs the test in both themes and at both widths."""
    return Gallery(*request.param, open_page, screenshot, assert_accessible)
