"""Language tags as feeds write them, and what the script of a text alone gives away. Pure."""

import re

_TAG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")
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
    "iw": "he",
    "in": "id",
    "ji": "yi",
}
#: Characters looked at: a title and a first sentence.
_SAMPLE = 400

#: A character of a script that is looked for.
_BEYOND_LATIN = re.compile("[\u0370-\u1fff\u3040-\ud7ff\ufb50-\ufdff\ufe70-\ufeff]")
_PERSIAN = frozenset("پچژگکی")
_ARABIC_ONLY = frozenset("ةىيكإأ")
_UKRAINIAN = frozenset("іїєґ")


def language_tag(text: str) -> str:
    """A BCP 47 tag in lower case (`en-us`); empty where the text is none."""
    if not text:
        return ""
    tag = text.split(",")[0].split(";")[0].strip().lower().replace("_", "-")
    tag = _NAMES.get(tag, tag)
    head, dash, rest = tag.partition("-")
    tag = _NAMES.get(head, head) + dash + rest if head in ("iw", "in", "ji") else tag
    return tag if _TAG.fullmatch(tag) and tag not in ("und", "mul", "zxx") else ""


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
