"""preview: the next digest as a file, as JSON, and on a page that is shown anew at every save."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import async_playwright

from digest.settings.files.folders import shipped_folder
from scripts.pictures import FLAGS
from tests.program import PATIENCE_S, Home


@pytest.fixture
async def polled(home: Home) -> Home:
    """An installation with news."""
    assert (await home.digest("poll")).code == 3
    return home


async def test_preview_writes_a_page_and_tells_where_it_is(polled: Home) -> None:
    """The path on stdout, the subject beside it; as JSON the edition, ranks included; nothing new is exit code 1."""
    ran = await polled.digest("preview", "--no-browser")
    assert ran.code == 0, ran.err
    page = Path(ran.out.strip())
    assert "Aleppo talks collapse" in page.read_text(encoding="utf-8")
    shutil.rmtree(page.parent)
    as_json = (await polled.digest("preview", "--json", "--topic", "iran")).json
    [section] = as_json["sections"]
    assert [entry["lead"]["title"] for entry in section["entries"]] == ["Tehran opens a new bridge"]
    assert section["entries"][0]["rank"]
    why = await polled.digest("preview", "--why")
    assert "Tehran opens a new bridge" in why.out
    nothing = await polled.digest("preview", "--at", "2001-01-01")
    assert (nothing.code, "digest poll" in nothing.err) == (1, True)


@asynccontextmanager
async def watched(home: Home) -> AsyncIterator[str]:
    """The address of a preview that watches."""
    child = await home.start("preview", "--watch", "--no-browser")
    assert child.stdout is not None
    try:
        yield (await asyncio.wait_for(child.stdout.readline(), PATIENCE_S)).decode().strip()
    finally:
        child.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    assert child.returncode == 130
    assert "Traceback" not in err.decode()


async def test_watching_shows_every_save_and_every_mistake(polled: Home) -> None:
    """A template of one's own wins at once; a wrong one, and a wrong configuration, are told in the page's place."""
    async with watched(polled) as address, aiohttp.ClientSession() as browser:

        async def read(path: str = "page", **headers: str) -> tuple[int, str]:
            async with browser.get(address + path, headers=headers) as answer:
                return answer.status, await answer.text()

        assert "<iframe" in (await read(""))[1]
        before = (await read("version"))[1]
        page = (await read())[1]
        assert "Aleppo talks collapse" in page
        assert "<script" not in page
        assert (await read("version"))[1] == before
        templates = polled.folder / "config" / "templates"
        templates.mkdir()
        shipped = (shipped_folder("templates") / "digest.html.j2").read_text()
        (templates / "digest.html.j2").write_text(shipped.replace("{{ date }}", "MY OWN {{ date }}"))
        assert (await read("version"))[1] != before
        assert "MY OWN" in (await read())[1]
        (templates / "digest.html.j2").write_text("{{ nonsense }}")
        assert "nonsense" in (await read())[1]
        (templates / "digest.html.j2").unlink()
        polled.configure("digest.toml", "[digest]\ntitel = 1\n")
        assert "titel" in (await read())[1]
        assert (await read(Host="evil.example"))[0] == 403


async def test_a_browser_shows_the_page_anew_by_itself(polled: Home) -> None:
    """Save a file, look at the browser: there it is, without a hand on the reload button."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on the PATH: reloading is not tested in a browser here")
    async with watched(polled) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = await browser.new_page()
        await page.goto(address)
        heading = page.frame_locator("iframe").locator("h1")
        assert await heading.inner_text() == "Test Watch"
        polled.configure("digest.toml", '[digest]\ntitle = "Another Watch"\n')
        await page.frame_locator("iframe").locator("h1", has_text="Another Watch").wait_for(timeout=30_000)
        await browser.close()


async def test_a_template_that_makes_no_mail_is_told_before_anything_is_sent(polled: Home) -> None:
    """`check`, `preview`, `send -n` and `send` name the file and end with an error; mended, everything is sent."""
    templates = polled.folder / "config" / "templates"
    templates.mkdir()
    shipped = (shipped_folder("templates") / "digest.txt.j2").read_text()
    assert "{{ unsubscribe }}" in shipped
    (templates / "digest.txt.j2").write_text(shipped.replace("{{ unsubscribe }}", ""))
    for verb in (["check"], ["preview", "--no-browser"], ["send", "-n"], ["send", "--yes"]):
        ran = await polled.digest(*verb)
        assert ran.code == 1, (verb, ran)
        assert "digest.txt.j2 has no way to unsubscribe" in ran.err, (verb, ran)
    checked = (await polled.digest("check", "--json")).json
    assert "digest.txt.j2" in checked["templates"]
    (templates / "digest.txt.j2").write_text(shipped)
    assert (await polled.digest("check")).code == 0
    assert "accepted" in (await polled.digest("send", "--yes")).out
