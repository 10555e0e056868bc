"""Language tags as feeds write them, and what the script of a text alone gives away. Pure."""

import re
from functools import lru_cache

_TAG = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,7}")
#: Tags that need no looking up, as most are.
_COMMON_TAGS = """
ar bg cs da de de-at de-ch de-de el en en-au en-ca en-gb en-us es es-es et fa fa-ir fi fr fr-fr he he-il hi hr hu id it
it-it ja ko lt lv ms nb nl no pl pt pt-br ro ru ru-ru sk sl sq sr sv ta th tr tr-tr uk ur vi zh zh-cn zh-tw
"""
_COMMON = frozenset(_COMMON_TAGS.split())
#: Codes of the registry that name no language.
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis", "root"})
#: Names that stand where a tag should.
_NAMES = {
    "english": "en",
    "deutsch": "de",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "arabic": "ar",
    "persian": "fa",
    "farsi": "fa",
    "russian": "ru",
    "hebrew": "he",
    "turkish": "tr",
}
#: Characters looked at: a title and a first sentence.
_SAMPLE = 400

#: A character of a script that is looked for.
_BEYOND_LATIN = re.compile("[\u0370-\u1fff\u3040-\ud7ff\ufb50-\ufdff\ufe70-\ufeff]")
_PERSIAN = frozenset("پچژگکی")
_ARABIC_ONLY = frozenset("ةىيكإأ")
_UKRAINIAN = frozenset("іїєґ")


@lru_cache(maxsize=1024)
def language_tag(text: str) -> str:
    """A BCP 47 tag in lower case: language, script and region as far as they are told (`en-us`); empty: it is none.

    Each part stands in CLDR, which knows old and longer codes (`iw`, `eng`, `en-uk`) by those of today. The code of a
    country alone (`us`) is not a language.
    """
    tag = text.split(",")[0].split(";")[0].strip().lower().replace("_", "-")
    tag = _NAMES.get(tag, tag)
    if tag in _COMMON:
        return tag
    return _known(tag.split("-")) if _TAG.fullmatch(tag) else ""


def _known(parts: list[str]) -> str:
    """The parts of a tag that are registered; empty where the language is not."""
    from babel import Locale  # for rare tags only
    from babel.core import get_global

    names = Locale("en")
    language = get_global("language_aliases").get(parts[0], parts[0]).partition("_")[0]
    if language not in names.languages or language in _NO_LANGUAGE:
        return ""
    countries = get_global("territory_aliases")
    scripts = [part for part in parts[1:] if part.title() in names.scripts]
    regions = [countries.get(part.upper(), [part.upper()])[0] for part in parts[1:]]
    regions = [region.lower() for region in regions if region in names.territories]
    return "-".join([language, *scripts[:1], *regions[:1]])


def script_language(text: str) -> str:
    """The language that a text's script leaves no doubt of: ar, fa, he, zh, ja, ko, el, th, uk, ru; else empty."""
    if not _BEYOND_LATIN.search(text[:_SAMPLE]):
        return ""
    letters = [letter for letter in text[:_SAMPLE].lower() if letter.isalpha() and letter > "\u024f"]
    if len(letters) * 2 <= sum(letter.isalpha() for letter in text[:_SAMPLE]):
        return ""
    counts: dict[str, int] = {}
    for letter in letters:
        script = script_of(letter)
        counts[script] = counts.get(script, 0) + 1
    if counts.get("kana", 0) * 10 > len(letters):
        return "ja"
    script = max(counts, key=lambda name: counts[name])
    if script == "arabic":
        persian = sum(letter in _PERSIAN for letter in letters)
        return "fa" if persian > sum(letter in _ARABIC_ONLY for letter in letters) else "ar"
    if script == "cyrillic":
        return "uk" if _UKRAINIAN & set(letters) else "ru"
    return {"hebrew": "he", "han": "zh", "kana": "ja", "hangul": "ko", "greek": "el", "thai": "th"}.get(script, "")


def script_of(letter: str) -> str:
    """The script of a letter, by its block."""
    for first, last, name in _SCRIPTS:
        if first <= letter <= last:
            return name
    return "other"


_SCRIPTS = (
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0590", "\u05ff", "hebrew"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0750", "\u077f", "arabic"),
    ("\ufb50", "\ufdff", "arabic"),
    ("\ufe70", "\ufeff", "arabic"),
    ("\u0e00", "\u0e7f", "thai"),
    ("\u3040", "\u30ff", "kana"),
    ("\u3400", "\u9fff", "han"),
    ("\uac00", "\ud7af", "hangul"),
)
