"""Scripts: which way they run, and which put no spaces between words. Pure."""

import re

#: Han, kana, Thai, Lao, Burmese, Khmer: words stand without spaces between them.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
#: Languages written from right to left, by their primary subtag.
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"})
# Hebrew, Arabic, Syriac, Thaana, N'Ko and their neighbours, with the presentation forms and the plane-1 scripts.
_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff]")


def primary(language: str) -> str:
    """The primary subtag of a BCP 47 tag: `fa` of `fa-IR`."""
    return language.replace("_", "-").split("-", 1)[0].lower()


def is_right_to_left(language: str) -> bool:
    """Whether a language is written from right to left."""
    return primary(language) in RIGHT_TO_LEFT


def direction(text: str, language: str = "") -> str:
    """`rtl` or `ltr`: the stated language's way where the text has letters of it, else that of most letters.

    The first strong character, on which `dir=auto` relies, misleads: "BBC:" opens many a Persian headline.
    """
    right = 0 if text.isascii() else len(_RIGHT.findall(text))
    if not right:
        return "ltr"
    if language and is_right_to_left(language):
        return "rtl"
    left = sum(map(str.isalpha, _RIGHT.sub("", text)))
    return "ltr" if left and (language or left >= right) else "rtl"
