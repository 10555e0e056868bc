"""Editions through the shipped templates, and through an operator's own."""

import html
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from digest.errors import RenderError
from digest.mail.render.jinja import HTML_LIMIT, HTML_TEMPLATE, TEXT_TEMPLATE, JinjaRenderer
from digest.mail.render.wrap import COLUMNS
from digest.model import Edition, Format, Rendered
from digest.settings.core.shape import ThemeSettings
from digest.text.width import width
from tests import editions
from tests.unit.mail.message.test_message import ANA, WEB, assert_sound, message, part

RENDERER = JinjaRenderer(ThemeSettings())
EVERY: list[Callable[[], Edition]] = [editions.day, editions.hostile, editions.arabic, editions.quiet, editions.large]


def rendered_html(edition: Edition) -> str:
    """The HTML part."""
    page = RENDERER.render(edition).html
    assert page is not None
    return page


def numbers(text: str) -> list[str]:
    """The stories' numbers, in order, as the text part shows them."""
    return re.findall(r"^ *(\d+)\. \S", text, re.MULTILINE)


@pytest.mark.parametrize("make", EVERY)
def test_every_edition_makes_a_sound_message(make: Callable[[], Edition]) -> None:
    """A realistic, a hostile, an Arabic, a quiet and a large day each make a message with zero defects."""
    rendered = RENDERER.render(make())
    assert_sound(message(rendered).data)
    data = message(rendered, sending=WEB).data
    assert "ana@example.org" in part(data, "plain")
    assert "ana@example.org" in part(data, "html")
    assert not re.search("[\ue000\ue001]", part(data, "plain") + part(data, "html"))


@pytest.mark.parametrize("make", EVERY)
def test_both_parts_tell_the_same_stories(make: Callable[[], Edition]) -> None:
    """Text and HTML show the same stories in the same order, by number, title and link."""
    rendered = RENDERER.render(make())
    assert rendered.html is not None
    shown = re.findall(r'<td class="number[^>]*>(\d+)</td>', rendered.html)
    assert numbers(rendered.text) == shown
    for entry in make().entries:
        if str(entry.number) in shown and entry.lead.link.startswith("https://courier"):
            assert f"     {entry.lead.link}\n" in rendered.text
            assert f'href="{entry.lead.link}"' in rendered.html


@pytest.mark.parametrize("make", EVERY)
def test_the_text_part_keeps_its_columns(make: Callable[[], Edition]) -> None:
    """No line is wider than 72 columns but a URL alone on its line, the reader's own values put in."""
    for line in part(message(RENDERER.render(make())).data, "plain").split("\n"):
        alone = re.fullmatch(r" *(https?:|mailto:)\S+", line)
        assert alone or width(line) <= COLUMNS
        assert not re.search(r"\S.*\b(https://|mailto:)\S", line) or "registry.example" in line


def test_what_a_person_reads_comes_before_the_long_links() -> None:
    """The text part tells why and how to leave before it lists the long `mailto:` links, which stand last."""
    text = RENDERER.render(editions.day()).text
    listed = text.index("To e-mail a story, open the link under its number:\n")
    assert text.index("Unsubscribe:\n") < text.index("You get this because") < text.index("No opens") < listed
    assert re.fullmatch(r"(\n\d+\.\nmailto:\?\S+\n)+", text[listed:].split("-" * 72 + "\n")[1])


def test_no_time_is_torn_apart() -> None:
    """In the HTML a time stands whole on its line, and no line begins with a separator; Arabic has its own comma."""
    page = rendered_html(editions.day())
    assert "Wed&nbsp;16:00" in page
    assert "08:00&nbsp;CEST" in page
    assert not re.search(r"[^;] ·", re.sub(r"<title>.*?</title>|<div class=\"preheader.*?</div>", "", page))
    assert "</a>، <a" in rendered_html(editions.arabic())


def test_the_size_limit_holds() -> None:
    """Of 100 stories as many are shown as 90,000 bytes hold, the rest is "N more" with a link; each topic keeps one."""
    page = str(JinjaRenderer(ThemeSettings(), web=True).render(editions.large()).html)
    assert HTML_LIMIT - 6_000 < len(page.encode()) <= HTML_LIMIT
    more = [int(n) for n in re.findall(r">(\d+) more stor", page)]
    shown = re.findall(r'<td class="number', page)
    assert len(shown) + sum(more) == 100
    assert all(f'id="t{at}"' in page for at in (1, 2, 3))
    assert "https://news.example.org/e/3f2a9c5d7e8b1a40#t3" in page


def test_the_lowest_ranked_give_way() -> None:
    """What is left out ranks below what is shown."""
    page = rendered_html(editions.large())
    shown = {int(n) for n in re.findall(r'<td class="number[^>]*>(\d+)</td>', page)}
    leads = {1, 35, 69}
    rank = {entry.number: sum(value for _, value in entry.rank) for entry in editions.large().entries}
    lowest_shown = min(rank[n] for n in shown - leads)
    assert all(rank[n] <= lowest_shown for n in rank.keys() - shown)


