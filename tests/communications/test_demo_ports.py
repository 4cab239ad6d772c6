"""The demo's mail server and SMS gateway have ports of their own."""

import pytest

from wayfolk.demo.capturing import Ports


@pytest.mark.parametrize("web", [8000, 8107, 23_071, 33_071, 43_071, 65_535])
def test_no_two_parts_of_the_demo_want_one_port(web: int) -> None:
    ports = Ports.beside(web)
    assert ports.web == web
    assert len({ports.web, ports.mail, ports.sms}) == 3
    assert max(ports.mail, ports.sms) < 2**16
