"""How a digest looks: the shipped colours and fonts, with the operator's own over them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from digest.errors import RenderError
from digest.settings.core.shape import ThemeSettings

#: Colours by token. Text on its ground has a contrast of at least 4.5 to 1 in both (WCAG 2.2, 1.4.3).
LIGHT: Mapping[str, str] = {
    "canvas": "#f3f1ec",
    "paper": "#ffffff",
    "ink": "#1b1c1e",
    "body": "#3a3d42",
    "meta": "#5c6067",
    "link": "#0b4a8f",
    "rule": "#dedad2",
    "topic1": "#1d6a4b",
    "topic2": "#8c3a16",
    "topic3": "#5a3a86",
    "topic4": "#0f5f73",
    "topic5": "#8a2350",
    "topic6": "#66570f",
}
DARK: Mapping[str, str] = {
    "canvas": "#0f1113",
    "paper": "#191c1f",
    "ink": "#f0eeea",
    "body": "#cfd2d6",
    "meta": "#a3a8af",
    "link": "#8cbcf2",
    "rule": "#34393e",
    "topic1": "#74c9a3",
    "topic2": "#eda07c",
    "topic3": "#c3a6ec",
    "topic4": "#7cc7d9",
    "topic5": "#f09bbd",
    "topic6": "#d5c36c",
}
#: Topics take the colours in turn.
TOPIC_COLOURS = sum(name.startswith("topic") for name in LIGHT)
#: Arabic and Persian fall through to Tahoma and the like: Georgia and Helvetica have none of their letters.
SERIF = "Georgia, Times New Roman, Times, serif"
SANS = "Segoe UI, Roboto, Helvetica, Arial, sans-serif"

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
#: Family names need no quotes (CSS Fonts 4, 2.1), and nothing else belongs into the style sheet.
_NOT_IN_FONTS = re.compile(r"[^\w ,-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Design tokens, complete."""

    #: `#rrggbb` by token name.
    light: Mapping[str, str]
    dark: Mapping[str, str]
    serif: str
    sans: str
    #: Stands above the masthead; empty: nothing does.
    logo_line: str
    #: The postal address in the footer; empty: none.
    postal: str


def theme(settings: ThemeSettings) -> Theme:
    """The shipped look with the operator's settings over it. RenderError: an unknown token, or no colour."""
    return Theme(
        light=_colours(LIGHT, settings.colours),
        dark=_colours(DARK, settings.dark_colours),
        serif=_NOT_IN_FONTS.sub("", settings.serif or SERIF),
        sans=_NOT_IN_FONTS.sub("", settings.sans or SANS),
        logo_line=settings.logo_line or "",
        postal=settings.postal or "",
    )


def _colours(shipped: Mapping[str, str], own: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    for token, colour in own:
        if token not in shipped or not _COLOUR.fullmatch(colour):
            raise RenderError(f"[theme] {token} = {colour!r}: write one of {', '.join(shipped)} as #rrggbb")
    return {**shipped, **dict(own)}