@pytest.mark.parametrize("make", EVERY)
def test_nothing_is_fetched_run_or_tracked(make: Callable[[], Edition]) -> None:
    """No image, script, form, frame, font, style sheet or pixel; the footer says that nothing is tracked."""
    page = rendered_html(make())
    tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", page)}
    known = {"html", "head", "meta", "title", "style", "body", "div", "table", "tbody", "tr", "td"}
    assert tags <= known | {"h1", "h2", "h3", "p", "a", "b", "br", "span"}
    assert not re.search(r"url\(|@import|@font-face|\son\w+=|javascript:", re.sub(r">[^<]*<|\"[^\"]*\"", "", page))
    text = html.unescape(page)
    assert make().language == "ar" or "No opens or clicks are tracked." in text


@pytest.mark.parametrize("make", EVERY)
def test_style_sheets_stay_small(make: Callable[[], Edition]) -> None:
    """Each <style> is under 16 KB: Gmail drops larger ones. The preheader is hidden by display:none."""
    page = rendered_html(make())
    assert all(len(style) < 16_000 for style in re.findall(r"<style\b.*?</style>", page, re.DOTALL))
    assert '<div class="preheader" style="display:none">' in page
    assert "data-css-inline" not in page


def test_language_and_direction_stand_on_page_and_wrapper() -> None:
    """`lang` and `dir` are on html and on the wrapper; titles and lines carry their own on blocks; no bdi."""
    page = rendered_html(editions.day())
    assert page.count(' dir="ltr" lang="en"') + page.count(' lang="en" dir="ltr"') >= 2
    assert re.search(r'<h3 [^>]*lang="fa"[^>]*dir="rtl"|<h3 [^>]*dir="rtl"[^>]*lang="fa"', page)
    assert re.search(r'<p class="line[^>]*dir="rtl"', page)
    assert "<bdi" not in page
    assert not re.search(r"(margin|padding|border)-(inline|block)|text-align:\s*(start|end)", page)
    arabic = rendered_html(editions.arabic())
    assert re.search(r'<html[^>]* dir="rtl"', arabic)
    assert re.search(r'<div lang="ar" dir="rtl"|<div dir="rtl" lang="ar"', arabic)


def test_each_story_can_be_mailed() -> None:
    """In both parts, every story with a link has a mailto with its subject and body; in HTML it is named for a11y."""
    rendered = RENDERER.render(editions.day())
    assert rendered.html is not None
    for entry in editions.day().entries:
        assert f'aria-label="E-mail this link: {entry.lead.title}"' in rendered.html
    links = re.findall(r'href="(mailto:\?subject=[^"]+)"', rendered.html)
    assert len(links) == 7
    assert [html.unescape(link) for link in links] == re.findall(r"^mailto:\S+$", rendered.text, re.MULTILINE)


def test_a_text_edition_is_text_alone() -> None:
    """`format = "text"` renders no HTML."""
    rendered = RENDERER.render(editions.edition(*editions.day().sections, format=Format.TEXT))
    assert rendered.html is None
    assert numbers(rendered.text) == [str(n) for n in range(1, 8)]


def test_rendering_is_repeatable() -> None:
    """The same edition renders to the same bytes, in this renderer and in a new one."""
    assert RENDERER.render(editions.day()) == JinjaRenderer(ThemeSettings()).render(editions.day())


def test_the_theme_shows() -> None:
    """Colours, fonts, logo line and postal address of the settings stand in the page, without touching a template."""
    theme = ThemeSettings(
        logo_line="The Harbour Desk",
        postal="1 Quay, Geneva",
        colours=(("link", "#123456"),),
        dark_colours=(("link", "#fedcba"),),
        serif="Noto Serif",
    )
    rendered = JinjaRenderer(theme).render(editions.day())
    assert rendered.html is not None
    for words in ("The Harbour Desk", "1 Quay, Geneva", "#123456", "#fedcba", "Noto Serif"):
        assert words in rendered.html
    assert "1 Quay, Geneva" in rendered.text


TEXT = st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'{}%\r\n\0\u2028\ue000\ue001")), max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT, TEXT)
@example("{{7*7}}{% raw %}", "<script>alert(1)</script>", '" onmouseover="x')
@example("</style></title><script>", "-->", "]]>")
@example("\ue000unsubscribe\ue001", "\ud800", "\x00")
def test_any_words_stay_words(title: str, line: str, source: str) -> None:
    """Whatever a story says stands in the page as text: no tag, attribute or expression comes of it."""
    story = editions.story(1, title, line, source=source)
    edition = editions.edition(editions.section("t", source, story), title=line, topic_titles=(("t", title),))
    rendered = RENDERER.render(edition)
    assert_sound(message(rendered).data)
    assert rendered.html is not None
    plain = RENDERER.render(
        editions.edition(editions.section("t", "T", editions.story(1, "T", "L" if line.strip() else "")), title="T")
    )
    assert plain.html is not None
    sprouted = set(re.findall(r"<([a-z0-9]+)", rendered.html)) - set(re.findall(r"<([a-z0-9]+)", plain.html))
    assert sprouted <= {"br", "b", "p", "span"}


