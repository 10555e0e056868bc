"""Takes pictures of a page as mail clients show it: two widths, light and dark, without styles, inverted.

    .venv/bin/python scripts/pictures.py outbox/ana.html --out pictures
    .venv/bin/python scripts/pictures.py digest.html --widths 600 --schemes light --variants plain

Needs Chromium on the PATH; nothing is fetched, and scripts do not run.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

#: Runs in containers, stays silent, and fetches nothing of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
#: `plain`: as sent. `no-style`: every <style> removed, as Gmail on the mobile web does. `inverted`: forced dark.
VARIANTS = ("plain", "no-style", "inverted")
_INVERSION = "<style>html{filter:invert(1) hue-rotate(180deg);background:#111}</style>"
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)


def without_styles(html: str) -> str:
    """The page as a client shows it that drops every style sheet."""
    return _STYLE.sub("", html)


def picture(browser: Browser, html: str, *, path: Path, width: int, scheme: str, inverted: bool) -> None:
    """One picture of the whole page, at twice the pixels."""
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2,
        java_script_enabled=False,
        offline=True,
    )
    page.set_content(html.replace("</head>", f"{_INVERSION}</head>") if inverted else html)
    page.screenshot(path=path, full_page=True)
    page.close()


def main() -> int:
    """Parse the arguments, take every picture asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("pictures"))
    parser.add_argument("--widths", nargs="+", type=int, default=[600, 375])
    parser.add_argument("--schemes", nargs="+", choices=["light", "dark"], default=["light", "dark"])
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["plain"])
    chosen = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("pictures: no Chromium on the PATH (Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    chosen.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for source in chosen.pages:
            html = source.read_text(encoding="utf-8")
            for variant in chosen.variants:
                shown = without_styles(html) if variant == "no-style" else html
                for width in chosen.widths:
                    for scheme in chosen.schemes:
                        name = "-".join([source.stem, *([variant] if variant != "plain" else []), str(width), scheme])
                        path = chosen.out / f"{name}.png"
                        inverted = variant == "inverted"
                        picture(browser, shown, path=path, width=width, scheme=scheme, inverted=inverted)
                        print(path)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
