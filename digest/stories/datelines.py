"""Takes away who wrote a text and where: bylines, datelines, the agency behind a caption. Pure."""

import re
from typing import Final

from digest.stories.phrases import AGENCIES, SPEAKERS

_NAME: Final = r"(?:[A-ZÀ-Þ][\w.'’-]+ ?)"
_AND: Final = r"(?:and|AND|und|et|y|e|и|&|,) "
#: "By Emily Rose KIRYAT SHMONA, ...": the place, in capitals, ends the names.
_BYLINE_BEFORE_PLACE: Final = re.compile(rf"^(?:By|BY) {_NAME}{{1,3}}(?:{_AND}{_NAME}{{1,3}})?(?=[A-Z]{{4,}}|[|•])")
#: A line of its own: "By Rima Khoury in Beirut".
_BYLINE: Final = re.compile(
    rf"^(?:By|BY|Von|Par|Por|Di|Från|Door) {_NAME}{{1,4}}(?:{_AND}{_NAME}{{1,4}}){{0,3}}"
    r"(?:(?:,| in| à| en) [^.\n]{0,60})?(?=\n)"
)
_DASH: Final = r"(?:--?|[–—―:]+|\.-+)"
#: An agency, two of them, or any outlet's name of at most three words.
_SIGNED: Final = rf"(?:{AGENCIES}|[^()\n]{{2,24}}/[^()\n]{{2,24}}|[A-Z][\w.]+(?: [A-Z][\w.]+){{0,2}})"
#: Whatever is short before an agency in brackets and a dash: "KIRYAT SHMONA, Israel, June 4 (Reuters) - ".
_SIGNED_PLACE: Final = re.compile(
    rf"^(?:[^.!?()\n]{{0,90}}|(?:[^.!?()\n]{{0,20}}[A-Z]\.){{1,3}}[^.!?()\n]{{0,60}})\({_SIGNED}\)\s*{_DASH}\s*"
)
#: A known agency in brackets first of all, dash or not: "(CNN) North Korean leader".
_SIGNATURE: Final = re.compile(rf"^\((?:{AGENCIES})\)\s*{_DASH}?\s*")
_CAPITALS: Final = r"(?:[A-Z][A-Z.'’-]{3,}|[A-Z]{2,}(?:[ -][A-Z][A-Z.'’]+)+)"
_DATE: Final = r"(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?"
_REGION: Final = r"(?: ?[/,] ?(?:[A-Z]\.[A-Z]\.|[A-Z][\w.'’-]+))*(?: [A-Z][A-Z.'’-]+)*"
#: "UNITED NATIONS: ", "WASHINGTON, D.C. – ", "BEIJING -- ", also inside a text, behind captions and bullets.
_PLACE_IN_CAPITALS: Final = re.compile(
    rf"(?:^|(?<=[\s.!?]))({_CAPITALS}{_REGION}{_DATE})(?: ?\({_SIGNED}\))? ?(?:: |--? |[–—―] ?)(?=[\"'“‘]?[A-Z\d])"
)
#: "موسكو - وصل", "موسكو (رويترز) - قال".
_ARABIC_PLACE: Final = re.compile(
    r"^[\u0620-\u06ff]+(?: [\u0620-\u06ff]+){0,2}(?: ?[(/][^)\n]{2,24}[)/])? ?[-–—:]+ (?=[\u0620-\u06ff«\"“])"
)
#: "МОСКВА, 16 апр - РИА Новости. ", "МОСКВА, 16 апреля. /ТАСС/. "
_RUSSIAN_PLACE: Final = re.compile(
    r"^[А-ЯЁ][А-ЯЁ -]{3,40}, \d{1,2} [а-яё]{3,8}\.?"
    r"(?: ?[-–—] ?[^.\n]{3,30}\.| ?/[^/\n]{3,30}/\.?| ?\([^)]{3,30}\)\.?)? ?(?:[-–—] )?"
)
#: "新华社北京4月16日电（记者某某）".
_CHINESE_PLACE: Final = re.compile(
    r"^[（(【]?[\u4e00-\u9fff]{2,12}(?:\d{1,2}月\d{1,2}日)?[电電](?:[)）】]|[（(]记者[^)）]{1,20}[)）])?[，,：:\s]*"
)
#: "…the Iranian capital.—Reuters", "targeted Tyre.—AFP".
_CREDIT: Final = re.compile(rf"(?<=[.!?”\"]) ?[—–-]{{1,2}} ?(?:{AGENCIES})\b(?:/\w+)?")


def without_datelines(text: str) -> str:
    """The text without byline and dateline at its beginning; those further on, and credits, become line breaks."""
    text = _BYLINE.sub("", _BYLINE_BEFORE_PLACE.sub("", text)).lstrip()
    text = _without_place(text)
    if "—" in text or "–" in text or "-" in text:
        text = _CREDIT.sub("\n", text)
    return _PLACE_IN_CAPITALS.sub(_unless_quoted, text)


def _without_place(text: str) -> str:
    """Without the dateline that the first character's script has."""
    first = text[:1]
    if "\u0620" <= first <= "\u06ff":
        return _ARABIC_PLACE.sub("", text)
    if "А" <= first <= "Я":
        return _RUSSIAN_PLACE.sub("", text)
    if first > "\u2fff":
        return _CHINESE_PLACE.sub("", text)
    if "(" in text[:120]:
        return _SIGNATURE.sub("", _SIGNED_PLACE.sub("", text))
    return text


def _unless_quoted(found: re.Match[str]) -> str:
    """A line break; what a body says with a colon stays."""
    return found[0] if found[1] in SPEAKERS else "\n"
