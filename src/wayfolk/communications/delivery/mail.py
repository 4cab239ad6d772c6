"""Mail by SMTP: Django's backend, watched so that one knows how far an attempt has come."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.core.mail import BadHeaderError, EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from wayfolk.communications.delivery.outcomes import (
    ACCEPTED,
    LATER,
    REFUSED,
    UNKNOWN,
    Outcome,
    Outgoing,
)

TIMEOUT_SECONDS = 30
STARTTLS, TLS = "starttls", "tls"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How to reach the server and as whom; security: "starttls", "tls" or "none"."""

    host: str
    port: int
    security: str
    user: str
    password: str
    from_name: str
    from_address: str
    reply_to: str = ""

    def message_id(self, reference: str) -> str:
        return f"<{reference}@{self.from_address.rpartition('@')[2]}>"


class _Watched:
    """Notes that the text of a message has begun to leave: from then on it may have arrived."""

    has_begun = False

    def data(self, message: Any) -> Any:
        self.has_begun = True
        return super().data(message)  # type: ignore[misc]


class _Plain(_Watched, smtplib.SMTP):
    pass


class _Encrypted(_Watched, smtplib.SMTP_SSL):
    pass


class _Backend(EmailBackend):
    @property
    def connection_class(self) -> Any:
        return _Encrypted if self.use_ssl else _Plain


class MailCarrier:
    """One connection for as many messages as follow one another; opened again when it breaks."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._backend = _Backend(
            host=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password,
            use_tls=settings.security == STARTTLS,
            use_ssl=settings.security == TLS,
            timeout=TIMEOUT_SECONDS,
        )

    def send(self, message: Outgoing) -> Outcome:
        try:
            mail = self._mail(message)
            mail.message()
        except (BadHeaderError, ValueError) as error:
            return Outcome(REFUSED, f"The message cannot be written as mail: {error}.")
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Outcome(LATER, self._connecting_words(error), is_server_down=True)
        connection: Any = self._backend.connection
        connection.has_begun = False
        try:
            self._backend.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            return self._failed(error, has_begun=connection.has_begun)
        return Outcome(ACCEPTED)

    def close(self) -> None:
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError):
            self._backend.connection = None  # what was accepted stays accepted

    def _mail(self, message: Outgoing) -> EmailMessage:
        settings = self._settings
        return EmailMessage(
            subject=message.subject,
            body=message.body,
            from_email=formataddr((settings.from_name, settings.from_address)),
            to=[message.to],
            reply_to=[settings.reply_to] if settings.reply_to else None,
            headers={"Message-ID": settings.message_id(message.reference), **message.headers},
        )

    def _connecting_words(self, error: Exception) -> str:
        where = f"{self._settings.host}:{self._settings.port}"
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return (
                f"The mail server {where} does not accept the user name and password:"
                f" {_said(error.smtp_code, error.smtp_error)}"
            )
        if isinstance(error, smtplib.SMTPResponseException):
            return f"The mail server {where} says: {_said(error.smtp_code, error.smtp_error)}"
        if isinstance(error, ssl.SSLError):
            return f"No secure connection to {where}: {error.reason or error}."
        return f"The mail server {where} cannot be reached: {_plain(error)}."

    def _failed(self, error: Exception, *, has_begun: bool) -> Outcome:
        answer = _answer(error)
        if answer is not None:
            code, words = answer
            if not 400 <= code < 500:
                return Outcome(REFUSED, words)
            if code == 421:  # the server closes the connection
                self.close()
            return Outcome(LATER, words, is_server_down=code == 421)
        self.close()
        if has_begun:
            return Outcome(
                UNKNOWN,
                "The connection broke after the text had gone out and before the mail server"
                f" answered ({_plain(error)}). It may have been sent; it is not sent again.",
            )
        return Outcome(LATER, self._connecting_words(error), is_server_down=True)


@contextmanager
def open_mail(settings: MailSettings) -> Iterator[MailCarrier]:
    carrier = MailCarrier(settings)
    try:
        yield carrier
    finally:
        carrier.close()


def _answer(error: Exception) -> tuple[int, str] | None:
    """The server's code and words, None where it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, _said(code, said)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _said(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return 550, str(error)
    return None


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(text.split())}"[:1_000]


def _plain(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
