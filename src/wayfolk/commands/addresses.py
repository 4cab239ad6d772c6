"""Where the pages are served: is the port free, and does somebody answer there."""

from __future__ import annotations

import errno
import http.client
import socket
from dataclasses import dataclass

import click

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked for by name


@dataclass(frozen=True)
class Address:
    """Where the pages are served."""

    host: str
    port: int

    @property
    def reachable_host(self) -> str:
        """A host to connect to from this machine."""
        return _EVERY_ADDRESS.get(self.host, self.host)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in {"localhost", "::1"} or self.host.startswith("127.")

    @property
    def url(self) -> str:
        host = self.reachable_host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def refuse_taken_port(address: Address) -> None:
    """End the command with the reason when the server could not listen there."""
    try:
        family, kind, *_rest, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind) as probe:
            # As the server does: connections that wind down do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        raise click.ClickException(_why_not_bound(address, error)) from error


def _why_not_bound(address: Address, error: OSError) -> str:
    reason = f"Port {address.port} of {address.host} cannot be used ({error.strerror})."
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{reason} Use --host 127.0.0.1, or --host 0.0.0.0 for all addresses of this machine."
        )
    return (
        f"{reason} Stop the program that has it, or choose another port, such as "
        f"--port {_next_port(address)}."
    )


def _next_port(address: Address) -> int:
    return address.port + 1 if 1024 <= address.port < 65535 else 8080


def answers(address: Address) -> bool:
    """Whether a page comes, whatever it says."""
    connection = http.client.HTTPConnection(address.reachable_host, address.port, timeout=30)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