# The operator's own templates


def own(folder: Path, **files: str) -> JinjaRenderer:
    """A renderer with these templates over the shipped ones."""
    for name, text in files.items():
        (folder / f"{name}.j2").write_text(text, encoding="utf-8")
    return JinjaRenderer(ThemeSettings(), overrides=folder)


def test_a_file_of_ones_own_wins_alone(tmp_path: Path) -> None:
    """One copied file replaces the shipped one of its name; the others stay as shipped."""
    renderer = own(tmp_path, **{"digest.txt": "Mine: {{ title }} {{ unsubscribe }}"})
    rendered = renderer.render(editions.day())
    assert rendered.text.startswith("Mine: World Desk Digest ")
    assert rendered.html == RENDERER.render(editions.day()).html
    assert JinjaRenderer(ThemeSettings(), overrides=tmp_path / "absent").render(editions.day()).html == rendered.html


def test_a_changed_file_shows_at_once(tmp_path: Path) -> None:
    """A template saved again is read again: `preview` reloads without a restart."""
    renderer = own(tmp_path, **{"digest.txt": "One {{ unsubscribe }}"})
    assert renderer.render(editions.day()).text.startswith("One")
    path = tmp_path / "digest.txt.j2"
    stamp = path.stat().st_mtime_ns
    path.write_text("Two {{ unsubscribe }}", encoding="utf-8")
    os.utime(path, ns=(stamp + 10**9, stamp + 10**9))
    assert renderer.render(editions.day()).text.startswith("Two")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\nb\n{{ titel }}", r"digest\.txt\.j2:3: 'titel' is undefined"),
        ("a\n{% if %}", r"digest\.txt\.j2:2: "),
        ("{% include 'absent.j2' %}", r"no template absent\.j2"),
        ("\n{{ 1 / 0 }}", r"digest\.txt\.j2:2: division by zero"),
        ("\n{{ range(10 ** 9) | list }}", r"digest\.txt\.j2:2: Range too big"),
        ("{{ title.__class__.__mro__ }}", r"digest\.txt\.j2:1: access to attribute"),
        ("{{ theme.__init__.__globals__ }}", r"digest\.txt\.j2:1: access to attribute"),
        ("{{ ''.__class__ }}", r"digest\.txt\.j2:1: access to attribute"),
        ("{{ cycler.__init__.__globals__.os.environ }}", r"digest\.txt\.j2:1: access to attribute"),
        ("{% include '../secret.txt' %}", "no template"),
        ("{% include '/etc/passwd' %}", "no template"),
        ("{{ sections.append(1) }}", r"digest\.txt\.j2:1: "),
        ("nothing", "no way to unsubscribe"),
    ],
)
def test_a_wrong_template_is_named(tmp_path: Path, text: str, words: str) -> None:
    """An undefined name, bad syntax, a way out of the sandbox or the folder: an error with file and line."""
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    with pytest.raises(RenderError, match=words):
        message(own(folder, **{"digest.txt": text}).render(editions.day()))


def test_secrets_are_not_in_sight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template sees the page, the theme and Jinja's own globals: no environment variable, no file, no module."""
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    names = "{% for name in self._TemplateReference__context %}{{ name }} {% endfor %}"
    with pytest.raises(RenderError, match="access to attribute"):
        own(tmp_path, **{"digest.txt": names}).render(editions.day())
    with pytest.raises(RenderError, match="'environ' is undefined"):
        own(tmp_path, **{"digest.txt": "{{ environ }}"}).render(editions.day())


def test_no_style_sheet_is_fetched(tmp_path: Path) -> None:
    """A <link> in a template is left as it is: css-inline is told to fetch nothing, from the network or from disk."""
    css = tmp_path / "own.css"
    css.write_text("p { color: #abcdef }", encoding="utf-8")
    shipped = (Path("templates") / HTML_TEMPLATE).read_text(encoding="utf-8")
    linked = shipped.replace("<title>", f'<link rel="stylesheet" href="file://{css}"><title>')
    page = own(tmp_path, **{"digest.html": linked}).render(editions.day()).html
    assert page is not None
    assert "#abcdef" not in page


def test_shipped_templates_are_named_as_documented() -> None:
    """The two templates that matter exist under the names that the documentation gives."""
    assert {HTML_TEMPLATE, TEXT_TEMPLATE} <= {path.name for path in Path("templates").iterdir()}


def test_one_rendering_serves_many(tmp_path: Path) -> None:
    """Rendering happens once: two subscribers' messages differ in their own values and nowhere else."""
    rendered: Rendered = JinjaRenderer(ThemeSettings(), web=True).render(editions.day())
    other = replace(ANA, id="f" * 16, mailbox=replace(ANA.mailbox, address="ben@example.org"))
    texts = [part(message(rendered, to=who, sending=WEB).data, "plain") for who in (ANA, other)]
    differing = [line for line, same in zip(*(text.split("\n") for text in texts), strict=True) if line != same]
    assert all("ana@example.org" in line or re.search("/[up]/|mailto:desk@", line) for line in differing)
    assert len(differing) == 4
