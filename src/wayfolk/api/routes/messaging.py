"""By which mail server and SMS gateway the organisation writes. Secrets are written, never read."""

from typing import Any

from django.http import HttpRequest

from wayfolk.api.access import actor_of
from wayfolk.api.presenters import communications as presenter
from wayfolk.api.routing import Resource
from wayfolk.api.schemas import communications as shapes
from wayfolk.communications.models import MailServer, SmsGateway
from wayfolk.communications.operations import settings

router = Resource()


@router.get("/messaging", response=shapes.MessagingSettings)
def get_messaging(request: HttpRequest) -> Any:
    """The settings of mail and SMS, without their secrets."""
    settings.require_rights(actor_of(request))
    return _answered()


@router.put("/messaging/mail", response=shapes.MessagingSettings)
def set_mail_server(request: HttpRequest, body: shapes.NewMailSettings) -> Any:
    """Set the mail server up, or change it. Another server or user needs the password again."""
    values = body.model_dump()
    password = values.pop("password")
    settings.save_mail_server(values, by=actor_of(request), password=password)
    return _answered()


@router.put("/messaging/sms", response=shapes.MessagingSettings)
def set_gateway(request: HttpRequest, body: shapes.NewGateway) -> Any:
    """Set the SMS gateway up, or change it. Another address needs the token again."""
    values = body.model_dump()
    token = values.pop("token")
    settings.save_gateway(values, by=actor_of(request), token=token)
    return _answered()


def _answered() -> shapes.MessagingSettings:
    return presenter.messaging(MailServer.objects.first(), SmsGateway.objects.first())
