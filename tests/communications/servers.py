"""A real mail server and a real SMS gateway on this machine, which answer as a test wants."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

OK = "250 OK"


@dataclass
class MailServer:
    """What came in, and what to answer: to the recipient, and to the text of a message.

    `breaks`: the connection is closed instead of an answer to the text.
    """

    port: int = 0
    answer_recipient: str = OK
    answer_text: str = OK
    breaks: bool = False
    on_text: Callable[[], None] = lambda: None
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _options) -> str:
        if self.answer_recipient == OK:
            envelope.rcpt_tos.append(to)
        return self.answer_recipient

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.on_text()
        if self.breaks:
            server.transport.abort()
            return OK
        if self.answer_text == OK:
            self.raw.append(envelope.original_content)
            self.recipients.extend(envelope.rcpt_tos)
        return self.answer_text

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        caught = MailServer(port=free.getsockname()[1])
    controller = Controller(caught, hostname="127.0.0.1", port=caught.port)
    controller.start()
    try:
        yield caught
    finally:
        controller.stop()


@dataclass
class Gateway:
    """What was posted, and what to answer. `breaks`: the connection closes without an answer."""

    port: int = 0
    status: int = 202
    words: str = ""
    location: str = ""
    breaks: bool = False
    posted: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/messages"


@contextmanager
def sms_gateway() -> Iterator[Gateway]:
    caught = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if caught.breaks:
                return
            caught.headers.append(dict(self.headers))
            if caught.status < 300:
                caught.posted.append(json.loads(body))
            self.send_response(caught.status)
            if caught.location:
                self.send_header("Location", caught.location)
            self.end_headers()
            self.wfile.write(caught.words.encode())

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    caught.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield caught
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
