"""The demo's own mail server and SMS gateway: they keep what they get, and pass nothing on."""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from django.conf import settings

SHOWN_MAX = 200
_FILE = "caught.jsonl"
_BODY_MAX = 100_000
_RETRY_SECONDS = 5
_HOST = "127.0.0.1"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Caught:
    """A message as its recipient would have got it; channel: "Email" or "SMS"."""

    channel: str
    icon: str
    sender: str
    to: str
    title: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the two listen, far from where others would; they follow the web server's port."""

    web: int
    mail: int
    sms: int

    @classmethod
    def beside(cls, web_port: int) -> "Ports":
        offset = web_port % 10_000
        mail, sms, *_ = (
            port for base in (20_000, 30_000, 40_000) if (port := base + offset) != web_port
        )
        return cls(web=web_port, mail=mail, sms=sms)

    @property
    def web_url(self) -> str:
        return f"http://{_HOST}:{self.web}"

    @property
    def gateway_url(self) -> str:
        return f"http://{_HOST}:{self.sms}/messages"


def read_caught() -> Sequence[Caught]:
    """The latest, newest first."""
    path = Path(settings.DATA_DIR) / _FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as file:
        lines = deque(file, maxlen=SHOWN_MAX)
    rows = [json.loads(line) for line in lines]
    return [Caught(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in reversed(rows)]


def serve(directory: Path, ports: Ports) -> None:
    """Catch mail and SMS until the process is ended; waits for a port that is taken."""
    keep = _Keeper(directory / _FILE)
    threads = [
        threading.Thread(target=_persist, args=(_serve_mail, ports.mail, keep), daemon=True),
        threading.Thread(target=_persist, args=(_serve_sms, ports.sms, keep), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class _Keeper:
    """Appends what is caught to a file, a line of JSON each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def __call__(self, **values: str) -> None:
        line = json.dumps({**values, "at": datetime.now(UTC).isoformat()})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _persist(serve_once: Callable[[int, _Keeper], None], port: int, keep: _Keeper) -> None:
    while True:
        try:
            serve_once(port, keep)
        except OSError as error:
            logger.warning("The demo cannot catch messages at port %s yet: %s", port, error)
            time.sleep(_RETRY_SECONDS)


class _MailHandler:
    def __init__(self, keep: _Keeper) -> None:
        self._keep = keep

    async def keep(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail: Any = message_from_bytes(envelope.original_content, policy=policy.default)
        body = mail.get_body(("plain",))
        self._keep(
            channel="Email",
            icon="mail",
            sender=str(mail["From"]),
            to=", ".join(envelope.rcpt_tos),
            title=str(mail["Subject"]),
            body=(body.get_content() if body else "")[:_BODY_MAX],
        )
        return "250 Caught"

    handle_DATA = keep  # noqa: N815 - the name that aiosmtpd calls


def _serve_mail(port: int, keep: _Keeper) -> None:
    controller = Controller(_MailHandler(keep), hostname=_HOST, port=port)
    controller.start()
    threading.Event().wait()


def _serve_sms(port: int, keeper: _Keeper) -> None:
    class Handler(BaseHTTPRequestHandler):
        def keep(self) -> None:
            posted = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            text = str(posted.get("text", ""))
            keeper(
                channel="SMS",
                icon="message",
                sender=str(posted.get("from", "")),
                to=str(posted.get("to", "")),
                title=text[:80],
                body=text[:_BODY_MAX],
            )
            self.send_response(202)
            self.end_headers()

        do_POST = keep  # noqa: N815 - the name that http.server calls

        def log_message(self, *_args: Any) -> None:
            """Nothing on the demo's terminal."""

    ThreadingHTTPServer((_HOST, port), Handler).serve_forever()
