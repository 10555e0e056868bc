"""The rendered digest in real Chromium: it fits, it reads without styles and in the dark, and axe finds nothing."""

import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from digest.mail.render.jinja import JinjaRenderer
from digest.settings.core.shape import ThemeSettings
from scripts.pictures import FLAGS, without_styles
from tests import editions
from tests.unit.mail.message.test_message import WEB, message, part

EDITIONS = {"day": editions.day, "hostile": editions.hostile, "arabic": editions.arabic, "quiet": editions.quiet}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
#: What axe finds in a page that a mail client shows inside its own: it has the landmarks.
NOT_OURS = ["region", "landmark-one-main"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none the tests skip with this line, but for CI."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on the PATH: how digests look is not tested here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """The HTML of each edition as a subscriber receives it."""
    renderer = JinjaRenderer(ThemeSettings(logo_line="The Harbour Desk", postal="1 Quay, Geneva"))
    return {name: part(message(renderer.render(make()), sending=WEB).data, "html") for name, make in EDITIONS.items()}


def opened(browser: Browser, html: str, *, width: int = 375, dark: bool = False, scripts: bool = True) -> Page:
    """The page, shown."""
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        offline=True,
    )
    page.set_content(html)
    return page


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("width", [320, 375, 600, 900])
@pytest.mark.parametrize("style", ["styled", "no-style"])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, pages: dict[str, str], name: str, width: int, style: str
) -> None:
    """At any width, long words and raw URLs included, with or without styles, nothing has to be scrolled sideways."""
    html = pages[name] if style == "styled" else without_styles(pages[name])
    page = opened(browser, html, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


@pytest.mark.parametrize("name", EDITIONS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing(browser: Browser, pages: dict[str, str], name: str, dark: bool) -> None:
    """No violation of contrast, names or structure, in light and in dark."""
    page = opened(browser, pages[name], width=600, dark=dark)
    page.evaluate(AXE)
    rules = {rule: {"enabled": False} for rule in NOT_OURS}
    result = page.evaluate("rules => axe.run(document, {rules})", rules)
    found = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in result["violations"]]
    assert not found
    assert "color-contrast" in {each["id"] for each in result["passes"]}
    page.close()


@pytest.mark.parametrize("name", EDITIONS)
def test_touch_targets_are_large(browser: Browser, pages: dict[str, str], name: str) -> None:
    """On a phone every link can be hit on at least 40 px of height."""
    page = opened(browser, pages[name])
    heights = page.eval_on_selector_all(
        "a[href]", "all => all.map(a => [a.textContent, a.getBoundingClientRect().height])"
    )
    assert heights
    assert not [(text, height) for text, height in heights if height < 40]
    page.close()


@pytest.mark.parametrize("name", EDITIONS)
def test_headings_are_in_order(browser: Browser, pages: dict[str, str], name: str) -> None:
    """One h1; an h3 only under an h2; no heading is empty."""
    page = opened(browser, pages[name])
    headings = page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(h => [h.tagName, h.textContent.trim()])")
    levels = [int(tag[1]) for tag, _ in headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(text for _, text in headings)
    page.close()


def test_tables_are_for_layout_and_say_so(browser: Browser, pages: dict[str, str]) -> None:
    """Every table has role=presentation; nothing is an image, a form or a script."""
    page = opened(browser, pages["day"])
    assert page.locator("table").count() == page.locator("table[role=presentation]").count() > 0
    assert page.locator("img,form,script,iframe,object,link,svg,input,video,audio").count() == 0
    page.close()


def test_a_persian_story_reads_from_the_right(browser: Browser, pages: dict[str, str]) -> None:
    """Its headline starts at the right edge, and headline and line run from there, apart from their neighbours."""
    page = opened(browser, pages["day"], width=600)
    style = "all => all.map(e => [getComputedStyle(e).direction, getComputedStyle(e).unicodeBidi])"
    assert page.eval_on_selector_all("h3[lang=fa], p[lang=fa]", style) == [["rtl", "isolate"]] * 2
    places = page.eval_on_selector_all(
        "h3[lang=fa]",
        "all => all.map(e => { const r = document.createRange(); r.selectNodeContents(e);"
        " return [e.getBoundingClientRect().right - r.getBoundingClientRect().right] })",
    )
    assert places == [[0]]
    page.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_follow_the_reader(browser: Browser, pages: dict[str, str], dark: bool) -> None:
    """Paper and ink are light or dark as the reader's system is."""
    page = opened(browser, pages["day"], dark=dark)
    paper = page.eval_on_selector(".masthead", "e => getComputedStyle(e).backgroundColor")
    ink = page.eval_on_selector("h1", "e => getComputedStyle(e).color")
    assert (paper, ink) == (
        ("rgb(25, 28, 31)", "rgb(240, 238, 234)") if dark else ("rgb(255, 255, 255)", "rgb(27, 28, 30)")
    )
    page.close()


def test_without_styles_it_still_looks_itself(browser: Browser, pages: dict[str, str]) -> None:
    """With every <style> removed fonts, sizes, colours and the hidden preheader stay: they are inline."""
    page = opened(browser, without_styles(pages["day"]))
    assert "<style" not in page.content()
    style = page.eval_on_selector("h3", "e => { const s = getComputedStyle(e); return [s.fontSize, s.fontFamily] }")
    assert style[0] == "24px"
    assert style[1].startswith("Georgia")
    assert page.locator(".preheader").is_hidden()
    assert page.eval_on_selector(".paper", "e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    page.close()


def test_the_line_of_topics_jumps(browser: Browser, pages: dict[str, str]) -> None:
    """Each topic in the jump line leads to its heading."""
    page = opened(browser, pages["day"])
    targets = page.eval_on_selector_all(".jumps a", "all => all.map(a => document.querySelector(a.hash).textContent)")
    assert [target.split()[0] for target in targets] == ["Syria", "Iran", "Sanctions"]
    page.close()
