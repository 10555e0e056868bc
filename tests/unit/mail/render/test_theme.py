"""Colours that can be read, and a theme that cannot break out of its style sheet."""

import pytest

from digest.errors import RenderError
from digest.mail.render.theme import DARK, LIGHT, theme
from digest.settings.core.shape import ThemeSettings

TEXT = [name for name in LIGHT if name not in {"canvas", "paper", "rule"}]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read(colours: dict[str, str], name: str) -> None:
    """Each text colour has a contrast of at least 4.5 to 1 on the paper, meta on the canvas too."""
    assert contrast(colours[name], colours["paper"]) >= 4.5
    if name == "meta":
        assert contrast(colours[name], colours["canvas"]) >= 4.5


#: What `hue-rotate(180deg)` does to red, green and blue (Filter Effects 1, 8.5).
HALF_TURN = ((-0.574, 1.43, 0.144), (0.426, 0.43, 0.144), (0.426, 1.43, -0.856))


def inverted(colour: str) -> str:
    """A colour as a client shows it that forces darkness: light turned around, the hue kept."""
    parts = [255 - int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    turned = [sum(weight * part for weight, part in zip(row, parts, strict=True)) for row in HALF_TURN]
    return "#" + "".join(f"{round(min(255, max(0, part))):02x}" for part in turned)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", TEXT)
def test_text_can_be_read_under_forced_inversion(colours: dict[str, str], name: str) -> None:
    """A client that inverts all colours by itself still shows each text at 4.5 to 1 or more."""
    assert contrast(inverted(colours[name]), inverted(colours["paper"])) >= 4.5


def test_own_colours_win() -> None:
    """A token of the operator's own replaces the shipped one, in its own scheme alone."""
    themed = theme(ThemeSettings(colours=(("link", "#123456"),), logo_line="LG", postal="1 Street"))
    assert (themed.light["link"], themed.dark["link"]) == ("#123456", DARK["link"])
    assert (themed.logo_line, themed.postal) == ("LG", "1 Street")


@pytest.mark.parametrize(("token", "colour"), [("lnik", "#123456"), ("link", "red"), ("link", "#123456;}")])
def test_a_wrong_colour_is_refused(token: str, colour: str) -> None:
    """An unknown token, or what is no #rrggbb, is named with the tokens that there are."""
    with pytest.raises(RenderError, match="write one of canvas"):
        theme(ThemeSettings(colours=((token, colour),)))


def test_a_font_cannot_break_out() -> None:
    """Quotes, brackets and semicolons are dropped from font names: they need none."""
    assert theme(ThemeSettings(serif="'Noto Serif', Georgia;}</style>")).serif == "Noto Serif, Georgiastyle"
