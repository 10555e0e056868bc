"""Lays an edition out: templates in Jinja's sandbox, styles inlined by css-inline. Reads templates from disk.

A file in the operator's `templates` folder wins over the shipped one of the same name. Such templates may be anybody's:
they see the page and the theme, nothing of this program, and no file outside their folders.
"""

import traceback
from dataclasses import fields
from pathlib import Path

import css_inline
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateSyntaxError
from jinja2.exceptions import TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.errors import RenderError
from digest.mail.columns import wrap
from digest.mail.page import Page
from digest.mail.theme import Theme, theme
from digest.mail.typesetting import typeset
from digest.model import Edition, Format, Rendered
from digest.settings.shape import ThemeSettings
from digest.settings.shipped import shipped_folder

HTML_TEMPLATE, TEXT_TEMPLATE = "digest.html.j2", "digest.txt.j2"
#: Gmail clips a message whose HTML is longer than about 102 KB; a recipient's own values need some of the rest.
HTML_LIMIT = 90_000
_RECIPIENT_ALLOWANCE = 2_000


class JinjaRenderer:
    """`ports.Renderer` by Jinja and css-inline."""

    def __init__(self, settings: ThemeSettings | None = None, *, overrides: Path | None = None) -> None:
        """`overrides`: the operator's own templates, which win file by file; it need not exist."""
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
        self._environment.filters["wrap"] = wrap
        self._inliner = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)

    def render(self, edition: Edition) -> Rendered:
        """The edition's two parts, with marks where a recipient's values go. RenderError: a template is wrong.

        Where the HTML would be longer than 90,000 bytes, the lowest-ranked stories give way, in both parts.
        """
        if edition.format is Format.TEXT:
            whole = typeset(edition)
            return Rendered(subject=whole.subject, text=self._text(whole))
        shown, html = self._fitted(edition)
        return Rendered(subject=shown.subject, text=self._text(shown), html=html)

    def _fitted(self, edition: Edition) -> tuple[Page, str]:
        order = _first_to_go(edition)
        fits, too_few = self._laid_out(edition, ()), 0
        if _size(fits[1]) <= HTML_LIMIT:
            return fits
        # The fewest that must go, by halving: too_few is too few, enough is enough.
        enough = len(order)
        fits = self._laid_out(edition, order)
        while enough - too_few > 1:
            middle = (too_few + enough) // 2
            tried = self._laid_out(edition, order[:middle])
            if _size(tried[1]) <= HTML_LIMIT:
                fits, enough = tried, middle
            else:
                too_few = middle
        return fits

    def _laid_out(self, edition: Edition, left_out: tuple[int, ...]) -> tuple[Page, str]:
        shown = typeset(edition, left_out)
        html = self._inliner.inline(self._rendered(HTML_TEMPLATE, shown))
        return shown, html.replace(' data-css-inline="keep"', "")

    def _text(self, shown: Page) -> str:
        return self._rendered(TEXT_TEMPLATE, shown)

    def _rendered(self, name: str, shown: Page) -> str:
        values = {field.name: getattr(shown, field.name) for field in fields(shown)}
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


def _first_to_go(edition: Edition) -> tuple[int, ...]:
    """Numbers of stories, the lowest-ranked first; each topic keeps its first as long as any has a second."""

    def rank(story_rank: tuple[tuple[str, float], ...]) -> float:
        return sum(part for _, part in story_rank)

    stories = [
        (first == 0, rank(story.rank), -story.number)
        for section in edition.sections
        for first, story in enumerate(section.stories)
    ]
    return tuple(-number for _, _, number in sorted(stories))


def _place(error: BaseException, name: str) -> str:
    """`file:line` of the innermost template that the error came through (Jinja writes them into the traceback)."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else name
