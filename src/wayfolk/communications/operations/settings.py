"""How mail and SMS leave the organisation: the mail server, the gateway, and their secrets."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as django_settings

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.delivery import mail, sms
from wayfolk.communications.delivery.mail import MailSettings
from wayfolk.communications.delivery.outcomes import ACCEPTED, Outcome, Outgoing
from wayfolk.communications.delivery.sms import GatewaySettings
from wayfolk.communications.models import MailServer, Purpose, Secret, Security, SmsGateway
from wayfolk.communications.rules import reach
from wayfolk.kit import contact, ids, tenancy, text
from wayfolk.kit.checking import Checks
from wayfolk.kit.errors import InvalidValue, Refusal
from wayfolk.staff.rules import Actor

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.\-]{0,251}[A-Za-z0-9])?")
_SENDER = re.compile(r"\+?\d{3,15}|[A-Za-z0-9 .\-]{1,11}")


class NotSetUp(Refusal):
    """Nothing can be sent by this channel before an administrator has set it up."""

    code = "not_set_up"


def save_mail_server(
    values: dict[str, Any], *, by: Actor, password: str | None = None
) -> MailServer:
    """Set the mail server up, or change it; password: None keeps the present one, "" removes it.

    A password belongs to the server and user for which it was entered: with another one it has to
    be entered again. Raises NotAllowed, InvalidValues.
    """
    require_rights(by)
    cleaned = _checked_server(values)
    with change_set(by=by, operation="messaging.save_mail_server", summary="") as current:
        server: MailServer = _saved(MailServer, cleaned)
        current.summary = current.summary or f"Set up the mail server {server.host}"
        _keep_secret(Purpose.MAIL, server.bound_to, password)
    return server


def save_gateway(values: dict[str, Any], *, by: Actor, token: str | None = None) -> SmsGateway:
    """Set the SMS gateway up, or change it; token as the password of `save_mail_server`."""
    require_rights(by)
    cleaned = _checked_gateway(values)
    with change_set(by=by, operation="messaging.save_gateway", summary="") as current:
        gateway: SmsGateway = _saved(SmsGateway, cleaned)
        current.summary = current.summary or "Set up the SMS gateway"
        _keep_secret(Purpose.SMS, gateway.bound_to, token)
    return gateway


def send_test(channel: str, address: str, *, by: Actor) -> Outcome:
    """Send a few words to this address at once; the outcome says what the server answered.

    Raises NotAllowed, InvalidValue for an address that cannot be right, NotSetUp.
    """
    require_rights(by)
    fitting = reach.fitting_address(channel, address, by.country)
    if not fitting:
        raise InvalidValue(reach.invalid_words(channel, address), field="address")
    message = Outgoing(
        reference=ids.new_text(),
        to=fitting,
        subject="Test from Wayfolk",
        body=f"{by.name} tried the settings of {by.organization_name} in Wayfolk. They work.",
    )
    with tenancy.scope(by.organization_id):
        settings = load_mail() if channel == reach.EMAIL else load_sms()
    with open_carrier(settings) as carrier:
        outcome: Outcome = carrier.send(message)
    return outcome


def words_of_test(outcome: Outcome, address: str) -> str:
    if outcome.kind == ACCEPTED:
        return f"Accepted for {address}. Look whether it has arrived."
    return outcome.words


def open_carrier(settings: MailSettings | GatewaySettings) -> Any:
    """The carrier of these settings, as a context manager."""
    if isinstance(settings, MailSettings):
        return mail.open_mail(settings)
    return sms.open_gateway(settings)


def load_settings(channel: str) -> MailSettings | GatewaySettings:
    """Raises NotSetUp. Needs a scope."""
    return load_mail() if channel == reach.EMAIL else load_sms()


def load_mail() -> MailSettings:
    server: MailServer | None = MailServer.objects.first()
    if server is None:
        raise NotSetUp(
            "No mail server is set up. An administrator can do that under Settings, Email and SMS."
        )
    secret = _secret_for(Purpose.MAIL, server.bound_to)
    if server.user and not secret:
        raise NotSetUp(
            f"The password of {server.user} for {server.host} is not known. An administrator can"
            " enter it under Settings, Email and SMS."
        )
    return MailSettings(
        host=server.host,
        port=server.port,
        security=server.security,
        user=server.user,
        password=secret if server.user else "",
        from_name=server.from_name,
        from_address=server.from_address,
        reply_to=server.reply_to,
    )


def load_sms() -> GatewaySettings:
    gateway: SmsGateway | None = SmsGateway.objects.first()
    if gateway is None:
        raise NotSetUp(
            "No SMS gateway is set up. An administrator can do that under Settings, Email and SMS."
        )
    return GatewaySettings(
        url=gateway.url,
        token=_secret_for(Purpose.SMS, gateway.bound_to),
        sender=gateway.sender,
        is_private_allowed=django_settings.PRIVATE_GATEWAYS,
    )


def has_secret(purpose: str, bound_to: str) -> bool:
    """Whether a password or token is kept for just this server. Needs a scope."""
    return bool(Secret.objects.filter(purpose=purpose, bound_to=bound_to).exists())


def require_rights(by: Actor) -> None:
    by.require_module("communications")
    by.require("organization.administer")


def _secret_for(purpose: str, bound_to: str) -> str:
    secret = Secret.objects.filter(purpose=purpose, bound_to=bound_to).first()
    return str(secret.value) if secret else ""


def _keep_secret(purpose: str, bound_to: str, value: str | None) -> None:
    if value is None:
        return
    if not value:
        Secret.objects.filter(purpose=purpose).delete()
        return
    secret = Secret.objects.filter(purpose=purpose).locked().first() or Secret(purpose=purpose)
    secret.bound_to, secret.value = bound_to, value
    secret.save()


def _saved(model: type[Any], values: dict[str, Any]) -> Any:
    row = model.objects.locked().first()
    if row is None:
        return model.objects.create(**values)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save_changes(*changed)
    return row


def _checked_server(values: dict[str, Any]) -> dict[str, Any]:
    checks = Checks()
    host = checks.line("host", str(values.get("host", "")), 253, label="mail server")
    if not host or not _HOST.fullmatch(host):
        checks.fault("host", f"“{host[:80]}” is not the name of a server, like smtp.example.com.")
    port = int(values.get("port") or 0)
    if not 1 <= port <= 65_535:
        checks.fault("port", f"{port} is not a port. Use 587 for STARTTLS, 465 for TLS.")
    security = checks.choice(
        "security", str(values.get("security", "")), Security.values, label="kind of security"
    )
    user = checks.line("user", str(values.get("user", "")), 254, label="user name")
    from_name = checks.line("from_name", str(values.get("from_name", "")), 120, label="sender name")
    from_address = _address(checks, "from_address", values, is_needed=True)
    reply_to = _address(checks, "reply_to", values, is_needed=False)
    link_base = checks.line(
        "link_base", str(values.get("link_base", "")), 200, label="address of Wayfolk"
    ).rstrip("/")
    if link_base and not _is_web_address(link_base, ("http", "https")):
        checks.fault(
            "link_base",
            f"“{link_base[:80]}” is not an address like https://wayfolk.example.com.",
        )
    checks.finish()
    return {
        "host": host,
        "port": port,
        "security": security,
        "user": user,
        "from_name": from_name,
        "from_address": from_address,
        "reply_to": reply_to,
        "link_base": link_base,
    }


def _address(checks: Checks, name: str, values: dict[str, Any], *, is_needed: bool) -> str:
    value = text.clean(str(values.get(name, "")))
    if (value or is_needed) and not (value.isascii() and contact.is_email(value)):
        checks.fault(name, f"“{value[:80]}” is not an email address.")
    return value


def _checked_gateway(values: dict[str, Any]) -> dict[str, Any]:
    checks = Checks()
    url = checks.line("url", str(values.get("url", "")), 500, label="address of the gateway")
    schemes = ("http", "https") if django_settings.PRIVATE_GATEWAYS else ("https",)
    if not _is_web_address(url, schemes):
        checks.fault(
            "url", f"“{url[:80]}” is not an address like https://sms.example.com/messages."
        )
    sender = checks.line("sender", str(values.get("sender", "")), 20, label="sender")
    if sender and not _SENDER.fullmatch(sender):
        checks.fault(
            "sender", f"“{sender}” is no sender. Use a number, or up to 11 letters and digits."
        )
    checks.finish()
    return {"url": url, "sender": sender}


def _is_web_address(value: str, schemes: tuple[str, ...]) -> bool:
    """Without user name and password: those would be shown wherever the address is."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return (
        parts.scheme in schemes
        and bool(_HOST.fullmatch(host))
        and parts.username is None
        and port != 0
    )
