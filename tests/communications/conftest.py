from collections.abc import Iterator

import pytest

from tests.communications import servers


@pytest.fixture
def mail() -> Iterator[servers.MailServer]:
    with servers.mail_server() as server:
        yield server


@pytest.fixture
def gateway(settings) -> Iterator[servers.Gateway]:
    settings.PRIVATE_GATEWAYS = True
    with servers.sms_gateway() as server:
        yield server
