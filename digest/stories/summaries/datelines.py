"""Takes away who wrote a text and where: bylines, datelines, the agency behind a caption. Pure."""

import re
from typing import Final

from digest.stories.summaries.publisher_phrases import AGENCIES, SPEAKERS

#: One word of a name; possessive, so that it is read in one way only.
_NAME: Final = r"[A-ZÀ-Þ][\w.'’-]*+"
_NAMES: Final = rf"{_NAME}(?: {_NAME}){{0,3}}?"
_AND: Final = r"(?: (?:and|AND|und|et|y|e|&) |, )"
#: "By Emily Rose KIRYAT SHMONA, ...": the place, in capitals, ends the names.
_BYLINE_BEFORE_PLACE: Final = re.compile(rf"(?:By|BY) {_NAMES}(?:{_AND}{_NAMES}){{0,3}} (?=[A-Z]{{4,}}|[|•])")
#: A line of its own: "By Rima Khoury in Beirut".
_BYLINE: Final = re.compile(
    rf"(?:By|BY|Von|Par|Por|Di|Från|Door) {_NAMES}(?:{_AND}{_NAMES}){{0,3}}(?:(?:,| in| à| en) [^.\n]{{0,60}})?(?=\n)"
)
#: "24 February 2015 Last updated at 20:27 GMT", "WEDNESDAY, MARCH 4, 2009, 10:53 AM".
_STAMP: Final = re.compile(
    r"(?:(?:Updated|Published|Posted|Last updated)[:.]? (?:on |at )?)?(?:[a-z]{3,6}day, )?"
    r"(?:\d{1,2} [a-z]{3,9}|[a-z]{3,9} \d{1,2}),? \d{4},? (?:[|•·-] )?(?:Last updated )?(?:at )?\d{1,2}: ?\d{2}"
    r"(?: ?[ap]\.?m\.?)?(?: (?:GMT|BST|UTC|[ECMP][SD]?T|IST|CES?T)\b)?[ |•·-]*",
    re.IGNORECASE,
)
_DASH: Final = r"(?:--?|[–—―:]+|\.-+)"
#: An agency, two of them, or any publisher's name of at most three words.
_SIGNED: Final = rf"(?:{AGENCIES}|[^()\n]{{2,24}}/[^()\n]{{2,24}}|[A-Z][\w.]+(?: [A-Z][\w.]+){{0,2}})"
#: Whatever is short before an agency in brackets and a dash: "KIRYAT SHMONA, Israel, June 4 (Reuters) - ".
_SIGNED_PLACE: Final = re.compile(
    rf"(?:[^.!?()\n]{{0,90}}|(?:[^.!?()\n]{{0,20}}[A-Z]\.){{1,3}}[^.!?()\n]{{0,60}})\({_SIGNED}\)\s*{_DASH}\s*"
)
#: How far into a text such a bracket may stand, in characters.
_SIGNED_REACH: Final = 120
#: A known agency in brackets first of all, dash or not: "(CNN) North Korean leader".
_SIGNATURE: Final = re.compile(rf"\((?:{AGENCIES})\)\s*{_DASH}?\s*")
_REGION: Final = r"(?: ?[/,] ?(?:[A-Z]\.[A-Z]\.|[A-Z][\w.'’-]+(?: [A-Z][\w'’-]+)?)){0,4}(?: [A-Z][A-Z.'’-]+){0,3}"
_DATE: Final = r"(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?"
_CAPITALS: Final = r"[A-Z](?:[A-Z.'’-]{3,24}|[A-Z]{1,24}(?:[ -][A-Z][A-Z.'’]{1,24}){1,3})"
#: "UNITED NATIONS: ", "WASHINGTON, D.C. – ", "BEIJING -- ", also inside a text, behind captions and bullets; never
#: inside a word.
_PLACE_IN_CAPITALS: Final = re.compile(
    rf"(?<![^ \n.!?\"”])({_CAPITALS}{_REGION}{_DATE})(?: ?\({_SIGNED}\))? ?(?:: |--? |[–—―] ?)(?=[\"'“‘]?[A-Z\d])"
)
#: "موسكو - وصل", "موسكو (رويترز) - قال".
_ARABIC_PLACE: Final = re.compile(
    r"[\u0620-\u06ff]+(?: [\u0620-\u06ff]+){0,2}(?: ?[(/][^)\n]{2,24}[)/])? ?[-–—:]+ (?=[\u0620-\u06ff«\"“])"
)
#: "МОСКВА, 16 апр - РИА Новости. ", "МОСКВА, 16 апреля. /ТАСС/. "
_RUSSIAN_PLACE: Final = re.compile(
    r"[А-ЯЁ][А-ЯЁ -]{3,40}, \d{1,2} [а-яё]{3,8}\.?"
    r"(?: ?[-–—] ?[^.\n]{3,30}\.| ?/[^/\n]{3,30}/\.?| ?\([^)]{3,30}\)\.?)? ?(?:[-–—] )?"
)
#: "新华社北京4月16日电（记者某某）".
_CHINESE_PLACE: Final = re.compile(
    r"[（(【]?[\u4e00-\u9fff]{2,12}(?:\d{1,2}月\d{1,2}日)?[电電](?:[)）】]|[（(]记者[^)）]{1,20}[)）])?[，,：:\s]*"
)
#: "…the Iranian capital.—Reuters", "targeted Tyre.—AFP".
_CREDIT: Final = re.compile(rf"([.!?”\"]) ?[—–-]{{1,2}} ?(?:{AGENCIES})\b(?:/\w+)?")


def without_datelines(text: str) -> str:
    """The text without byline and dateline at its beginning; those further on, and credits, become line breaks."""
    text = _without_byline(text)
    if text[:1].isalnum() and (stamp := _STAMP.match(text)):
        text = text[stamp.end() :]
    text = text[_dateline(text) :]
    text = _CREDIT.sub(r"\1\n", text)
    return _PLACE_IN_CAPITALS.sub(_unless_part, text)


def _without_byline(text: str) -> str:
    found = _BYLINE_BEFORE_PLACE.match(text) or _BYLINE.match(text)
    return text[found.end() :].lstrip() if found else text


def _dateline(text: str) -> int:
    """How long the dateline is that the text begins with, after the first character's script."""
    first = text[:1]
    if "\u0620" <= first <= "\u06ff":
        found = _ARABIC_PLACE.match(text)
    elif "А" <= first <= "Я":
        found = _RUSSIAN_PLACE.match(text)
    elif first > "\u2fff":
        found = _CHINESE_PLACE.match(text)
    elif "(" in text[:_SIGNED_REACH]:
        found = _SIGNED_PLACE.match(text) or _SIGNATURE.match(text)
    else:
        found = None
    return found.end() if found else 0


def _unless_part(found: re.Match[str]) -> str:
    """A line break; but what a body says with a colon stays."""
    return found[0] if found[1] in SPEAKERS else "\n"
