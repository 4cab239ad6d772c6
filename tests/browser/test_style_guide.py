"""The components in a real browser: accessible in every state, and behaving as the keys promise."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import NARROW, WIDE, Accessible, Gallery, OpenPage
from tests.world import Cast

pytestmark = pytest.mark.browser
GUIDE = "/style-guide"


@pytest.fixture
def guide(committed_cast: Cast, open_page: OpenPage) -> Callable[..., Page]:
    """Opens the style guide for the advisor."""

    def open_guide(*, theme: str = "light", width: int = WIDE, javascript: bool = True) -> Page:
        return open_page(
            committed_cast.advisor, GUIDE, theme=theme, width=width, javascript=javascript
        )

    return open_guide


def test_every_component_is_accessible(committed_cast: Cast, gallery: Gallery) -> None:
    gallery.look(gallery.open(committed_cast.advisor, GUIDE), "style-guide")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_lies_over_the_page_is_accessible(
    guide: Callable[..., Page], assert_accessible: Accessible, theme: str
) -> None:
    page = guide(theme=theme)
    page.get_by_role("button", name="your menu").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Dialog from a page").click()
    expect(page.get_by_role("dialog", name="New customer")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#dialog [data-form-errors]")).to_be_focused()
    assert_accessible(page)


def test_the_drawer_holds_the_navigation_on_a_narrow_screen(
    guide: Callable[..., Page], assert_accessible: Accessible
) -> None:
    page = guide(width=NARROW)
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Navigation").click()
    expect(navigation.get_by_role("link", name="Home", exact=True)).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(navigation).to_be_hidden()


def test_nothing_moves_after_the_first_paint(guide: Callable[..., Page]) -> None:
    page = guide()
    page.evaluate(
        "() => { window.moved = 0; const add = (entry) => { window.moved += entry.value };"
        " new PerformanceObserver((list) => list.getEntries().forEach(add))"
        ".observe({type: 'layout-shift', buffered: true}) }"
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    assert page.evaluate("window.moved") < 0.01


def test_letters_go_to_sections_unless_one_is_typing(guide: Callable[..., Page]) -> None:
    page = guide()
    page.get_by_label("Search these customers").focus()
    page.keyboard.type("gh/?c")
    expect(page.get_by_label("Search these customers")).to_have_value("gh/?c")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_label("Search these customers").blur()
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/")


def test_letters_can_be_switched_off(guide: Callable[..., Page]) -> None:
    page = guide()
    page.keyboard.press("?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    shortcuts.get_by_role("switch").uncheck()
    page.keyboard.press("Escape")
    expect(shortcuts).to_be_hidden()
    page.keyboard.press("?")
    page.reload()
    page.keyboard.press("?")
    expect(shortcuts).to_be_hidden()


def test_rows_are_walked_and_ticked_by_keys(guide: Callable[..., Page]) -> None:
    page = guide()
    bar = page.get_by_role("form", name="Actions on the ticked customers")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Bartholomew")).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("k")
    page.keyboard.press("x")
    expect(bar).to_contain_text("2 ticked")
    page.get_by_role("button", name="Untick all").click()
    expect(bar).to_be_hidden()


def test_shift_ticks_a_range_and_the_head_ticks_all(guide: Callable[..., Page]) -> None:
    page = guide()
    page.get_by_role("checkbox", name="Tick Anna Holm").click()
    page.get_by_role("checkbox", name="Tick İpek Çağlar").click(modifiers=["Shift"])
    expect(page.locator("[data-select]:checked")).to_have_count(3)
    page.get_by_role("checkbox", name="Tick all customers shown").uncheck()
    expect(page.locator("[data-select]:checked")).to_have_count(0)


def test_unsaved_changes_are_marked_and_guarded(guide: Callable[..., Page]) -> None:
    page = guide()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    form = page.locator("form[data-guard]").first
    form.get_by_label("First name").fill("Ada")
    expect(form.get_by_text("Not saved yet")).to_be_visible()
    expect(form.locator(".is-changed")).to_have_count(1)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home", exact=True).click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith(GUIDE)

    form.get_by_label("First name").fill("")
    expect(form.get_by_text("Not saved yet")).to_be_hidden()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Home", exact=True).click()
    page.wait_for_url("**/")
    assert asked == ["beforeunload"]


def test_a_half_filled_dialog_asks_before_it_closes(guide: Callable[..., Page]) -> None:
    page = guide()
    answers = iter(["dismiss", "accept"])
    page.on("dialog", lambda dialog: getattr(dialog, next(answers))())
    opener = page.get_by_role("link", name="Dialog from a page")
    opener.click()
    dialog = page.get_by_role("dialog", name="New customer")
    expect(dialog.get_by_label("First name")).to_be_focused()
    dialog.get_by_label("First name").fill("Ada")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_label("First name")).to_have_value("Ada")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    assert page.url.endswith(GUIDE)


def test_a_toast_offers_undo_and_waits_while_it_is_pointed_at(guide: Callable[..., Page]) -> None:
    page = guide()
    page.clock.install()
    page.get_by_role("link", name="Dialog from a page").click()
    dialog = page.get_by_role("dialog", name="New customer")
    dialog.get_by_label("First name").fill("Ada")
    dialog.get_by_role("button", name="Create").click()
    toast = page.get_by_role("region", name="Notices").locator(".wf-toast")
    expect(toast).to_contain_text("Created Ada.")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    toast.hover()
    page.clock.run_for(30_000)
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.run_for(8_000)
    expect(toast).to_be_visible()
    page.clock.run_for(4_000)
    expect(toast).to_have_count(0)


def test_errors_of_fragments_are_said_in_words(guide: Callable[..., Page]) -> None:
    page = guide()
    page.evaluate("void htmx.ajax('GET', '/nothing-there', {target: '#main'})")
    notices = page.get_by_role("region", name="Notices")
    expect(notices).to_contain_text("That record is no longer there.")
    expect(page.get_by_role("heading", name="Style guide")).to_be_visible()


def test_the_choice_of_theme_is_kept(guide: Callable[..., Page]) -> None:
    page = guide(theme="light")
    page.get_by_role("button", name="your menu").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    page.get_by_role("button", name="your menu").click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_sections_close_one_by_one_and_all_at_once(guide: Callable[..., Page]) -> None:
    page = guide()
    page.locator("#guide-basics > summary").click()
    expect(page.locator("#guide-basics")).not_to_have_attribute("open", "")
    expect(page.locator("#guide-forms")).to_have_attribute("open", "")
    page.get_by_role("button", name="Close all").click()
    expect(page.locator("[data-section][open]")).to_have_count(0)


def test_a_double_click_sends_a_form_once(guide: Callable[..., Page]) -> None:
    page = guide()
    page.get_by_role("link", name="Dialog from a page").click()
    dialog = page.get_by_role("dialog", name="New customer")
    dialog.get_by_label("First name").fill("Ada")
    posts: list[str] = []
    page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    dialog.get_by_role("button", name="Create").dblclick()
    expect(page.locator(".wf-toast")).to_have_count(1)
    assert len(posts) == 1


def test_without_javascript_the_same_things_work(guide: Callable[..., Page]) -> None:
    page = guide(javascript=False)
    page.get_by_role("button", name="More actions").first.click()
    expect(page.get_by_role("link", name="Edit E")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Secondary").click()
    expect(page.get_by_label("Special guest").first).to_be_visible()
    page.get_by_role("checkbox", name="Tick Anna Holm").click()
    expect(page.get_by_role("button", name="Export")).to_be_visible()
    page.get_by_role("link", name="Dialog from a page").click()
    expect(page.get_by_role("heading", name="New customer", level=1)).to_be_visible()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Nothing was saved")).to_be_visible()
    page.get_by_label("First name").fill("Ada")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("Created Ada.")).to_be_visible()
