"""Lays an edition out: templates in Jinja's sandbox, styles inlined by css-inline. Reads templates from disk.

A file in the operator's `templates` folder wins over the shipped one of the same name. Such templates may be anybody's:
they see the page and the theme, nothing of this program, and no file outside their folders.
"""

import traceback
from dataclasses import fields
from math import ceil
from pathlib import Path

import css_inline
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.exceptions import TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.errors import RenderError
from digest.mail.render.page import Page
from digest.mail.render.page_builder import Typesetter
from digest.mail.render.theme import Theme, theme
from digest.mail.render.wrap import whole, wrap
from digest.model import Edition, Format, Rendered
from digest.settings.core.shape import Settings, ThemeSettings
from digest.settings.files.folders import shipped_folder

HTML_TEMPLATE, TEXT_TEMPLATE = "digest.html.j2", "digest.txt.j2"
#: Gmail clips a message whose HTML is longer than about 102 KB; a recipient's own values need some of the rest.
HTML_LIMIT = 90_000
_RECIPIENT_ALLOWANCE = 2_000


def own_templates(settings: Settings) -> Path | None:
    """The operator's own templates; the folder need not exist. None: the configuration is one file."""
    return settings.path / "templates" if settings.path and settings.path.is_dir() else None


def renderer_of(settings: Settings) -> "JinjaRenderer":
    """The renderer of a configuration."""
    return JinjaRenderer(settings.theme, overrides=own_templates(settings))


class JinjaRenderer:
    """`ports.Renderer` by Jinja and css-inline."""

    def __init__(
        self, settings: ThemeSettings | None = None, *, overrides: Path | None = None, web: bool = False
    ) -> None:
        """`overrides`: the operator's own templates, which win file by file; it need not exist. `web`: the web pages
        are served, and a digest may lead there."""
        self._web = web
        shipped = shipped_folder("templates")
        folders = [folder for folder in (overrides, shipped) if folder is not None]
        self._theme: Theme = theme(settings or ThemeSettings())
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and ".html" in name,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update(whole=whole, wrap=wrap)
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)

    def render(self, edition: Edition) -> Rendered:
        """The edition's two parts, with placeholders where a recipient's values go. RenderError: a template is wrong.

        Where the HTML would be longer than 90,000 bytes, the lowest-ranked entries give way, in both parts: those are
        `left_out`.
        """
        setter = Typesetter(edition, web=self._web)
        if edition.format is Format.TEXT:
            page = setter.page()
            return Rendered(subject=page.subject, text=self._filled(TEXT_TEMPLATE, page))
        page, html, left_out = self._fitted(setter)
        return Rendered(
            subject=page.subject, text=self._filled(TEXT_TEMPLATE, page), html=html, left_out=tuple(sorted(left_out))
        )

    def _fitted(self, setter: Typesetter) -> tuple[Page, str, tuple[int, ...]]:
        """The page with as many entries as fit, its HTML, and the numbers of those that do not."""
        order = first_to_go(setter.edition)
        page, html = self._laid_out(setter, ())
        if _size(html) <= HTML_LIMIT:
            return page, html, ()
        # At least `enough` must go, and `too_few` does not do; a story's size is guessed from those seen so far.
        too_few, too_large, enough = 0, _size(html), len(order)
        page, html = self._laid_out(setter, order)
        while enough - too_few > 1:
            each = (too_large - _size(html)) / (enough - too_few)
            guess = too_few + ceil((too_large - HTML_LIMIT) / each) if each > 0 else (too_few + enough) // 2
            tried = min(max(guess, too_few + 1), enough - 1)
            candidate = self._laid_out(setter, order[:tried])
            if _size(candidate[1]) <= HTML_LIMIT:
                (page, html), enough = candidate, tried
            else:
                too_few, too_large = tried, _size(candidate[1])
        return page, html, order[:enough]

    def _laid_out(self, setter: Typesetter, left_out: tuple[int, ...]) -> tuple[Page, str]:
        page = setter.page(frozenset(left_out))
        html = self._inliner.inline(self._filled(HTML_TEMPLATE, page))
        return page, html.replace(' data-css-inline="keep"', "")

    def _filled(self, name: str, page: Page) -> str:
        values = {field.name: getattr(page, field.name) for field in fields(page)}
        try:
            return self._environment.get_template(name).render(values, theme=self._theme)
        except TemplateSyntaxError as error:
            raise RenderError(f"{error.filename or error.name}:{error.lineno}: {error.message}") from error
        except TemplateNotFound as error:
            raise RenderError(f"{name}: there is no template {error.name}: copy the shipped one there") from error
        except Exception as error:  # a template can raise anything
            raise RenderError(f"{_place(error, name)}: {str(error) or type(error).__name__}") from error


def _size(html: str) -> int:
    return len(html.encode()) + _RECIPIENT_ALLOWANCE


def first_to_go(edition: Edition) -> tuple[int, ...]:
    """Numbers of entries, the lowest-ranked first; each topic keeps its first as long as any has a second."""

    def rank(story_rank: tuple[tuple[str, float], ...]) -> float:
        return sum(part for _, part in story_rank)

    entries = [
        (first == 0, rank(entry.rank), -entry.number)
        for section in edition.sections
        for first, entry in enumerate(section.entries)
    ]
    return tuple(-number for _, _, number in sorted(entries))


def _place(error: BaseException, name: str) -> str:
    """`file:line` of the innermost template that the error came through (Jinja writes them into the traceback)."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
