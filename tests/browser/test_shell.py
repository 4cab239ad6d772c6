"""The frame around every page: accessible in both themes and at both widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE, OpenPage
from tests.world import Cast

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_home_is_accessible(
    committed_cast: Cast,
    open_page: OpenPage,
    screenshot: Callable[[Page, str], object],
    assert_accessible: Callable[[Page], None],
    width: int,
    theme: str,
) -> None:
    page = open_page(committed_cast.advisor, "/", width=width, theme=theme)
    page.get_by_role("heading", name="Home").wait_for()
    screenshot(page, f"home-{width}-{theme}")
    assert_accessible(page)
