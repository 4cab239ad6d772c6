"""What the process environment says, read in one place. No Django here."""

import os
import secrets
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[3]
APP_ROLE = "wayfolk_app"


def data_dir() -> Path:
    """Where the embedded engine, uploaded files and the secret key live."""
    return Path(os.environ.get("WAYFOLK_DATA") or PROJECT_ROOT / ".wayfolk" / "demo").absolute()


def owner_database_url() -> str:
    """The URL of the role that owns the tables; migrations use it. "" until boot has set it."""
    return os.environ.get("DATABASE_URL", "")


def app_database_url() -> str:
    """The URL of the application; "" means: the owner's, taking on the role `wayfolk_app`."""
    return os.environ.get("WAYFOLK_APP_DATABASE_URL", "")


def is_debug() -> bool:
    return os.environ.get("WAYFOLK_DEBUG", "") == "1"


def is_demo() -> bool:
    return os.environ.get("WAYFOLK_DEMO", "") == "1"


def secret_key() -> str:
    """WAYFOLK_SECRET_KEY, else one generated once and kept readable by its owner only."""
    return os.environ.get("WAYFOLK_SECRET_KEY") or _kept_key("secret_key")


def field_keys() -> list[str]:
    """Under which passwords are encrypted: WAYFOLK_FIELD_KEYS, else one generated once.

    Separated by commas: the first encrypts, the others still decrypt what they once encrypted.
    """
    given = os.environ.get("WAYFOLK_FIELD_KEYS", "")
    return [key.strip() for key in given.split(",") if key.strip()] or [_kept_key("field_key")]


def may_reach_private_addresses() -> bool:
    """Whether the SMS gateway may stand on this machine or in its own network."""
    return os.environ.get("WAYFOLK_PRIVATE_GATEWAYS", "") == "1" or is_demo()


def _kept_key(name: str) -> str:
    path = data_dir() / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def allowed_hosts() -> list[str]:
    given = os.environ.get("WAYFOLK_ALLOWED_HOSTS", "")
    return [host.strip() for host in given.split(",") if host.strip()] or [
        "localhost",
        "127.0.0.1",
        "[::1]",
    ]


def public_url() -> str:
    """WAYFOLK_PUBLIC_URL: what links in messages begin with, without a slash at the end."""
    return (os.environ.get("WAYFOLK_PUBLIC_URL") or "http://localhost:8000").rstrip("/")


def is_https() -> bool:
    """Whether users reach Wayfolk over TLS (a proxy in front); cookies are then Secure."""
    return os.environ.get("WAYFOLK_HTTPS", "") == "1"


def api_requests_per_minute() -> int:
    """How many requests one API token may make in a minute, in each server process."""
    given = os.environ.get("WAYFOLK_API_REQUESTS_PER_MINUTE", "")
    return int(given) if given.isdecimal() and int(given) > 0 else 1_200
