"""SMS by an HTTP gateway: one POST of JSON for each message (docs/how-to/email_and_sms.md)."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

from wayfolk.communications.delivery.outcomes import (
    ACCEPTED,
    LATER,
    REFUSED,
    UNKNOWN,
    Outcome,
    Outgoing,
)

TIMEOUT = httpx.Timeout(20, connect=10)
# Answers that say: not taken, come back. Of 502 and 504 nobody knows what lies behind the proxy.
_LATER_CODES = frozenset({408, 425, 429, 500, 503})
_WORDS_MAX = 500


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """is_private_allowed: the gateway may stand on this machine or in its network."""

    url: str
    token: str
    sender: str
    is_private_allowed: bool = False


class ForbiddenAddress(Exception):
    """The gateway's name leads to where no request may go; the text says so."""


class SmsCarrier:
    """Follows no redirect, and connects to the address that it has checked, not to the name."""

    def __init__(self, settings: GatewaySettings, client: httpx.Client) -> None:
        self._settings = settings
        self._client = client

    def send(self, message: Outgoing) -> Outcome:
        try:
            request = self._request(message)
            answer = self._client.send(request)
        except ForbiddenAddress as error:
            return Outcome(LATER, str(error), is_server_down=True)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, OSError) as error:
            words = f"The SMS gateway cannot be reached: {error or type(error).__name__}."
            return Outcome(LATER, words, is_server_down=True)
        except httpx.HTTPError as error:
            return Outcome(
                UNKNOWN,
                "The connection to the SMS gateway broke before it answered"
                f" ({type(error).__name__}). It may have been sent; it is not sent again.",
            )
        return _judged(answer)

    def _request(self, message: Outgoing) -> httpx.Request:
        parts = urlsplit(self._settings.url)
        host = parts.hostname or ""
        address = checked_address(
            host, parts.port or 443, is_private_allowed=self._settings.is_private_allowed
        )
        literal = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port else ""
        return self._client.build_request(
            "POST",
            urlunsplit((parts.scheme, f"{literal}{port}", parts.path or "/", parts.query, "")),
            json={
                "to": message.to,
                "from": self._settings.sender,
                "text": message.body,
                "reference": message.reference,
            },
            headers={
                "Host": f"{host}{port}",
                "Authorization": f"Bearer {self._settings.token}",
                "Idempotency-Key": message.reference,
            },
            extensions={"sni_hostname": host},
        )


@contextmanager
def open_gateway(settings: GatewaySettings) -> Iterator[SmsCarrier]:
    # No proxy of the environment: it would connect to wherever the name leads.
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
        yield SmsCarrier(settings, client)


def checked_address(host: str, port: int, *, is_private_allowed: bool) -> str:
    """An IP address of the host; raises ForbiddenAddress, OSError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = f"the name {host} is not known"
        raise OSError(message) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not is_private_allowed:
        for address in addresses:
            if not ipaddress.ip_address(address.partition("%")[0]).is_global:
                raise ForbiddenAddress(
                    f"The SMS gateway {host} leads to {address}, an address of this machine or its"
                    " own network. Wayfolk calls gateways on the internet only, unless it is"
                    " started with WAYFOLK_PRIVATE_GATEWAYS=1."
                )
    return addresses[0]


def _judged(answer: httpx.Response) -> Outcome:
    code = answer.status_code
    if answer.is_success:
        return Outcome(ACCEPTED)
    words = f"The SMS gateway answered {code}: {_words_of(answer)}"
    if code in {401, 403, 404}:  # of the settings, not of the message
        return Outcome(LATER, words, is_server_down=True)
    if code in _LATER_CODES:
        return Outcome(LATER, words, is_server_down=code in {429, 503})
    if answer.is_redirect:
        return Outcome(LATER, f"{words} Redirects are not followed.", is_server_down=True)
    if code in {502, 504}:
        return Outcome(UNKNOWN, f"{words} It may have been sent; it is not sent again.")
    return Outcome(REFUSED, words)


def _words_of(answer: httpx.Response) -> str:
    text = " ".join(answer.text.split())[:_WORDS_MAX]
    return f"{text or answer.reason_phrase}."
